// repot schema lint: what is unsafe in migrations written as SQL.
#include "cli/exit_codes.hpp"
#include "cli/schema_commands.hpp"
#include "engine/lint/lint.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

namespace repot::cli {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::vector<std::string> files;
  std::string dialect = "both";
  std::string failOn = "error";
  bool json = false;
  bool quiet = false;
  bool rules = false;
};

std::string readFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file) throw Error(ErrorKind::usage, "cannot read " + path.string());
  return text.str();
}

/// The .sql and .py files of a folder, by name, as migrations are ordered.
std::vector<fs::path> filesOf(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path)) {
    const std::string suffix = entry.path().extension().string();
    if (entry.is_regular_file() && (suffix == ".sql" || suffix == ".py"))
      files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  if (files.empty())
    throw Error(ErrorKind::usage, "there is no .sql or .py file in " + path.string());
  return files;
}

bool fails(const std::vector<lint::Finding>& findings, const std::string& failOn) {
  return std::any_of(findings.begin(), findings.end(), [&](const lint::Finding& finding) {
    const lint::Severity severity = finding.rule->severity;
    if (failOn == "error") return severity == lint::Severity::error;
    if (failOn == "warning") return severity != lint::Severity::info;
    return failOn == "info";
  });
}

void print(const std::vector<lint::Finding>& findings, std::size_t files) {
  std::fputs(lint::toText(findings).c_str(), stdout);
  std::size_t errors = 0;
  for (const lint::Finding& finding : findings)
    errors += finding.rule->severity == lint::Severity::error ? 1 : 0;
  std::printf("%zu findings in %zu files, %zu of them errors\n", findings.size(), files, errors);
}

int run(const Arguments& arguments) {
  if (arguments.rules) {
    std::fputs(lint::rulesAsMarkdown().c_str(), stdout);
    return success;
  }
  if (arguments.files.empty())
    throw Error(ErrorKind::usage, "name the files or folders to look at");
  std::vector<lint::Input> inputs;
  try {
    for (const std::string& name : arguments.files) {
      for (const fs::path& path : filesOf(name))
        inputs.push_back({path.string(), readFile(path)});
    }
  } catch (const fs::filesystem_error& error) {
    throw Error(ErrorKind::usage, error.what());
  }
  const lint::Options options{arguments.dialect != "postgresql", arguments.dialect != "sqlite"};
  const std::vector<lint::Finding> findings = lint::lint(inputs, options);
  if (arguments.json) {
    std::fputs(lint::toJson(findings).c_str(), stdout);
  } else if (!arguments.quiet) {
    print(findings, inputs.size());
  }
  return fails(findings, arguments.failOn) ? unsafe : success;
}

}  // namespace

void addSchemaLint(CLI::App& schema, Action& chosen) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = schema.add_subcommand(
      "lint", "Find what is unsafe in migrations written as SQL, of Repot or of other tools");
  command->footer(
      "Reads SQL files and the plain strings that Alembic's migrations execute, in the order "
      "given\n"
      "(folders by name), and connects to nothing. Exit code 9: findings at or above --fail-on.\n"
      "A comment takes a finding out: -- repot:ignore rule-id reason\n\n"
      "Examples:\n"
      "  repot schema lint migrations\n"
      "  repot schema lint --dialect sqlite alembic/versions/*.py\n"
      "  alembic upgrade head --sql > all.sql; repot schema lint all.sql --json");
  command->add_option("FILES", arguments->files, "Files and folders")->type_name("FILE…");
  command->add_option("--dialect", arguments->dialect, "Where the files are to run")
      ->check(CLI::IsMember({"sqlite", "postgresql", "both"}))
      ->capture_default_str();
  command->add_option("--fail-on", arguments->failOn, "Least severity for a non-zero exit code")
      ->check(CLI::IsMember({"error", "warning", "info", "never"}))
      ->capture_default_str();
  command->add_flag("--json", arguments->json, "Print the findings as JSON");
  command->add_flag("--quiet,-q", arguments->quiet, "Print nothing; the exit code tells");
  command->add_flag("--rules", arguments->rules, "Print all rules as a Markdown table");
  command->callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace repot::cli
