// Which metrics there are; see metric_points.hpp. Names and units are kept: what they are called in
// docs/monitoring.md is what dashboards ask for.
#include "repot/metric_points.hpp"

#include <boost/json.hpp>

#include <map>
#include <utility>

namespace repot {
namespace {

using Kind = MetricPoint::Kind;
using Visit = std::function<void(const MetricPoint&)>;

/// What is the same for all values of a metric.
MetricPoint metric(std::string_view name, std::string_view unit, std::string_view prometheus,
                   Kind kind, std::string_view description) {
  MetricPoint point;
  point.name = name;
  point.unit = unit;
  point.prometheus = prometheus;
  point.kind = kind;
  point.description = description;
  return point;
}

class Points {
 public:
  explicit Points(const Visit& visit) : visit_(visit) {}

  void begin(MetricPoint point) { point_ = std::move(point); }
  template <typename Number>
  void value(Number value, std::vector<MetricPoint::Attribute> attributes = {}) {
    point_.value = static_cast<double>(value);
    point_.attributes = std::move(attributes);
    visit_(point_);
  }
  /// Of a metric with one value only.
  template <typename Number>
  void single(MetricPoint point, Number number) {
    begin(std::move(point));
    value(number);
  }
  void durations(MetricPoint point, const DurationCounts& counts) {
    point.durations = &counts;
    visit_(point);
  }

