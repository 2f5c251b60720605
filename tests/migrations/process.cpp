// The test program as its own helper; see process.hpp.
#include "process.hpp"

#include "random_migrations.hpp"

#include <repot/backends.hpp>
#include <repot/schema/migrator.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace repot::test {

int runJob(const MigrateJob& job) {
  try {
    registerBackends();
    schema::MigratorOptions options;
    options.onDone = [](const schema::Migration& migration, bool, std::chrono::microseconds) {
      std::printf("%s\n", migration.id.c_str());
      std::fflush(stdout);
    };
    schema::Migrator migrator(Database::open(job.url),
                              migrationsOf(randomMigrations(job.seed, job.count)), options);
    job.up ? migrator.upgrade(job.target) : migrator.downgrade(job.target);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}

bool readJob(int argc, char** argv, MigrateJob& job) {
  if (argc != 7 || std::strcmp(argv[1], "--migrate") != 0) return false;
  job = {argv[2], static_cast<unsigned>(std::atoi(argv[3])), std::atoi(argv[4]),
         std::strcmp(argv[5], "up") == 0, argv[6]};
  return true;
}

MigrateProcess::MigrateProcess(const MigrateJob& job, std::string outputFile)
    : outputFile_(std::move(outputFile)) {
  const std::string seed = std::to_string(job.seed);
  const std::string count = std::to_string(job.count);
  const char* const arguments[] = {"migrate",          "--migrate",   job.url.c_str(),
                                   seed.c_str(),       count.c_str(), job.up ? "up" : "down",
                                   job.target.c_str(), nullptr};
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("fork failed");
  if (pid_ > 0) return;
  const int file = ::open(outputFile_.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
  ::dup2(file, STDOUT_FILENO);
  ::dup2(file, STDERR_FILENO);
  // What exec wants is not const, though it changes nothing.
  ::execv("/proc/self/exe", const_cast<char* const*>(arguments));
  ::_exit(127);
}

MigrateProcess::~MigrateProcess() {
  if (pid_ <= 0) return;
  kill();
  wait();
}

void MigrateProcess::kill() {
  ::kill(pid_, SIGKILL);
}

int MigrateProcess::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

std::string MigrateProcess::output() const {
  std::ostringstream text;
  text << std::ifstream(outputFile_).rdbuf();
  return text.str();
}

std::vector<std::string> MigrateProcess::ids() const {
  std::istringstream words(output());
  std::vector<std::string> ids;
  for (std::string id; words >> id;)
    ids.push_back(id);
  return ids;
}

}  // namespace repot::test
