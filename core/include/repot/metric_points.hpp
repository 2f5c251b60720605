// Metrics one by one, with names and units as OpenTelemetry writes them, for an application's own
// meters; Prometheus's text (prometheus.hpp) is made of the same.
#pragma once

#include <repot/prometheus.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repot {

/// One value of one metric. The views live as long as the call that gets it.
struct MetricPoint {
  enum class Kind {
    counter,    ///< Only grows, from the start of the process (or history).
    gauge,      ///< As it is now.
    histogram,  ///< `durations`, in place of `value`.
  };
  /// Where OpenTelemetry's conventions for clients of databases have a name it is that
  /// ("db.client.operation.duration"), else one of Repot's ("repot.database.size").
  std::string_view name;
  std::string_view unit;         ///< By UCUM: "By", "By/s", "s", "1", "{statement}".
  std::string_view prometheus;   ///< Its name there, with the unit, as Prometheus wants it.
  std::string_view description;  ///< A sentence.
  Kind kind = Kind::gauge;
  double value = 0;
  const DurationCounts* durations = nullptr;
  struct Attribute {
    std::string_view name;
    std::string_view value;
    std::string_view prometheus;            ///< The label's name.
    std::string_view prometheusValue = {};  ///< The label's value; empty: `value`.
  };
  /// Beside the database's, which every point has: MetricsReport::database.
  std::vector<Attribute> attributes;
};

std::string_view toString(MetricPoint::Kind kind) noexcept;

/// Calls `visit` for every value that the report has; those of one metric follow each other.
void forEachMetric(const MetricsReport& report,
                   const std::function<void(const MetricPoint&)>& visit);

/// {"database": …, "metrics": [{"name", "unit", "kind", "description", "attributes", "value" or
/// "count", "sum" and "buckets" (upper bound and count)}]}.
std::string toJson(const MetricsReport& report);

}  // namespace repot