 private:
  const Visit& visit_;
  MetricPoint point_;
};

void visitStorage(Points& points, const StorageFigures& storage) {
  points.single(metric("repot.database.size", "By", "repot_database_size_bytes", Kind::gauge,
                       "Size of the database: pages times page size."),
                storage.bytes());
  points.single(metric("repot.database.free", "By", "repot_database_free_bytes", Kind::gauge,
                       "Free pages inside it, which VACUUM gives back."),
                storage.freePages * storage.pageBytes);
  points.single(metric("repot.database.wal", "By", "repot_database_wal_bytes", Kind::gauge,
                       "Size of its write-ahead log beside it."),
                storage.walBytes);
}

void visitWork(Points& points, const WorkCounts& work) {
  points.begin(metric("repot.units", "{unit}", "repot_units_total", Kind::counter,
                      "Units of work by their outcome."));
  points.value(work.commits(), {{"repot.outcome", "committed", "outcome"}});
  points.value(work.rollbacks, {{"repot.outcome", "rolled_back", "outcome"}});
  points.value(work.notBegun, {{"repot.outcome", "not_begun", "outcome"}});
  points.single(metric("repot.unit.retries", "{unit}", "repot_unit_retries_total", Kind::counter,
                       "Units of work that were run again."),
                work.retries);
  points.single(metric("repot.busy.errors", "{error}", "repot_busy_errors_total", Kind::counter,
                       "Statements and begins that a lock was denied to."),
                work.busyErrors);
  points.single(metric("repot.statements", "{statement}", "repot_statements_total", Kind::counter,
                       "Statements executed."),
                work.statements);
  points.single(metric("repot.statement.errors", "{statement}", "repot_statement_errors_total",
                       Kind::counter, "Statements that failed."),
                work.statementErrors);
  points.durations(metric("db.client.operation.duration", "s", "repot_statement_duration_seconds",
                          Kind::histogram, "Time of statements inside the database, of one in 16."),
                   work.statementTimes);
  points.durations(metric("repot.lock.wait", "s", "repot_lock_wait_seconds", Kind::histogram,
                          "Time that writing units of work waited for the write lock."),
                   work.lockWaits);
  points.durations(
      metric("db.client.connection.wait_time", "s", "repot_read_wait_seconds", Kind::histogram,
             "Time that reading units of work waited for a connection."),
      work.readWaits);
}

void visitPool(Points& points, const DatabaseStatistics& pool) {
  points.begin(metric("db.client.connection.count", "{connection}", "repot_pool_connections",
                      Kind::gauge, "Connections of the pool by their state."));
  // OpenTelemetry says "used" of what Prometheus's dashboards know as "active" from the start.
  points.value(pool.inUse, {{"db.client.connection.state", "used", "state", "active"}});
  points.value(pool.idle, {{"db.client.connection.state", "idle", "state"}});
  points.single(
      metric("db.client.connection.pending_requests", "{request}", "repot_pool_waiting_units",
             Kind::gauge, "Units of work that wait for a connection."),
      pool.waiting);
  points.single(metric("repot.pool.waits", "{unit}", "repot_pool_waits_total", Kind::counter,
                       "Units of work that had to wait for a connection."),
                pool.waits);
  points.single(metric("db.client.connection.timeouts", "{timeout}", "repot_pool_timeouts_total",
                       Kind::counter, "Units of work that waited in vain."),
                pool.timeouts);
  points.single(metric("repot.pool.opened", "{connection}", "repot_pool_opened_total",
                       Kind::counter, "Connections opened."),
                pool.connectionsOpened);
  points.single(metric("repot.pool.closed", "{connection}", "repot_pool_closed_total",
                       Kind::counter, "Connections closed."),
                pool.connectionsClosed);
  points.single(metric("repot.pool.failed_checks", "{connection}", "repot_pool_failed_checks_total",
                       Kind::counter, "Connections found dead before use."),
                pool.failedChecks);
}

void visitServers(Points& points, const std::vector<ServerStatus>& servers) {
  const auto attributes = [](const ServerStatus& server) {
    std::vector<MetricPoint::Attribute> all{{"server.address", server.name, "server"}};
    if (!server.region.empty()) all.push_back({"cloud.region", server.region, "region"});
    all.push_back({"repot.server.role", toString(server.role), "role"});
    return all;
  };
  points.begin(metric("repot.server.up", "1", "repot_server_up", Kind::gauge,
                      "Whether units of work can go to the server."));
  for (const ServerStatus& server : servers)
    points.value(server.usable ? 1 : 0, attributes(server));
  points.begin(metric("repot.server.latency", "s", "repot_server_latency_seconds", Kind::gauge,
                      "Time that a small question to the server takes."));
  for (const ServerStatus& server : servers)
    points.value(static_cast<double>(server.latency.count()) / 1e6, attributes(server));
  points.begin(metric("repot.server.staleness", "s", "repot_server_staleness_seconds", Kind::gauge,
                      "How far a standby is behind the primary, at most."));
  for (const ServerStatus& server : servers) {
    if (server.staleness)
      points.value(static_cast<double>(server.staleness->count()) / 1e3, attributes(server));
  }
  points.begin(metric("repot.server.units", "{unit}", "repot_server_units_total", Kind::counter,
                      "Units of work begun on the server."));
  for (const ServerStatus& server : servers) {
    for (const auto& [kind, count] :
         {std::pair("read", server.reads), std::pair("write", server.writes)}) {
      // By what it did, whatever its role was then.
      points.value(
          count, {{"server.address", server.name, "server"}, {"db.operation.name", kind, "kind"}});
    }
  }
}

void visitSlow(Points& points, const std::vector<SlowStatement>& statements) {
  std::map<std::string, SlowStatement> merged;  // Two may differ in their literals only.
  for (const SlowStatement& statement : statements) {
    SlowStatement& one = merged[statement.redacted()];
    one.count += statement.count;
    one.total += statement.total;
  }
  points.begin(metric("repot.slow_statements", "{statement}", "repot_slow_statements_total",
                      Kind::counter, "Executions of slow statements, without their literals."));
  for (const auto& [text, statement] : merged)
    points.value(statement.count, {{"db.query.text", text, "statement"}});
  points.begin(metric("repot.slow_statement.time", "s", "repot_slow_statement_seconds_total",
                      Kind::counter, "Time inside the database of slow statements."));
  for (const auto& [text, statement] : merged)
    points.value(static_cast<double>(statement.total.count()) / 1e6,
                 {{"db.query.text", text, "statement"}});
}

}  // namespace

std::string_view toString(MetricPoint::Kind kind) noexcept {
  switch (kind) {
    case Kind::counter:
      return "counter";
    case Kind::gauge:
      return "gauge";
    case Kind::histogram:
      return "histogram";
  }
  return "";
}

void forEachMetric(const MetricsReport& report, const Visit& visit) {
  Points points(visit);
  if (report.storage) visitStorage(points, *report.storage);
  if (report.growthPerDay) {
    points.single(metric("repot.database.growth", "By/s", "repot_database_growth_bytes_per_second",
                         Kind::gauge, "Growth by the trend of its history."),
                  *report.growthPerDay / 86'400);
  }
  if (report.work) visitWork(points, *report.work);
  if (report.pool) visitPool(points, *report.pool);
  visitServers(points, report.servers);
  if (report.activeUsers) {
    points.single(metric("repot.active_users", "{user}", "repot_active_users", Kind::gauge,
                         "Users of units of work within the sliding window."),
                  *report.activeUsers);
  }
  visitSlow(points, report.slow);
  points.begin(metric("repot.growth_signal.level", "1", "repot_growth_signal_level", Kind::gauge,
                      "Growth signals: 0 not reached, 1 prepare to move, 2 move now."));
  for (const GrowthSignal& signal : report.signals)
    points.value(static_cast<int>(signal.level), {{"repot.signal", signal.name, "signal"}});
}

std::string toJson(const MetricsReport& report) {
  namespace json = boost::json;
  json::array metrics;
  forEachMetric(report, [&](const MetricPoint& point) {
    json::object attributes;
    for (const MetricPoint::Attribute& attribute : point.attributes)
      attributes[attribute.name] = attribute.value;
    json::object one{{"name", point.name},
                     {"unit", point.unit},
                     {"kind", toString(point.kind)},
                     {"description", point.description},
                     {"attributes", std::move(attributes)}};
    if (point.durations == nullptr) {
      one["value"] = point.value;
    } else {
      json::array buckets;
      for (std::size_t i = 0; i < point.durations->counts.size(); ++i) {
        const bool last = i == DurationCounts::bounds.size();
        json::value bound = nullptr;
        if (!last) bound = static_cast<double>(DurationCounts::bounds[i]) / 1e6;
        buckets.push_back(json::array{std::move(bound), point.durations->counts[i]});
      }
      one["count"] = point.durations->total();
      one["sum"] = static_cast<double>(point.durations->sum.count()) / 1e6;
      one["buckets"] = std::move(buckets);
    }
    metrics.push_back(std::move(one));
  });
  return json::serialize(
             json::object{{"database", report.database}, {"metrics", std::move(metrics)}}) +
         '\n';
}

}  // namespace repot
