// What can be told of a database from outside of the application, for `repot metrics` and `repot
// top`.
#pragma once

#include <repot/prometheus.hpp>
#include <repot/url.hpp>

#include <chrono>

namespace repot::migrate {

/// An SQLite file with what the application's history tells, or a PostgreSQL database. Counters are
/// of all processes that write the history, as of its last minute. Throws Error.
MetricsReport metricsOf(const DatabaseUrl& url,
                        std::chrono::sys_seconds now = std::chrono::floor<std::chrono::seconds>(
                            std::chrono::system_clock::now()));

}  // namespace repot::migrate
