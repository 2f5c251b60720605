// Gathers metrics from outside; see metrics_source.hpp.
#include "engine/signals/metrics_source.hpp"

#include "engine/signals/assess.hpp"

#include <repot/backend.hpp>
#include <repot/backends.hpp>
#include <repot/options.hpp>

namespace repot::migrate {
namespace {

/// Older than this the last sample says nothing about who is active now.
constexpr std::chrono::minutes fresh{5};

MetricsReport ofSqlite(const std::string& path, std::chrono::sys_seconds now) {
  AssessOptions options;
  options.now = now;
  const Assessment assessment = assess(path, options);
  MetricsReport report;
  report.storage = assessment.storage;
  report.signals = assessment.signals;
  report.growthPerDay = assessment.signals.front().perDay;
  if (assessment.history.empty()) return report;
  report.work = assessment.totals;
  const GrowthSample& last = assessment.history.back();
  const bool current = last.start + last.length + fresh >= now;
  report.activeUsers = current ? static_cast<std::size_t>(assessment.activeUsers) : 0;
  return report;
}

MetricsReport ofServer(const DatabaseUrl& url) {
  registerBackends();
  const auto backend = findBackend(url.scheme());
  DatabaseOptions options;
  backend->configure(url, options);
  MetricsReport report;
  report.storage = backend->connect(url, options, ConnectionRole::reader)->storage();
  return report;
}

}  // namespace

MetricsReport metricsOf(const DatabaseUrl& url, std::chrono::sys_seconds now) {
  MetricsReport report = url.scheme() == "sqlite" ? ofSqlite(url.filePath(), now) : ofServer(url);
  report.database = url.toString();
  return report;
}

}  // namespace repot::migrate
