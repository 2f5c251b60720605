// repot init: asks what a new application is about, unless it is told, and writes its files.
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "engine/init/project.hpp"

#include <repot/error.hpp>

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <string>

namespace repot::cli {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::string folder = ".";
  init::Project project;
  bool yes = false, quiet = false;

  bool ask() const {
    const bool told =
        yes || !project.name.empty() || !project.entity.empty() || !project.table.empty();
    return !told && ::isatty(STDIN_FILENO) == 1;
  }
};

/// Asks until the answer can be taken; an empty one is `usual`. At the end of the input too.
std::string answerTo(const std::string& question, const std::string& usual,
                     const std::function<void(std::string_view)>& check) {
  for (;;) {
    std::fprintf(stderr, "%s [%s] ", question.c_str(), usual.c_str());
    std::string answer;
    if (!std::getline(std::cin, answer)) std::fputc('\n', stderr);
    if (answer.empty()) return usual;
    try {
      check(answer);
      return answer;
    } catch (const Error& error) {
      std::fprintf(stderr, "%s\n", error.what());
    }
  }
}

/// What was not given, asked for or taken as usual.
init::Project completed(const Arguments& arguments) {
  init::Project project = arguments.project;
  const auto take = [&](std::string& value, const std::string& question, const std::string& usual,
                        void (*check)(std::string_view)) {
    if (value.empty()) value = arguments.ask() ? answerTo(question, usual, check) : usual;
  };
  const fs::path folder = fs::absolute(arguments.folder).lexically_normal();
  const fs::path last = folder.has_filename() ? folder.filename() : folder.parent_path().filename();
  take(project.name, "Name of the project", init::nameFrom(last.string()), init::checkName);
  take(project.entity, "First entity", "Task", init::checkEntity);
  take(project.table, "Its table", init::tableOf(project.entity), init::checkTable);
  return project;
}

int run(const Arguments& arguments) {
  try {
    const init::Project project = completed(arguments);
    const auto files = init::writeProject(arguments.folder, project);
    if (arguments.quiet) return success;
    for (const fs::path& file : files)
      std::printf("%s\n", file.lexically_normal().c_str());
    std::printf("\nNext%s:\n", arguments.folder == "." ? "" : (", in " + arguments.folder).c_str());
    std::printf(
        "  cmake -B build && cmake --build build\n"
        "  ctest --test-dir build --output-on-failure\n"
        "  build/%s add \"the first\"\n",
        project.name.c_str());
    return success;
  } catch (const Error& error) {
    std::fprintf(stderr, "repot: %s\n", error.what());
    return exitCodeOf(error);
  }
}

}  // namespace

void addInit(CLI::App& app, Action& chosen) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("init", "Start an application: CMake, an entity, a migration, a test");
  command->footer(
      "A terminal is asked for what no option tells; a script is not. Nothing that is there is\n"
      "written over.\n\n"
      "Examples:\n"
      "  repot init todo\n"
      "  repot init library --entity Book --table books");
  command->add_option("DIR", arguments->folder, "Folder; made where there is none")
      ->capture_default_str();
  command->add_option("--name", arguments->project.name,
                      "Of the project and its program; without it the folder's");
  command->add_option("--entity", arguments->project.entity,
                      "Struct of the first entity; without it Task");
  command->add_option("--table", arguments->project.table,
                      "Its table; without it the entity's name in the plural");
  command->add_flag("--yes,-y", arguments->yes, "Ask nothing");
  command->add_flag("--quiet,-q", arguments->quiet, "Print nothing but errors");
  command->callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace repot::cli
