// repot manual --markdown: the page docs/cli.md, from the command line's own definition.
#include "cli/exit_codes.hpp"
#include "cli/manual.hpp"

#include <algorithm>
#include <string_view>

namespace repot::cli {
namespace {

/// Text in which nothing is markup but what stands in backticks already.
std::string plain(std::string_view text) {
  std::string out;
  bool code = false;
  for (const char c : text) {
    if (c == '`') code = !code;
    if (!code && std::string_view("*<[]\\|").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string itemOf(const CLI::Option& option) {
  std::string out = "- `" + optionName(option) + "`: " + plain(option.get_description());
  if (!option.get_default_str().empty()) out += " (`" + option.get_default_str() + "` by default)";
  if (option.get_required()) out += " (required)";
  if (!option.get_envname().empty()) out += "; else `" + option.get_envname() + "`";
  return out + '\n';
}

/// The groups in the order in which they come first.
std::string optionList(const CLI::App& app) {
  std::vector<std::string> groups;
  for (const CLI::Option* option : optionsOf(app)) {
    if (groups.empty() ||
        std::find(groups.begin(), groups.end(), option->get_group()) == groups.end())
      groups.push_back(option->get_group());
  }
  std::string out;
  for (const std::string& group : groups) {
    if (group != "Options") out += '\n' + plain(group) + ":\n";
    out += '\n';
    for (const CLI::Option* option : optionsOf(app)) {
      if (option->get_group() == group && option->get_name(false, true) != "-h,--help")
        out += itemOf(*option);
    }
  }
  return out;
}

void describe(const CLI::App& app, const std::string& path, std::string& out) {
  out += "\n## " + path + "\n\n" + plain(app.get_description()) + ".\n";
  if (commandsOf(app).empty() || app.get_require_subcommand_min() == 0) {
    out += "\n```text\n" + path + " [OPTIONS]";
    for (const CLI::Option* option : positionalsOf(app)) {
      const std::string name = option->get_name(true);
      out += option->get_required() ? ' ' + name : " [" + name + ']';
    }
    out += "\n```\n" + optionList(app);
  }
  if (!app.get_footer().empty()) out += "\n```text\n" + app.get_footer() + "\n```\n";
  for (const CLI::App* command : commandsOf(app))
    describe(*command, path + ' ' + command->get_name(), out);
}

}  // namespace

std::string manualMarkdown(const CLI::App& app) {
  std::string out =
      "# The command line\n\n"
      "Written by `repot manual --markdown` from the program's own definition; a test holds it to "
      "that. The same words\nare in `repot COMMAND --help` and `man repot`.\n\n";
  for (const CLI::App* command : commandsOf(app)) {
    out += "- [`repot " + command->get_name() + "`](#repot-" + command->get_name() +
           "): " + plain(command->get_description()) + '\n';
  }
  for (const CLI::App* command : commandsOf(app))
    describe(*command, "repot " + command->get_name(), out);
  out += "\n## Exit codes\n\n| code | meaning |\n|---|---|\n";
  for (const ExitCodeMeaning& code : exitCodes)
    out += "| " + std::to_string(code.code) + " | " + plain(code.meaning) + " |\n";
  return out + "\n[What to do](exit-codes.md) where a command ends with one of them.\n";
}

}  // namespace repot::cli
