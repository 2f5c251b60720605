// How reads scale over replicas: one primary and two standbys, each limited to a few connections on
// which a read holds for some milliseconds, as one that waits for a disk does. So the servers'
// own limit is measured, and not the processors that they share here with the client.
#include "faults/cluster.hpp"

#include <repot/backends.hpp>
#include <repot/repot.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr int rounds = 5;
constexpr int readers = 24;
constexpr std::chrono::seconds length{2};

/// Reads in a second, by all readers together.
double measure(repot::Database& database) {
  std::atomic<long> reads{0};
  const auto begun = Clock::now();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < readers; ++i) {
      threads.emplace_back([&] {
        while (Clock::now() < begun + length) {
          database.read([](repot::UnitOfWork& work) {
            work.query("SELECT count(*) FROM (SELECT pg_sleep(0.005)) AS held", {},
                       {repot::ColumnType::integer}, [](std::vector<repot::Value>&) {});
          });
          ++reads;
        }
      });
    }
  }
  return static_cast<double>(reads) / std::chrono::duration<double>(Clock::now() - begun).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main() {
  repot::registerBackends();
  repot::test::Cluster cluster(2, false);
  const std::vector<std::string> modes{"primary", "prefer-standby", "any"};
  std::map<std::string, std::vector<double>> results;
  std::map<std::string, repot::Database> databases;
  for (const std::string& mode : modes) {
    databases.emplace(mode, repot::Database::open(cluster.url("repot_pool_size=4&repot_watch_every="
                                                              "0.1&repot_read_from=" +
                                                              mode)));
  }
  std::this_thread::sleep_for(std::chrono::seconds(1));
  for (int round = 0; round < rounds; ++round) {
    for (const std::string& mode : modes)
      results[mode].push_back(measure(databases.at(mode)));
  }
  const double base = median(results["primary"]);
  std::printf("reads a second, median of %d interleaved rounds; 4 connections a server\n", rounds);
  for (const std::string& mode : modes) {
    const std::vector<double>& all = results[mode];
    const auto [least, most] = std::minmax_element(all.begin(), all.end());
    std::printf("%-15s %6.0f (%.0f to %.0f)  %.2f of the primary alone\n", mode.c_str(),
                median(all), *least, *most, median(all) / base);
  }
  return median(results["prefer-standby"]) > 1.7 * base && median(results["any"]) > 2.4 * base ? 0
                                                                                               : 1;
}
