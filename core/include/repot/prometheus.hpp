// Metrics in Prometheus's text exposition format, for an application's own /metrics and for
// `repot metrics`.
#pragma once

#include <repot/growth.hpp>
#include <repot/metrics.hpp>
#include <repot/observer.hpp>
#include <repot/servers.hpp>
#include <repot/storage_figures.hpp>
#include <repot/work_counts.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace repot {

class Database;

/// What is known about a database; what is not is left out of the text.
struct MetricsReport {
  std::string database;  ///< The label `database`: its URL without secrets.
  std::optional<StorageFigures> storage;
  std::optional<double> growthPerDay;  ///< Bytes; by the trend of the history.
  std::optional<WorkCounts> work;
  std::optional<DatabaseStatistics> pool;
  std::vector<ServerStatus> servers;
  std::optional<std::size_t> activeUsers;
  std::vector<SlowStatement> slow;
  std::vector<GrowthSignal> signals;
};

/// What a running application knows. Its size is asked from a connection of its own, which costs
/// some milliseconds; Throws Error where that fails.
MetricsReport metricsReport(const Database& database, const Metrics& metrics);

/// Text of format version 0.0.4 (`text/plain; version=0.0.4`); names, units and labels are listed
/// in docs/monitoring.md and are kept.
std::string toPrometheus(const MetricsReport& report);

}  // namespace repot
