// See server.hpp.
#include "server.hpp"

#include "throwaway.hpp"

#include <cstdio>
#include <stdexcept>

namespace repot::test {

Server::Server() {
  openToServer(folder_);
  url_ = throwaway("start '" + folder_.file("cluster") + "' --no-fsync");
  // What is acknowledged must outlive a crash of the server, though not one of the machine.
  ask("ALTER SYSTEM SET synchronous_commit = on");
  ask("SELECT pg_reload_conf()");
}

Server::~Server() {
  try {
    throwaway("stop '" + folder_.file("cluster") + "'");
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
  throwaway("halt '" + folder_.file("cluster") + "' --crash");
}

void Server::halt() {
  throwaway("halt '" + folder_.file("cluster") + "'");
}

void Server::resume() {
  throwaway("resume '" + folder_.file("cluster") + "'");
}

std::string Server::ask(const std::string& sql) const {
  return askByPsql(url_, sql);
}

}  // namespace repot::test
