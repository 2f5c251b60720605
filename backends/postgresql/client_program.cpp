// See client_program.hpp.
#include "postgresql/client_program.hpp"

#include <repot/error.hpp>

#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <utility>

extern char** environ;

namespace repot::postgresql {
namespace {

/// Both ends of a pipe, of which the program gets the second.
class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0)
      throw Error(ErrorKind::resource, std::string("cannot make a pipe: ") + std::strerror(errno));
  }
  ~Pipe() {
    for (const int end : ends_)
      if (end >= 0) ::close(end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  int reading() const noexcept { return ends_[0]; }
  int writing() const noexcept { return ends_[1]; }
  void closeWriting() noexcept { ::close(std::exchange(ends_[1], -1)); }

 private:
  std::array<int, 2> ends_{-1, -1};
};

std::vector<char*> pointersTo(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts)
    pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

class Child {
 public:
  Child(const std::string& program, std::vector<std::string> arguments,
        std::vector<std::string> environment, const Pipe& output, const Pipe& errors) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output.writing(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, errors.writing(), STDERR_FILENO);
    arguments.insert(arguments.begin(), program);
    const int result = ::posix_spawnp(&pid_, program.c_str(), &actions, nullptr,
                                      pointersTo(arguments).data(), pointersTo(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    if (result == 0) return;
    pid_ = -1;
    throw Error(ErrorKind::notFound, "cannot run " + program + " (" + std::strerror(result) +
                                         "): install PostgreSQL's client programs "
                                         "(postgresql-client), of the server's version or newer");
  }
  /// Ends it where nobody has waited for it.
  ~Child() {
    if (pid_ < 0) return;
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  bool succeeded() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

 private:
  pid_t pid_ = -1;
};

/// Reads what is there; false at the end.
bool readSome(int handle, const std::function<void(std::string_view)>& take) {
  std::array<char, 65536> block;
  const ssize_t size = ::read(handle, block.data(), block.size());
  if (size > 0) take({block.data(), static_cast<std::size_t>(size)});
  return size > 0 || (size < 0 && (errno == EINTR || errno == EAGAIN));
}

/// The settings of a service that leads to where the connection is.
std::string serviceText(PGconn* connection, std::string& password) {
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(
      PQconninfo(connection), &PQconninfoFree);
  std::string text = "[repot]\n";
  std::string extra = "-c TimeZone=UTC -c bytea_output=hex";
  for (const PQconninfoOption* one = options.get(); one->keyword != nullptr; ++one) {
    const std::string_view name = one->keyword;
    std::string value = one->val == nullptr ? "" : one->val;
    // The connection has picked one of several hosts; the others may be at another state.
    if (name == "host") value = PQhost(connection);
    if (name == "port") value = PQport(connection);
    if (name == "hostaddr" && value.find(',') != std::string::npos) value.clear();
    if (name == "options") value = value.empty() ? extra : value + ' ' + extra;
    if (name == "password") password = std::exchange(value, {});
    if (name == "service" || name == "client_encoding" || name == "target_session_attrs" ||
        name == "replication" || value.empty()) {
      continue;
    }
    if (value.find('\n') != std::string::npos)
      throw Error(ErrorKind::usage, "the setting " + std::string(name) + " holds a line break");
    text += std::string(name) + '=' + value + '\n';
  }
  return text;
}

std::string writePrivateFile(const std::string& text) {
  std::string path = (std::filesystem::temp_directory_path() / "repot-service-XXXXXX").string();
  const int handle = ::mkostemp(path.data(), O_CLOEXEC);
  if (handle < 0)
    throw Error(ErrorKind::resource, "cannot make " + path + ": " + std::strerror(errno));
  const bool written =
      ::write(handle, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(handle);
  if (written) return path;
  ::unlink(path.c_str());
  throw Error(ErrorKind::resource, "cannot write " + path);
}

/// The environment without settings of libpq's, and with these.
std::vector<std::string> environmentWith(std::vector<std::string> settings) {
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!std::string_view(*entry).starts_with("PG")) settings.emplace_back(*entry);
  }
  return settings;
}

void runWith(const std::string& program, const std::vector<std::string>& arguments,
             std::vector<std::string> settings, const CopyObserver& observer,
             const CopyProgress& progress, const ProgramOutput& output) {
  Pipe out, err;
  Child child(program, arguments, environmentWith(std::move(settings)), out, err);
  out.closeWriting();
  err.closeWriting();
  std::string messages;
  std::array<pollfd, 2> ends{{{out.reading(), POLLIN, 0}, {err.reading(), POLLIN, 0}}};
  while (ends[0].fd >= 0 || ends[1].fd >= 0) {
    constexpr int milliseconds = 100;
    if (::poll(ends.data(), ends.size(), milliseconds) < 0 && errno != EINTR)
      throw Error(ErrorKind::resource, "cannot wait for " + program);
    tell(observer, progress);
    if (ends[0].revents != 0 && !readSome(ends[0].fd, [&](std::string_view bytes) {
          if (output) output(bytes);
        })) {
      ends[0].fd = -1;
    }
    if (ends[1].revents != 0 &&
        !readSome(ends[1].fd, [&](std::string_view bytes) { messages += bytes; })) {
      ends[1].fd = -1;
    }
  }
  if (child.succeeded()) return;
  constexpr std::size_t shown = 2000;
  throw Error(ErrorKind::resource, program + " failed: " + messages.substr(0, shown));
}

}  // namespace

void runProgram(const std::string& program, const std::vector<std::string>& arguments,
                const CopyObserver& observer, const CopyProgress& progress,
                const ProgramOutput& output) {
  runWith(program, arguments, {}, observer, progress, output);
}

ClientPrograms::ClientPrograms(const BulkConnection& connection)
    : file_(writePrivateFile(serviceText(connection.raw(), password_))) {}

ClientPrograms::~ClientPrograms() {
  ::unlink(file_.c_str());
}

void ClientPrograms::run(const std::string& program, std::vector<std::string> arguments,
                         const CopyObserver& observer, const CopyProgress& progress) const {
  arguments.insert(arguments.begin(), {"--dbname=service=repot", "--no-password"});
  std::vector<std::string> settings{"PGSERVICEFILE=" + file_, "PGCLIENTENCODING=UTF8"};
  if (!password_.empty()) settings.push_back("PGPASSWORD=" + password_);
  runWith(program, arguments, std::move(settings), observer, progress, {});
}

}  // namespace repot::postgresql
