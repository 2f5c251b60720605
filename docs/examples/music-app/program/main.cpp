// The music library: music URL COMMAND. Everything comes from the URL; the schema is brought to its
// newest version at each start.
#include "entities/model.hpp"
#include "migrations/migrations.hpp"
#include "program/commands.hpp"

#include <repot/backends.hpp>
#include <repot/growth_monitor.hpp>
#include <repot/schema/command.hpp>

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace music;

struct Arguments {
  std::string url;
  std::string folder;
  DownloadOptions download;
  ListOptions list;
};

repot::DatabaseOptions databaseOptions(const Arguments& arguments) {
  repot::DatabaseOptions options;
  options.poolSize = static_cast<std::size_t>(arguments.download.workers);
  return options;
}

void addCommands(CLI::App& app, Arguments& arguments) {
  app.add_option("URL", arguments.url, "sqlite:///music.db or postgresql://user@host/music")
      ->required();
  CLI::App* scan = app.add_subcommand("scan", "Take in the audio files below a folder");
  scan->add_option("FOLDER", arguments.folder, "ARTIST/ALBUM/01 TITLE.flac below it")->required();
  CLI::App* download = app.add_subcommand("download", "Queue downloads and let workers do them");
  download->add_option("--workers", arguments.download.workers, "Threads that work at once")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  download->add_option("--count", arguments.download.count, "Downloads to queue first")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000}))
      ->capture_default_str();
  CLI::App* list = app.add_subcommand("list", "List tracks by title");
  list->add_option("--artist", arguments.list.artist, "Only this artist's, in any letters");
  list->add_option("--search", arguments.list.search, "Text in title, artist or album");
  list->add_option("--limit", arguments.list.limit, "Tracks of a page")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{10'000}))
      ->capture_default_str();
  list->add_option("--after", arguments.list.after, "Go on where a page ended");
  app.add_subcommand("status", "Count what there is");
  app.add_subcommand("schema", "Versions of the schema; schema --help tells more")
      ->prefix_command()
      ->set_help_flag();
  app.require_subcommand(1);
}

constexpr const char* schemaHelp =
    R"(music URL schema COMMAND

  status | history | check [--json]
  upgrade [--to ID] [--dry-run] [--json]
  downgrade --to ID [--yes] [--dry-run] [--json]
  stamp --to ID
  diff [--to ID] [--json]
)";

int runSchema(const repot::Database& database, const std::vector<std::string>& words) {
  if (words.empty() || words.front() == "--help" || words.front() == "-h")
    return std::fputs(schemaHelp, stdout), words.empty() ? 2 : 0;
  return repot::schema::runCommand(database, migrations(), words, model());
}

int run(CLI::App& app, Arguments& arguments) {
  const std::string command = app.get_subcommands().front()->get_name();
  repot::registerBackends();
  const auto metrics = std::make_shared<repot::Metrics>();
  auto options = databaseOptions(arguments);
  options.observer = metrics;
  auto database = repot::Database::open(arguments.url, options);
  const repot::GrowthMonitor growth(database, metrics);  // For `repot assess music.db`.
  if (command == "schema") return runSchema(database, app.get_subcommands().front()->remaining());
  repot::schema::Migrator(database, migrations()).upgrade();
  if (command == "scan") scanCommand(database, arguments.folder);
  if (command == "download") downloadCommand(database, arguments.download);
  if (command == "list") listCommand(database, arguments.list);
  if (command == "status") statusCommand(database);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("A music library on SQLite or PostgreSQL", "music");
  Arguments arguments;
  try {
    addCommands(app, arguments);
    app.parse(argc, argv);
    return run(app, arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "music: %s\n", error.what());
    return 1;
  }
}
