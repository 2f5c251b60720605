// The text that Prometheus reads; see prometheus.hpp.
#include "repot/prometheus.hpp"

#include "repot/backend.hpp"
#include "repot/database.hpp"
#include "repot/metric_points.hpp"

#include <charconv>
#include <string_view>
#include <utility>

namespace repot {
namespace {

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

  void write(const MetricPoint& point) {
    if (name_ != point.prometheus) family(point);
    if (point.durations != nullptr) return histogram(*point.durations);
    std::string labels;
    for (const MetricPoint::Attribute& one : point.attributes)
      labels +=
          label(one.prometheus, one.prometheusValue.empty() ? one.value : one.prometheusValue);
    sample(point.value, labels);
  }
  std::string take() { return std::move(text_); }

 private:
  void family(const MetricPoint& point) {
    name_ = point.prometheus;
    text_ += "# HELP " + name_ + ' ' + std::string(point.description) + "\n# TYPE " + name_ + ' ' +
             std::string(toString(point.kind)) + '\n';
  }
  void sample(double value, const std::string& labels = {}, std::string_view suffix = {}) {
    text_ += name_ + std::string(suffix) + "{database=\"" + escaped(database_) + '"' + labels +
             "} " + numberText(value) + '\n';
  }
  void histogram(const DurationCounts& counts) {
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < DurationCounts::bounds.size(); ++i) {
      below += counts.counts[i];
      const std::string bound = numberText(static_cast<double>(DurationCounts::bounds[i]) / 1e6,
                                           std::chars_format::fixed);
      sample(static_cast<double>(below), label("le", bound), "_bucket");
    }
    const auto total = static_cast<double>(counts.total());
    sample(total, label("le", "+Inf"), "_bucket");
    sample(static_cast<double>(counts.sum.count()) / 1e6, {}, "_sum");
    sample(total, {}, "_count");
  }
  static std::string label(std::string_view name, std::string_view value) {
    return ',' + std::string(name) + "=\"" + escaped(value) + '"';
  }
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
  report.servers = database.servers();
  report.activeUsers = metrics.activeUsers();
  report.slow = metrics.slowStatements();
  return report;
}

std::string toPrometheus(const MetricsReport& report) {
  Writer writer(report.database);
  forEachMetric(report, [&](const MetricPoint& point) { writer.write(point); });
  return writer.take();
}

}  // namespace repot
