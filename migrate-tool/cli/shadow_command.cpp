// repot shadow: what both databases answer to the same queries.
#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/run.hpp"
#include "engine/shadow/shadow.hpp"

#include <repot/error.hpp>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

namespace repot::cli {
namespace {

struct ShadowArguments {
  std::string source;
  std::string target;
  std::string queries;
  migrate::ShadowOptions options;
  OutputArguments output;
};

std::vector<migrate::ShadowQuery> queriesIn(const std::string& path) {
  if (path.empty()) return {};
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorKind::usage, "cannot read the file of queries \"" + path + '"');
  return migrate::queriesOf(std::string{std::istreambuf_iterator<char>(file), {}});
}

int run(const ShadowArguments& arguments) {
  const std::string source = sqlitePath(arguments.source);
  const DatabaseUrl target = postgresqlUrl(arguments.target);
  const std::vector<migrate::ShadowQuery> queries = queriesIn(arguments.queries);
  return runWatched(arguments.output, [&](migrate::Progress& progress) -> int {
    const migrate::ShadowReport report =
        migrate::shadow(source, target, queries, arguments.options, progress);
    const ExitCode code = report.different() == 0 ? success : different;
    const std::string json = migrate::reportToJson(report);
    if (arguments.output.json) {
      std::fputs(json.c_str(), stdout);
    } else if (!arguments.output.quiet || code != success) {
      std::fputs(migrate::reportToText(report).c_str(), stdout);
    }
    const bool page = writePage(arguments.output, migrate::reportToHtml(report, describe(code)));
    const bool written = writeReportFile(arguments.output, json) && page;
    return written || code != success ? code : internalError;
  });
}

}  // namespace

void addShadow(CLI::App& app, Action& chosen) {
  const auto arguments = std::make_shared<ShadowArguments>();
  CLI::App* command = app.add_subcommand(
      "shadow", "Ask both databases the same queries, and tell what they answer differently");
  command->footer(
      "TARGET is what `repot migrate` made of SOURCE; synchronise it first, or stop the writers: "
      "what was written\nsince is a difference. Without --queries the number of rows, the first "
      "rows and some others of each table\nare asked for, and all rows of each view. Both are only "
      "read.\n\n"
      "Examples:\n"
      "  repot shadow app.db postgresql:///app\n"
      "  repot shadow app.db postgresql:///app --queries queries.sql --report answers.html");
  addEnds(*command, arguments->source, arguments->target);
  command
      ->add_option("--queries", arguments->queries,
                   "SQL that both databases understand, a query before each semicolon")
      ->type_name("FILE.sql");
  command->add_option("--schema", arguments->options.schema, "Schema that the migration made")
      ->capture_default_str();
  command
      ->add_option("--max-rows", arguments->options.rowsMax,
                   "Answers with more rows are not compared")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{100'000'000}))
      ->capture_default_str();
  arguments->output.addTo(*command);
  arguments->output.addPageTo(*command);
  command->callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace repot::cli
