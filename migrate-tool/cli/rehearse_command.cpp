// repot rehearse: the whole move, tried where nothing stays.
#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/run.hpp"
#include "engine/rehearse/rehearse.hpp"

#include <cstdio>
#include <memory>
#include <optional>
#include <string>

namespace repot::cli {
namespace {

struct RehearseArguments {
  PlanArguments plan;
  OutputArguments output;
  migrate::RehearseOptions options;
};

ExitCode codeOf(const migrate::RehearsalReport& report) {
  if (report.refused()) return refused;
  if (!report.equal) return different;
  return report.hasReported() ? doneWithReported : success;
}

int run(const RehearseArguments& arguments) {
  const std::string source = arguments.plan.sourcePath();
  const auto target = arguments.plan.target.empty()
                          ? std::nullopt
                          : std::optional(postgresqlUrl(arguments.plan.target));
  migrate::RehearseOptions options = arguments.options;
  options.plan = arguments.plan.options();
  return runWatched(arguments.output, [&](migrate::Progress& progress) -> int {
    const migrate::RehearsalReport report = migrate::rehearse(source, target, options, progress);
    const ExitCode code = codeOf(report);
    const std::string json = migrate::reportToJson(report);
    if (arguments.output.json) {
      std::fputs(json.c_str(), stdout);
    } else if (!arguments.output.quiet || !report.equal) {
      std::fputs(migrate::reportToText(report).c_str(), stdout);
    }
    const bool written =
        writePage(arguments.output, migrate::reportToHtml(report, describe(code))) &&
        writeReportFile(arguments.output, json);
    return written || code != success ? code : internalError;
  });
}

}  // namespace

void addRehearse(CLI::App& app, Action& chosen) {
  const auto arguments = std::make_shared<RehearseArguments>();
  CLI::App* command = app.add_subcommand(
      "rehearse", "Try the whole move on a copy and a throwaway server, and tell what to expect");
  command->footer(
      "Copies SOURCE, migrates the copy, changes a few of its rows, synchronises them and cuts "
      "over, on a\nserver that is started for it on this machine – or in a schema of TARGET, which "
      "is dropped again – and\ntells the time of each stage, sizes, and what would be refused. "
      "SOURCE is only read, and nothing is left\nbehind, also after Ctrl-C. The settings are "
      "those of `repot migrate`.\n\n"
      "Examples:\n"
      "  repot rehearse app.db\n"
      "  repot rehearse app.db postgresql://app@db.example.org/app --report rehearsal.html");
  arguments->plan.addTo(*command, PlanArguments::Target::optional);
  command->add_option("--jobs,-j", arguments->options.jobs, "Streams that load at the same time")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command
      ->add_option("--folder", arguments->options.folder,
                   "Where the copy and the server go, some five times as large as SOURCE together; "
                   "else $TMPDIR or /tmp")
      ->type_name("FOLDER");
  arguments->output.addTo(*command);
  arguments->output.addPageTo(*command);
  command->callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace repot::cli
