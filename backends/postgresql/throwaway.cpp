// See throwaway.hpp.
#include "postgresql/client_program.hpp"

#include <repot/error.hpp>
#include <repot/postgresql/throwaway.hpp>

#include <fcntl.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

extern char** environ;

namespace repot::postgresql {
namespace {

namespace fs = std::filesystem;

/// Reads until the other end is closed, by whatever. $1: the folder.
constexpr const char* janitorScript =
    "trap '' HUP INT TERM; cat >/dev/null; pid=$(head -n 1 \"$1/server/data/postmaster.pid\" "
    "2>/dev/null); if [ -n \"$pid\" ]; then kill -QUIT \"$pid\" 2>/dev/null; n=0; while kill -0 "
    "\"$pid\" 2>/dev/null && [ $n -lt 200 ]; do sleep 0.05; n=$((n + 1)); done; fi; rm -rf \"$1\"";

bool isThere(const fs::path& path) {
  std::error_code none;
  return fs::exists(path, none);
}

/// The newest of /usr/lib/postgresql.
std::string debianPrograms() {
  int newest = 0;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", none)) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version > newest && isThere(entry.path() / "bin" / "initdb")) newest = version;
  }
  return newest == 0 ? std::string() : "/usr/lib/postgresql/" + std::to_string(newest) + "/bin";
}

std::string programsInPath() {
  const char* const path = std::getenv("PATH");
  std::string rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const std::string folder = rest.substr(0, end);
    if (!folder.empty() && isThere(fs::path(folder) / "initdb")) return folder;
    rest.erase(0, end + 1);
  }
  return {};
}

/// Who runs the server: it refuses to be run by root. Null: whoever runs this.
const passwd* serverUser() {
  if (::geteuid() != 0) return nullptr;
  for (const char* name : {"postgres", "nobody"}) {
    if (const passwd* const user = ::getpwnam(name)) return user;
  }
  throw Error(ErrorKind::notFound,
              "the server refuses to be run by root, and there is neither a user postgres nor "
              "nobody");
}

std::string shown(const std::string& logFile) {
  std::ifstream file(logFile);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  constexpr std::size_t most = 1000;
  return text.size() > most ? text.substr(text.size() - most) : text;
}

[[noreturn]] void fail(const std::string& what) {
  throw Error(ErrorKind::resource, what + ": " + std::strerror(errno));
}

}  // namespace

std::string serverPrograms() {
  if (const char* const named = std::getenv("REPOT_POSTGRESQL_BIN")) return named;
  std::string found = debianPrograms();
  if (found.empty()) found = programsInPath();
  if (!found.empty()) return found;
  throw Error(ErrorKind::notFound,
              "there is no PostgreSQL server on this machine to rehearse on: install one (Debian: "
              "postgresql-15), or name a TARGET, in which a schema is made and dropped again");
}

Throwaway::Throwaway(const std::string& parent) {
  const fs::path base = parent.empty() ? fs::temp_directory_path() : fs::path(parent);
  std::string name = (base / "repot-rehearsal-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) fail("cannot make a folder in \"" + base.string() + '"');
  folder_ = name;
  // The server's user has to get to its part of it.
  ::chmod(folder_.c_str(), 0711);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("cannot make a pipe");
  alive_ = ends[1];
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::vector<std::string> words{"sh", "-c", janitorScript, "sh", folder_};
  std::vector<char*> arguments;
  for (std::string& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  // In a session of its own: what ends this process and its group, does not end it.
  posix_spawnattr_t apart;
  posix_spawnattr_init(&apart);
  posix_spawnattr_setflags(&apart, POSIX_SPAWN_SETSID);
  const int result =
      ::posix_spawn(&janitor_, "/bin/sh", &actions, &apart, arguments.data(), environ);
  posix_spawnattr_destroy(&apart);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[0]);
  if (result == 0) return;
  ::close(alive_);
  fs::remove_all(folder_);
  throw Error(ErrorKind::resource, std::string("cannot run /bin/sh: ") + std::strerror(result));
}

Throwaway::~Throwaway() {
  ::close(alive_);
  while (::waitpid(janitor_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

DatabaseUrl Throwaway::startServer(const CopyObserver& observer) {
  constexpr std::size_t socketPathMax = 90;
  const std::string home = folder_ + "/server";
  if (home.size() > socketPathMax)
    throw Error(ErrorKind::usage, "the path of the folder is too long for a socket: " + folder_);
  const std::string bin = serverPrograms();
  const passwd* const user = serverUser();
  if (::mkdir(home.c_str(), 0700) != 0) fail("cannot make a folder for the server");
  std::vector<std::string> prefix;
  if (user != nullptr) {
    if (::chown(home.c_str(), user->pw_uid, user->pw_gid) != 0) fail("cannot give a folder away");
    prefix = {"setpriv", "--reuid=" + std::to_string(user->pw_uid),
              "--regid=" + std::to_string(user->pw_gid), "--clear-groups", "--"};
  }
  const auto run = [&](const std::string& program, std::vector<std::string> arguments) {
    std::vector<std::string> words = prefix;
    words.push_back(bin + '/' + program);
    words.insert(words.end(), arguments.begin(), arguments.end());
    const std::string first = words.front();
    words.erase(words.begin());
    runProgram(first, words, observer, {"starting a server", 0, 0});
  };
  run("initdb", {"--pgdata=" + home + "/data", "--username=postgres", "--encoding=UTF8",
                 "--locale=C.UTF-8", "--auth=trust", "--no-sync"});
  const std::string log = home + "/log";
  try {
    run("pg_ctl",
        {"start", "--pgdata=" + home + "/data", "--log=" + log, "--wait", "--timeout=60",
         "--options=-c listen_addresses='' -c unix_socket_permissions=0700 -k '" + home + "'"});
  } catch (const Error& error) {
    throw error.within("the throwaway server did not start; its log ends with: " + shown(log));
  }
  return DatabaseUrl::parse("postgresql:///postgres?host=" + home + "&user=postgres");
}

}  // namespace repot::postgresql
