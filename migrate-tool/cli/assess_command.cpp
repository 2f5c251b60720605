// repot assess: whether an SQLite database should move, and what that would take.
#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/config_arguments.hpp"
#include "cli/exit_codes.hpp"
#include "cli/growth_arguments.hpp"
#include "cli/stop_signals.hpp"
#include "engine/run/progress.hpp"
#include "engine/signals/assess.hpp"

#include <repot/error.hpp>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>

namespace repot::cli {
namespace {

struct AssessArguments {
  std::string source;
  std::string target;
  GrowthArguments growth;
  bool json = false;
  bool quiet = false;
  bool noSample = false;
  std::string page;
};

int run(const AssessArguments& arguments) {
  const std::string path = sqlitePath(arguments.source);
  const auto target =
      arguments.target.empty() ? std::nullopt : std::optional(postgresqlUrl(arguments.target));
  migrate::Assessment assessment;
  try {
    assessment = migrate::assess(path, arguments.growth.assessOptions());
    if (!arguments.noSample) {
      // So that nothing of the sample stays in the target.
      migrate::Progress progress;
      const StopSignals signals(progress.stop);
      migrate::EstimateOptions options;
      options.progress = &progress;
      assessment.estimate = migrate::estimateMove(path, target, options);
      if (const int signal = StopSignals::caught(); signal != 0) return 128 + signal;
    }
  } catch (const Error& error) {
    std::fprintf(stderr, "repot: %s\n", error.what());
    return sourceUnusable;
  }
  const std::string shown = target ? target->toString() : std::string();
  if (arguments.json) {
    std::fputs(assessmentToJson(assessment, shown).c_str(), stdout);
  } else if (!arguments.quiet) {
    std::fputs(assessmentToText(assessment, shown).c_str(), stdout);
  }
  if (!arguments.page.empty()) writeReport(arguments.page, assessmentToHtml(assessment, shown));
  return exitCodeOf(assessment.verdict());
}

}  // namespace

void addAssess(CLI::App& app, Action& chosen) {
  const auto arguments = std::make_shared<AssessArguments>();
  CLI::App* command = app.add_subcommand(
      "assess", "Judge whether an SQLite database should move to PostgreSQL, with the evidence");
  command->footer(
      "Exit code 0: stay, 10: prepare, 11: move now. Reads the database, and the history that the\n"
      "application keeps beside it (repot::GrowthMonitor). With a TARGET a sample is migrated\n"
      "there and dropped again, so that the duration is measured.\n\n"
      "Examples:\n"
      "  repot assess app.db\n"
      "  repot assess app.db postgresql://app@db.example.org/app\n"
      "  repot assess app.db --json --size-act 2GB --users 8\n"
      "  repot assess app.db --report app.html\n"
      "  repot assess app.db --quiet --no-sample || mail -s 'SQLite is outgrown' me");
  addConfigured(*command, {{addSource(*command, arguments->source), arguments->source}});
  command->add_option("TARGET", arguments->target,
                      "PostgreSQL database that a sample is copied to, for the duration");
  command->add_flag("--no-sample", arguments->noSample,
                    "Judge only: read no rows, and say nothing about size and duration of a move");
  command->add_flag("--json", arguments->json, "Print the assessment as JSON");
  command->add_flag("--quiet,-q", arguments->quiet, "Print nothing but errors");
  command
      ->add_option("--report", arguments->page,
                   "Write it as a page with charts into a file, over what is there")
      ->type_name("FILE.html");
  arguments->growth.addTo(*command);
  command->callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace repot::cli
