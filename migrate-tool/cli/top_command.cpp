// repot top: a live view of an SQLite database in use.
#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/config_arguments.hpp"
#include "cli/exit_codes.hpp"
#include "cli/growth_arguments.hpp"
#include "engine/signals/top_view.hpp"

#include <repot/error.hpp>

#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>

namespace repot::cli {
namespace {

struct TopArguments {
  std::string source;
  double seconds = 2;
  bool once = false;
  GrowthArguments growth;
};

migrate::TopOptions terminal() {
  migrate::TopOptions options;
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0)
    options.lines = size.ws_row;
  const char* const none = std::getenv("NO_COLOR");
  options.colour = none == nullptr || *none == '\0';
  return options;
}

int run(const TopArguments& arguments) {
  const std::string path = sqlitePath(arguments.source);
  const bool live = !arguments.once && ::isatty(STDOUT_FILENO) == 1;
  try {
    for (;;) {
      const auto assessment = migrate::assess(path, arguments.growth.assessOptions());
      if (!live) {
        std::fputs(migrate::topFrame(assessment, {}).c_str(), stdout);
        return success;
      }
      // From the top, each line to its end, then what is left below: nothing flickers.
      std::string frame = "\033[H";
      for (const char c : migrate::topFrame(assessment, terminal()))
        frame += c == '\n' ? "\033[K\n" : std::string(1, c);
      std::fputs((frame + "\033[J").c_str(), stdout);
      std::fflush(stdout);
      std::this_thread::sleep_for(std::chrono::duration<double>(arguments.seconds));
    }
  } catch (const Error& error) {
    std::fprintf(stderr, "repot: %s\n", error.what());
    return sourceUnusable;
  }
}

}  // namespace

void addTop(CLI::App& app, Action& chosen) {
  const auto arguments = std::make_shared<TopArguments>();
  CLI::App* command =
      app.add_subcommand("top", "Watch an SQLite database in use: signals, size, the last minutes");
  command->footer(
      "The application's repot::GrowthMonitor writes the minutes; size and log are of now. Ends "
      "by\n"
      "Ctrl-C, or after one frame where the output is no terminal.\n\n"
      "Examples:\n"
      "  repot top app.db\n"
      "  repot top app.db --once");
  addConfigured(*command, {{addSource(*command, arguments->source), arguments->source}});
  command->add_option("--interval", arguments->seconds, "Seconds between two frames")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  command->add_flag("--once", arguments->once, "Print one frame");
  arguments->growth.addTo(*command);
  command->callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace repot::cli
