// repot manual: the manual page, from the command line's own definition; see manual.hpp.
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/manual.hpp"

#include <cstdio>
#include <memory>
#include <string>

namespace repot::cli {
namespace {

/// Text as roff prints it as it is.
std::string roff(const std::string& text) {
  std::string out;
  bool lineStart = true;
  for (const char c : text) {
    if (lineStart && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    lineStart = c == '\n';
  }
  return out;
}

std::string optionList(const CLI::App& app) {
  std::string out;
  for (const CLI::Option* option : optionsOf(app)) {
    out += ".TP\n\\fB" + roff(optionName(*option)) + "\\fR\n" + roff(option->get_description());
    if (!option->get_default_str().empty())
      out += " (default: " + roff(option->get_default_str()) + ')';
    out += '\n';
  }
  return out;
}

std::string synopsisOf(const CLI::App& app, const std::string& path) {
  std::string out = ".B " + roff(path) + "\n[\\fIOPTIONS\\fR]";
  for (const CLI::Option* option : positionalsOf(app)) {
    const std::string name = "\\fI" + roff(option->get_name(true)) + "\\fR";
    out += option->get_required() ? ' ' + name : " [" + name + ']';
  }
  return out + '\n';
}

void describe(const CLI::App& app, const std::string& path, std::string& out) {
  const auto commands = commandsOf(app);
  if (path != "repot") {
    out += ".SS " + roff(path) + "\n" + roff(app.get_description()) + ".\n.PP\n";
    if (commands.empty()) out += synopsisOf(app, path);
    out += optionList(app);
    if (!app.get_footer().empty()) out += ".PP\n.nf\n" + roff(app.get_footer()) + "\n.fi\n";
  }
  for (const CLI::App* command : commands)
    describe(*command, path + ' ' + command->get_name(), out);
}

std::string page(const CLI::App& app) {
  std::string out = ".TH REPOT 1 \"\" \"repot " REPOT_VERSION
                    "\" \"User commands\"\n"
                    ".SH NAME\nrepot \\- start in SQLite, move to PostgreSQL when you outgrow it\n"
                    ".SH SYNOPSIS\n.B repot\n\\fICOMMAND\\fR [\\fIOPTIONS\\fR]\n"
                    ".SH OPTIONS\n";
  out += optionList(app) + ".SH COMMANDS\n";
  describe(app, "repot", out);
  out += ".SH EXIT STATUS\n";
  for (const ExitCodeMeaning& code : exitCodes)
    out += ".TP\n" + std::to_string(code.code) + '\n' + roff(code.meaning) + '\n';
  return out +
         ".SH ENVIRONMENT\n"
         ".TP\nREPOT_SOURCE, REPOT_TARGET, REPOT_DATABASE\nSOURCE, TARGET and URL where the "
         "command "
         "line names none.\n"
         ".TP\nREPOT_CONFIG, REPOT_PROFILE, REPOT_POOL_SIZE and others\nThe configuration, and "
         "what goes before it.\n"
         ".TP\nPGPASSWORD, PGPASSFILE, PGSERVICE and others\nAs libpq takes them.\n";
}

}  // namespace

std::string optionName(const CLI::Option& option) {
  if (option.get_positional() && option.get_lnames().empty()) return option.get_name(true);
  std::string name = option.get_name(false, true);
  for (std::size_t at = name.find(','); at != std::string::npos; at = name.find(',', at + 2))
    name.replace(at, 1, ", ");
  if (option.get_items_expected_max() == 0) return name;
  const std::string type = option.get_type_name();  // What checks add stands behind a colon.
  return type.empty() ? name : name + ' ' + type.substr(0, type.find(':'));
}

std::vector<const CLI::Option*> positionalsOf(const CLI::App& app) {
  return app.get_options([](const CLI::Option* one) { return one->get_positional(); });
}

std::vector<const CLI::App*> commandsOf(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); });
}

std::vector<const CLI::Option*> optionsOf(const CLI::App& app) {
  return app.get_options([](const CLI::Option* one) { return !one->get_group().empty(); });
}

void addManual(CLI::App& app, Action& chosen) {
  const auto markdown = std::make_shared<bool>(false);
  CLI::App* command =
      app.add_subcommand("manual", "Print the manual page (repot manual | man -l -)");
  command->add_flag("--markdown", *markdown, "As Markdown: docs/cli.md");
  command->callback([&app, markdown, &chosen] {
    chosen = [&app, markdown] {
      std::fputs((*markdown ? manualMarkdown(app) : page(app)).c_str(), stdout);
      return static_cast<int>(success);
    };
  });
}

}  // namespace repot::cli
