// repot plan: what a migration would do, and why.
#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "engine/plan_json.hpp"
#include "engine/plan_page.hpp"
#include "engine/plan_text.hpp"
#include "engine/planner.hpp"
#include "engine/run/target.hpp"
#include "engine/shell_word.hpp"

#include <repot/error.hpp>

#include <cstdio>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace repot::cli {
namespace {

struct Arguments {
  PlanArguments plan;
  bool json = false;
  bool sql = false;
  bool all = false;
  std::string page;
};

/// Says on stderr what stands in the way at the target, and adds it to `problems`; returns the exit
/// code for it.
ExitCode judgeTarget(const DatabaseUrl& target, const migrate::Plan& plan,
                     std::vector<std::string>& problems) {
  try {
    migrate::Control control(target);
    const std::vector<Error> found = migrate::targetProblems(control, plan);
    std::fprintf(stderr, "Target %s: %s\n", target.toString().c_str(),
                 found.empty() ? "ready" : "a migration would be refused");
    for (const Error& problem : found) {
      std::fprintf(stderr, "  %s\n", problem.what());
      problems.emplace_back(problem.what());
    }
    if (found.empty()) return success;
    return found.front().kind() == ErrorKind::conflict ? refused : targetUnusable;
  } catch (const Error& error) {
    std::fprintf(stderr, "repot: %s\n", error.what());
    problems.emplace_back(error.what());
    return targetUnusable;
  }
}

migrate::Verdict verdictOf(ExitCode code, const std::vector<std::string>& problems) {
  using Tone = migrate::Page::Tone;
  switch (code) {
    case success:
      return {Tone::good, "ready", "Everything is carried over.", describe(code)};
    case doneWithReported:
      return {Tone::warning, "ready, but",
              "some objects are not carried over: --skip-untranslatable goes on without them.",
              describe(code)};
    default:
      return {Tone::bad, "refused",
              problems.empty()
                  ? "Values do not fit: nothing would be written until that is settled."
                  : "The target does not let a migration through.",
              describe(code)};
  }
}

std::string nextCommand(ExitCode code, const Arguments& arguments, const std::string& path,
                        const std::optional<DatabaseUrl>& target) {
  if (code != success && code != doneWithReported) return {};
  using migrate::shellWord;
  std::string command =
      "repot migrate " + shellWord(path) + ' ' +
      (target ? shellWord(target->toString()) : "postgresql://USER@HOST/DATABASE");
  if (!arguments.plan.optionsFile.empty())
    command += " --options " + shellWord(arguments.plan.optionsFile);
  for (const auto& [name, values] : arguments.plan.settings) {
    for (const std::string& value : values)
      command += " --" + name + ' ' + shellWord(value);
  }
  return command + (code == doneWithReported ? " --skip-untranslatable" : "");
}

migrate::Plan planOf(const Arguments& arguments, const std::string& path) {
  migrate::PlanOptions options = arguments.plan.options();
  if (arguments.all) options.examples = std::numeric_limits<std::ptrdiff_t>::max();
  sqlite::SqliteSource source = sqlite::SqliteSource::open(path);
  return migrate::makePlan(source, options);
}

int run(const Arguments& arguments) {
  const std::string path = arguments.plan.sourcePath();
  const bool hasTarget = !arguments.plan.target.empty();
  const auto target = hasTarget ? std::optional(arguments.plan.targetUrl()) : std::nullopt;
  migrate::Plan plan;
  try {
    plan = planOf(arguments, path);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::usage) throw;
    std::fprintf(stderr, "repot: %s\n", error.what());
    return sourceUnusable;
  }
  const std::string text = arguments.json  ? migrate::planToJson(plan)
                           : arguments.sql ? migrate::planToSql(plan)
                                           : migrate::planToText(plan);
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
  std::vector<std::string> problems;
  ExitCode code = target ? judgeTarget(*target, plan, problems) : success;
  if (code == success)
    code = plan.refused() ? refused : plan.hasReported() ? doneWithReported : success;
  if (!arguments.page.empty()) {
    writeReport(arguments.page, planToHtml(plan, verdictOf(code, problems), problems,
                                           nextCommand(code, arguments, path, target)));
  }
  return code;
}

}  // namespace

void addPlan(CLI::App& app, Action& chosen) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "plan", "Show what a migration would do with each table, column and object, and why");
  command->footer(
      "Reads all values of the source once and writes nothing. With a TARGET it also says whether\n"
      "the server, its rights and its names would let the migration through.\n\n"
      "Examples:\n"
      "  repot plan app.db\n"
      "  repot plan app.db postgresql://app@db.example.org/app\n"
      "  repot plan app.db --sql > schema.sql\n"
      "  repot plan app.db --report plan.html\n"
      "  repot plan app.db --json > plan.json && repot migrate app.db postgresql:///app --plan "
      "plan.json");
  arguments->plan.addTo(*command, PlanArguments::Target::optional);
  CLI::Option* json =
      command->add_flag("--json", arguments->json, "Print the plan as JSON, for --plan");
  command->add_flag("--sql", arguments->sql, "Print the DDL that a migration runs")->excludes(json);
  command->add_flag("--all", arguments->all,
                    "Name every value that does not fit, not only the first five of each kind");
  command
      ->add_option("--report", arguments->page,
                   "Write the plan as a page into a file, over what is there")
      ->type_name("FILE.html");
  command->callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace repot::cli
