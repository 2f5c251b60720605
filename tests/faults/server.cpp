// Runs tests/support/pg_throwaway; see server.hpp.
#include "server.hpp"

#include <array>
#include <cstdio>
#include <stdexcept>

namespace repot::test {
namespace {

std::string outputOf(const std::string& command) {
  FILE* const pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  std::string output;
  std::array<char, 4096> buffer;
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe))
    output.append(buffer.data(), got);
  if (::pclose(pipe) != 0) throw std::runtime_error("failed: " + command);
  while (!output.empty() && output.back() == '\n')
    output.pop_back();
  return output;
}

}  // namespace

std::string Server::run(const std::string& arguments) const {
  return outputOf(std::string("'" REPOT_SOURCE_DIR "/tests/support/pg_throwaway' ") + arguments);
}

Server::Server() {
  // As root the server runs as another user, who has to get to his folder.
  std::filesystem::permissions(std::filesystem::path(folder_.file("x")).parent_path(),
                               std::filesystem::perms::owner_all |
                                   std::filesystem::perms::group_exec |
                                   std::filesystem::perms::others_exec);
  url_ = run("start '" + folder_.file("cluster") + "' --no-fsync");
  // What is acknowledged must outlive a crash of the server, though not one of the machine.
  ask("ALTER SYSTEM SET synchronous_commit = on");
  ask("SELECT pg_reload_conf()");
}

Server::~Server() {
  try {
    run("stop '" + folder_.file("cluster") + "'");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
}

std::string Server::socketPath() const {
  const std::size_t from = url_.find("host=") + 5;
  return url_.substr(from, url_.find('&', from) - from) + "/.s.PGSQL.5432";
}

std::string Server::urlAt(std::uint16_t port) const {
  return "postgresql://postgres@127.0.0.1:" + std::to_string(port) + "/postgres";
}

void Server::crash() {
  run("halt '" + folder_.file("cluster") + "' --crash");
}

void Server::halt() {
  run("halt '" + folder_.file("cluster") + "'");
}

void Server::resume() {
  run("resume '" + folder_.file("cluster") + "'");
}

std::string Server::ask(const std::string& sql) const {
  return outputOf("psql -X -q -A -t -d '" + url_ + "' -c \"" + sql + '"');
}

}  // namespace repot::test
