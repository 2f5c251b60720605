// repot cutover: the application goes over to PostgreSQL.
#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/run.hpp"
#include "engine/cutover/cutover.hpp"

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>

namespace repot::cli {
namespace {

struct CutoverArguments {
  std::string source;
  std::string target;
  migrate::CutoverOptions options;
  double downtimeMax = 10;
  double patience = 30;
  bool undo = false;
  OutputArguments output;
};

std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

int run(const CutoverArguments& arguments) {
  const std::string source = sqlitePath(arguments.source);
  const DatabaseUrl target = postgresqlUrl(arguments.target);
  migrate::CutoverOptions options = arguments.options;
  options.downtimeMax = milliseconds(arguments.downtimeMax);
  options.patience = milliseconds(arguments.patience);
  if (options.flip.value.empty()) options.flip.value = arguments.target;
  return runWatched(arguments.output, [&](migrate::Progress& progress) -> int {
    const migrate::CutoverReport report =
        arguments.undo ? migrate::undoCutover(source, target, options, progress)
                       : migrate::cutover(source, target, options, progress);
    const bool done = report.moved || report.undone;
    const std::string json = migrate::reportToJson(report);
    if (arguments.output.json) {
      std::fputs(json.c_str(), stdout);
    } else if (!arguments.output.quiet || !done) {
      std::fputs(migrate::reportToText(report).c_str(), stdout);
    }
    const bool page = writePage(
        arguments.output, migrate::reportToHtml(report, describe(done ? success : different)));
    const bool written = writeReportFile(arguments.output, json) && page;
    if (!done) return different;
    return written ? success : internalError;
  });
}

void addFlips(CLI::App& command, migrate::FlipOptions& flip) {
  const char* const group = "How the application is led there";
  command
      .add_option("--env-file", flip.envFile,
                  "File of NAME=value lines in which a variable is set to TARGET, at once, with "
                  "its mode and owner")
      ->type_name("FILE")
      ->group(group);
  command.add_option("--variable", flip.variable, "The variable")->type_name("NAME")->group(group);
  command
      .add_option("--value", flip.value,
                  "What it is set to, where TARGET is not what the application understands")
      ->type_name("TEXT")
      ->group(group);
  command.add_option("--symlink", flip.link, "A symbolic link that is changed")
      ->type_name("LINK")
      ->group(group);
  command.add_option("--symlink-to", flip.linkTo, "What it leads to then")
      ->type_name("FILE")
      ->group(group);
  command
      .add_option("--hook", flip.hook,
                  "Shell command that is run last, as one that restarts the application. Where it "
                  "fails, everything is taken back: it must then have left the application on "
                  "SQLite")
      ->type_name("COMMAND")
      ->group(group);
}

}  // namespace

void addCutover(CLI::App& app, Action& chosen) {
  const auto arguments = std::make_shared<CutoverArguments>();
  CLI::App* command = app.add_subcommand(
      "cutover", "Lead an application over to PostgreSQL, while its writers wait for a moment");
  command->footer(
      "Synchronises until little is left, keeps writers waiting, synchronises the rest, fences the "
      "SQLite file\noff, so that a forgotten writer gets an error, and flips the switch. Whatever "
      "fails before that leaves the\napplication on SQLite. A cutover that was killed goes on by "
      "the same command.\n\n"
      "Examples:\n"
      "  repot cutover app.db postgresql:///app --env-file /etc/app.env --variable DATABASE_URL "
      "\\\n"
      "      --hook 'systemctl restart app'\n"
      "  repot cutover app.db postgresql:///app --undo");
  addEnds(*command, arguments->source, arguments->target);
  command->add_option("--schema", arguments->options.sync.schema, "Schema that the migration made")
      ->capture_default_str();
  addFlips(*command, arguments->options.flip);
  command
      ->add_option("--rows-left", arguments->options.rowsLeft,
                   "Writers are kept waiting once a round changed no more rows than this")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000'000}))
      ->capture_default_str();
  command
      ->add_option("--max-downtime", arguments->downtimeMax,
                   "Seconds that the last sync may take; else writers go on in SQLite")
      ->check(CLI::Range(0.1, 86400.0))
      ->capture_default_str();
  command
      ->add_option("--patience", arguments->patience,
                   "Seconds to wait for the lock among the writers")
      ->check(CLI::Range(0.1, 86400.0))
      ->capture_default_str();
  command->add_flag("--undo", arguments->undo,
                    "Take the fence away and the switch back, where nothing was written to "
                    "PostgreSQL since");
  command->add_option("--jobs,-j", arguments->options.sync.jobs, "Streams that read the source")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  arguments->output.addTo(*command);
  arguments->output.addPageTo(*command);
  command->callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace repot::cli
