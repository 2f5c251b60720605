// repot verify: whether a target holds exactly what a source holds.
#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/run.hpp"
#include "engine/run/migrate.hpp"

#include <algorithm>
#include <memory>
#include <string>

namespace repot::cli {
namespace {

constexpr std::size_t jsonLimit = 10'000;

struct VerifyArguments {
  PlanArguments plan;
  OutputArguments output;
  ExistingArguments existing;
  std::size_t jobs = 2;
  std::size_t limit = migrate::VerifyOptions::shown;
  std::string maker = "auto";
  bool viewRows = false;
};

migrate::VerifyOptions::Maker makerOf(const std::string& word) {
  using Maker = migrate::VerifyOptions::Maker;
  if (word == "repot") return Maker::repot;
  return word == "other" ? Maker::other : Maker::unknown;
}

int run(const VerifyArguments& arguments) {
  const std::string source = arguments.plan.sourcePath();
  const DatabaseUrl target = arguments.plan.targetUrl();
  migrate::MigrateOptions options;
  options.plan = arguments.plan.options();
  options.savedPlan = arguments.plan.savedPlan();
  options.pairing = arguments.existing.options();
  options.jobs = arguments.jobs;
  options.verify.limit = arguments.limit;
  options.verify.maker = makerOf(arguments.maker);
  options.verify.viewRows = arguments.viewRows;
  // A machine reads on where people have seen enough.
  if (arguments.output.json) options.verify.limit = std::max(arguments.limit, jsonLimit);
  return runReported(arguments.output, [&](migrate::Progress& progress) {
    return migrate::verify(source, target, options, progress);
  });
}

}  // namespace

void addVerify(CLI::App& app, Action& chosen) {
  const auto arguments = std::make_shared<VerifyArguments>();
  CLI::App* command = app.add_subcommand(
      "verify",
      "Compare an SQLite database with its copy in PostgreSQL: every row, index, key and sequence");
  command->footer(
      "The copy may be made by any tool: tables and columns are paired by name, and values "
      "compared "
      "as\nthe target's types hold them. Both sides are only read. Give the same options as to "
      "`repot migrate`.\n\n"
      "Examples:\n"
      "  repot verify app.db postgresql://app@db.example.org/app\n"
      "  repot verify app.db postgresql:///app --type events.at=epochms --json");
  arguments->plan.addTo(*command, PlanArguments::Target::required);
  command
      ->add_option("--plan", arguments->plan.planFile, "The saved plan that the target was made by")
      ->type_name("FILE");
  command->add_option("--jobs,-j", arguments->jobs, "Streams, half of them for each side")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command
      ->add_option("--limit", arguments->limit,
                   "Rows that differ to be shown, per table; --json gives up to 10000 in any case")
      ->check(CLI::Range(std::size_t{1}, jsonLimit))
      ->capture_default_str();
  command
      ->add_option("--made-by", arguments->maker,
                   "repot: compare each object's definition with the one that repot makes; other: "
                   "by structure; auto: as the columns look like")
      ->check(CLI::IsMember({"auto", "repot", "other"}))
      ->capture_default_str();
  command->add_flag("--view-rows", arguments->viewRows,
                    "Compare the rows of views too: of up to 100000 rows, and 30 s each");
  command->add_flag("--data-only", arguments->existing.dataOnly,
                    "The application made the target's schema: its version tables and constraints "
                    "are its own");
  arguments->existing.addTo(*command);
  arguments->output.addTo(*command);
  arguments->output.addPageTo(*command);
  command->callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace repot::cli
