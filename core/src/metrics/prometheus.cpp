// The text that Prometheus reads; see prometheus.hpp.
#include "repot/prometheus.hpp"

#include "repot/backend.hpp"
#include "repot/database.hpp"

#include <charconv>
#include <initializer_list>
#include <map>
#include <string_view>
#include <utility>

namespace repot {
namespace {

using Label = std::pair<std::string_view, std::string_view>;

template <typename... Format>
std::string numberText(double value, Format... format) {
  char text[40];
  const auto end = std::to_chars(text, text + sizeof text, value, format...).ptr;
  return {text, end};
}

/// Writes families of samples that all carry the label of the database.
class Writer {
 public:
  explicit Writer(std::string_view database) : database_(database) {}

  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    text_ += "# HELP " + name_ + ' ' + std::string(help) + "\n# TYPE " + name_ + ' ' +
             std::string(type) + '\n';
  }
  void sample(double value, std::initializer_list<Label> labels = {},
              std::string_view suffix = {}) {
    text_ += name_ + std::string(suffix) + "{database=\"" + escaped(database_) + '"';
    for (const auto& [name, label] : labels)
      text_ += ',' + std::string(name) + "=\"" + escaped(label) + '"';
    text_ += "} " + numberText(value) + '\n';
  }
  void single(std::string_view name, std::string_view type, std::string_view help, double value) {
    family(name, type, help);
    sample(value);
  }
  void counter(std::string_view name, std::string_view help, std::uint64_t value) {
    single(name, "counter", help, static_cast<double>(value));
  }
  void gauge(std::string_view name, std::string_view help, double value) {
    single(name, "gauge", help, value);
  }
  void histogram(std::string_view name, std::string_view help, const DurationCounts& counts) {
    family(name, "histogram", help);
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < DurationCounts::bounds.size(); ++i) {
      below += counts.counts[i];
      const std::string bound = numberText(static_cast<double>(DurationCounts::bounds[i]) / 1e6,
                                           std::chars_format::fixed);
      sample(static_cast<double>(below), {{"le", bound}}, "_bucket");
    }
    const auto total = static_cast<double>(counts.total());
    sample(total, {{"le", "+Inf"}}, "_bucket");
    sample(static_cast<double>(counts.sum.count()) / 1e6, {}, "_sum");
    sample(total, {}, "_count");
  }
  std::string take() { return std::move(text_); }

 private:
  static std::string escaped(std::string_view value) {
    std::string text;
    for (const char c : value) {
      if (c == '\n') {
        text += "\\n";
        continue;
      }
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    return text;
  }

  const std::string database_;
  std::string name_;
  std::string text_;
};

void writeStorage(Writer& writer, const StorageFigures& storage) {
  writer.gauge("repot_database_size_bytes", "Size of the database: pages times page size.",
               static_cast<double>(storage.bytes()));
  writer.gauge("repot_database_free_bytes", "Free pages inside it, which VACUUM gives back.",
               static_cast<double>(storage.freePages * storage.pageBytes));
  writer.gauge("repot_database_wal_bytes", "Size of its write-ahead log beside it.",
               static_cast<double>(storage.walBytes));
}

void writeWork(Writer& writer, const WorkCounts& work) {
  writer.family("repot_units_total", "counter", "Units of work by their outcome.");
  writer.sample(static_cast<double>(work.commits()), {{"outcome", "committed"}});
  writer.sample(static_cast<double>(work.rollbacks), {{"outcome", "rolled_back"}});
  writer.sample(static_cast<double>(work.notBegun), {{"outcome", "not_begun"}});
  writer.counter("repot_unit_retries_total", "Units of work that were run again.", work.retries);
  writer.counter("repot_busy_errors_total", "Statements and begins that a lock was denied to.",
                 work.busyErrors);
  writer.counter("repot_statements_total", "Statements executed.", work.statements);
  writer.counter("repot_statement_errors_total", "Statements that failed.", work.statementErrors);
  writer.histogram("repot_statement_duration_seconds",
                   "Time of statements inside the database, of one in 16.", work.statementTimes);
  writer.histogram("repot_lock_wait_seconds",
                   "Time that writing units of work waited for the write lock.", work.lockWaits);
  writer.histogram("repot_read_wait_seconds",
                   "Time that reading units of work waited for a connection.", work.readWaits);
}

void writePool(Writer& writer, const DatabaseStatistics& pool) {
  writer.family("repot_pool_connections", "gauge", "Connections of the pool by their state.");
  writer.sample(static_cast<double>(pool.inUse), {{"state", "active"}});
  writer.sample(static_cast<double>(pool.idle), {{"state", "idle"}});
  writer.gauge("repot_pool_waiting_units", "Units of work that wait for a connection.",
               static_cast<double>(pool.waiting));
  writer.counter("repot_pool_waits_total", "Units of work that had to wait for a connection.",
                 pool.waits);
  writer.counter("repot_pool_timeouts_total", "Units of work that waited in vain.", pool.timeouts);
  writer.counter("repot_pool_opened_total", "Connections opened.", pool.connectionsOpened);
  writer.counter("repot_pool_closed_total", "Connections closed.", pool.connectionsClosed);
  writer.counter("repot_pool_failed_checks_total", "Connections found dead before use.",
                 pool.failedChecks);
}

void writeSlow(Writer& writer, const std::vector<SlowStatement>& statements) {
  std::map<std::string, SlowStatement> merged;  // Two may differ in their literals only.
  for (const SlowStatement& statement : statements) {
    SlowStatement& one = merged[statement.redacted()];
    one.count += statement.count;
    one.total += statement.total;
  }
  if (merged.empty()) return;
  writer.family("repot_slow_statements_total", "counter",
                "Executions of slow statements, without their literals.");
  for (const auto& [text, statement] : merged)
    writer.sample(static_cast<double>(statement.count), {{"statement", text}});
  writer.family("repot_slow_statement_seconds_total", "counter",
                "Time inside the database of slow statements.");
  for (const auto& [text, statement] : merged)
    writer.sample(static_cast<double>(statement.total.count()) / 1e6, {{"statement", text}});
}

}  // namespace

MetricsReport metricsReport(const Database& database, const Metrics& metrics) {
  MetricsReport report;
  report.database = database.url().toString();
  if (!database.url().isInMemory()) {
    report.storage = database.backend()
                         .connect(database.url(), database.options(), ConnectionRole::reader)
                         ->storage();
  }
  report.work = metrics.counts();
  report.pool = database.statistics();
  report.activeUsers = metrics.activeUsers();
  report.slow = metrics.slowStatements();
  return report;
}

std::string toPrometheus(const MetricsReport& report) {
  Writer writer(report.database);
  if (report.storage) writeStorage(writer, *report.storage);
  if (report.growthPerDay) {
    writer.gauge("repot_database_growth_bytes_per_second", "Growth by the trend of its history.",
                 *report.growthPerDay / 86'400);
  }
  if (report.work) writeWork(writer, *report.work);
  if (report.pool) writePool(writer, *report.pool);
  if (report.activeUsers) {
    writer.gauge("repot_active_users", "Users of units of work within the sliding window.",
                 static_cast<double>(*report.activeUsers));
  }
  writeSlow(writer, report.slow);
  if (!report.signals.empty()) {
    writer.family("repot_growth_signal_level", "gauge",
                  "Growth signals: 0 not reached, 1 prepare to move, 2 move now.");
    for (const GrowthSignal& signal : report.signals)
      writer.sample(static_cast<double>(signal.level), {{"signal", signal.name}});
  }
  return writer.take();
}

}  // namespace repot
