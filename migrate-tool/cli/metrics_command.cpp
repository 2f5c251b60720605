// repot metrics: a database's metrics for Prometheus, once or at an address.
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/metrics_listener.hpp"
#include "cli/schema_common.hpp"
#include "engine/signals/metrics_source.hpp"

#include <repot/error.hpp>
#include <repot/metric_points.hpp>
#include <repot/prometheus.hpp>

#include <cstdio>
#include <memory>
#include <string>

namespace repot::cli {
namespace {

struct MetricsArguments {
  std::string url;
  std::string listen;
  bool json = false;
};

int run(const MetricsArguments& arguments) {
  const DatabaseUrl url = DatabaseUrl::parseOrPath(arguments.url);
  if (url.isInMemory()) {
    throw Error(ErrorKind::invalidUrl,
                "a database in memory belongs to its process, which has repot::toPrometheus()");
  }
  const auto page = [&] {
    const MetricsReport report = migrate::metricsOf(url);
    return arguments.json ? toJson(report) : toPrometheus(report);
  };
  std::string first;
  try {
    first = page();  // Says at once what is wrong with the database.
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::invalidUrl) throw;
    std::fprintf(stderr, "repot: %s\n", error.what());
    return sourceUnusable;
  }
  if (arguments.listen.empty()) {
    std::fputs(first.c_str(), stdout);
    return success;
  }
  serveMetrics(arguments.listen, page, [](const std::string& where) {
    std::fprintf(stderr, "metrics at %s\n", where.c_str());
  });
}

}  // namespace

void addMetrics(CLI::App& app, Action& chosen) {
  const auto arguments = std::make_shared<MetricsArguments>();
  CLI::App* command = app.add_subcommand(
      "metrics", "Print a database's metrics in Prometheus's text format, or serve them");
  command->footer(
      "Of an SQLite file: its size and growth, the growth signals, and what the application's\n"
      "repot::GrowthMonitor wrote beside it. Of a PostgreSQL database: its size.\n\n"
      "Examples:\n"
      "  repot metrics app.db\n"
      "  repot metrics app.db > /var/lib/prometheus/node-exporter/app.prom\n"
      "  repot metrics app.db --listen 127.0.0.1:9187");
  addUrl(*command, arguments->url);
  CLI::Option* json = command->add_flag("--json", arguments->json,
                                        "Print them as JSON, with OpenTelemetry's names and units");
  command
      ->add_option("--listen", arguments->listen,
                   "Serve them at http://ADDRESS:PORT/metrics until interrupted; loopback only")
      ->type_name("ADDRESS:PORT")
      ->excludes(json);
  command->callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace repot::cli
