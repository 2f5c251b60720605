// The program behind docs/monitoring.md and docs/growth.md: an application that is watched.
// Usage: monitored URL USERS
#include <repot/backends.hpp>
#include <repot/growth_monitor.hpp>
#include <repot/metric_points.hpp>
#include <repot/prometheus.hpp>
#include <repot/repot.hpp>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

using namespace repot;

namespace {

void handleRequest(Database& database, const std::string& userId) {
  UnitOptions options;
  options.user = userId;  // Opaque; only a hash of it is kept.
  database.write([](UnitOfWork& unit) { unit.execute("INSERT INTO visits (at) VALUES (1)"); },
                 options);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "usage: monitored URL USERS\n"), 2;
  registerBackends();
  try {
    const auto metrics = std::make_shared<Metrics>();
    DatabaseOptions options;
    options.observer = metrics;
    Database database = Database::open(argv[1], options);

    GrowthOptions growth;
    growth.onReached = [](const GrowthSignal& signal) {
      std::fprintf(stderr, "%s: %s (%s)\n", signal.name.c_str(), signal.measured.c_str(),
                   std::string(toString(signal.level)).c_str());
    };
    GrowthMonitor monitor(database, metrics, growth);

    database.write([](UnitOfWork& unit) {
      unit.execute("CREATE TABLE IF NOT EXISTS visits (at INTEGER NOT NULL)");
    });
    for (int user = 0; user < std::atoi(argv[2]); ++user)
      handleRequest(database, "user " + std::to_string(user));
    monitor.update();  // Once a minute it does so by itself.

    const std::string text = toPrometheus(metricsReport(database, *metrics));
    std::fputs(text.c_str(), stdout);

    forEachMetric(metricsReport(database, *metrics), [](const MetricPoint& point) {
      std::fprintf(stderr, "%s = %g %s\n", std::string(point.name).c_str(), point.value,
                   std::string(point.unit).c_str());
    });
  } catch (const Error& error) {
    return std::fprintf(stderr, "monitored: %s\n", error.what()), 1;
  }
}
