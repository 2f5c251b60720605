// By tests/support/pg_throwaway; see cluster.hpp.
#include "cluster.hpp"

#include "throwaway.hpp"

#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <thread>

namespace repot::test {

Cluster::Cluster(std::size_t standbys, bool synchronous) {
  openToServer(folder_);
  urls_.push_back(throwaway("start '" + folder(0) + "' --no-fsync"));
  // What is acknowledged must outlive a crash of the server, though not one of the machine.
  ask(0, "ALTER SYSTEM SET synchronous_commit = on");
  if (synchronous) ask(0, "ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'");
  // What a failover asks of a standby, it shall be told soon.
  ask(0, "ALTER SYSTEM SET wal_retrieve_retry_interval = '50ms'");
  ask(0, "ALTER SYSTEM SET wal_receiver_status_interval = '1s'");
  for (std::size_t i = 1; i <= standbys; ++i)
    urls_.push_back(throwaway("standby '" + folder(i) + "' '" + folder(0) + "'"));
  ask(0, "SELECT pg_reload_conf()");
  waitUntil(0, "(SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming') = " +
                   std::to_string(standbys));
}

Cluster::~Cluster() {
  for (std::size_t i = urls_.size(); i-- > 0;) {
    try {
      throwaway("stop '" + folder(i) + "'");
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
    }
  }
}

std::string Cluster::folder(std::size_t server) const {
  return folder_.file("s" + std::to_string(server));
}

std::string Cluster::url(const std::string& options) const {
  std::string hosts, ports;
  for (const std::string& one : urls_) {
    if (!hosts.empty()) hosts += ',', ports += ',';
    const std::size_t host = one.find("host=") + 5, port = one.find("port=") + 5;
    hosts += one.substr(host, one.find('&', host) - host);
    ports += one.substr(port, one.find('&', port) - port);
  }
  return "postgresql:///postgres?user=postgres&host=" + hosts + "&port=" + ports +
         (options.empty() ? "" : '&' + options);
}

void Cluster::crashPrimary() {
  throwaway("halt '" + folder(primary_) + "' --crash");
}

void Cluster::halt(std::size_t server) {
  throwaway("halt '" + folder(server) + "'");
}

void Cluster::resume(std::size_t server) {
  throwaway("resume '" + folder(server) + "'");
}

std::size_t Cluster::promoteBest() {
  std::size_t best = primary_;
  long long most = -1;
  for (std::size_t i = 0; i < size(); ++i) {
    if (i == primary_) continue;
    const long long received = std::stoll(ask(i, "SELECT pg_last_wal_receive_lsn() - '0/0'"));
    if (received <= most) continue;
    most = received;
    best = i;
  }
  throwaway("promote '" + folder(best) + "'");
  return best;
}

std::chrono::steady_clock::time_point Cluster::failOver() {
  const std::size_t old = primary_;
  primary_ = promoteBest();
  const std::string& url = urls_[primary_];
  const std::size_t host = url.find("host=") + 5;
  for (std::size_t i = 0; i < size(); ++i) {
    if (i == old || i == primary_) continue;
    ask(i, "ALTER SYSTEM SET primary_conninfo = 'user=postgres host=" +
               url.substr(host, url.find('&', host) - host) + "'");
    ask(i, "SELECT pg_reload_conf()");
  }
  const auto told = std::chrono::steady_clock::now();
  rebuild(old);
  return told;
}

void Cluster::rebuild(std::size_t server) {
  throwaway("stop '" + folder(server) + "'");
  throwaway("standby '" + folder(server) + "' '" + folder(primary_) + "'");
}

std::string Cluster::ask(std::size_t server, const std::string& sql) const {
  return askByPsql(urls_[server], sql);
}

void Cluster::waitUntil(std::size_t server, const std::string& condition) const {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (ask(server, "SELECT " + condition) != "t") {
    if (std::chrono::steady_clock::now() > end)
      throw std::runtime_error("in vain waited for: " + condition);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace repot::test
