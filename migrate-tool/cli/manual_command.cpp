// repot manual: the manual page, from the command line's own definition.
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"

#include <cstdio>
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

/// "-j, --jobs UINT".
std::string nameOf(const CLI::Option& option) {
  std::string name = option.get_name(false, true);
  for (std::size_t at = name.find(','); at != std::string::npos; at = name.find(',', at + 2))
    name.replace(at, 1, ", ");
  if (option.get_items_expected_max() > 0 && !option.get_type_name().empty())
    name += ' ' + option.get_type_name();
  return name;
}

std::string optionsOf(const CLI::App& app) {
  std::string out;
  for (const CLI::Option* option :
       app.get_options([](const CLI::Option* one) { return !one->get_group().empty(); })) {
    out += ".TP\n\\fB" +
           roff(option->get_positional() && option->get_lnames().empty() ? option->get_name(true)
                                                                         : nameOf(*option)) +
           "\\fR\n" + roff(option->get_description());
    if (!option->get_default_str().empty())
      out += " (default: " + roff(option->get_default_str()) + ')';
    out += '\n';
  }
  return out;
}

std::string synopsisOf(const CLI::App& app, const std::string& path) {
  std::string out = ".B " + roff(path) + "\n[\\fIOPTIONS\\fR]";
  for (const CLI::Option* option :
       app.get_options([](const CLI::Option* one) { return one->get_positional(); })) {
    const std::string name = "\\fI" + roff(option->get_name(true)) + "\\fR";
    out += option->get_required() ? ' ' + name : " [" + name + ']';
  }
  return out + '\n';
}

void describe(const CLI::App& app, const std::string& path, std::string& out) {
  const auto commands =
      app.get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); });
  if (path != "repot") {
    out += ".SS " + roff(path) + "\n" + roff(app.get_description()) + ".\n.PP\n";
    if (commands.empty()) out += synopsisOf(app, path);
    out += optionsOf(app);
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
  out += optionsOf(app) + ".SH COMMANDS\n";
  describe(app, "repot", out);
  out += ".SH EXIT STATUS\n";
  for (const ExitCodeMeaning& code : exitCodes)
    out += ".TP\n" + std::to_string(code.code) + '\n' + roff(code.meaning) + '\n';
  return out +
         ".SH ENVIRONMENT\n"
         ".TP\nREPOT_SOURCE, REPOT_TARGET\nSOURCE and TARGET where the command line names none.\n"
         ".TP\nPGPASSWORD, PGPASSFILE, PGSERVICE and others\nAs libpq takes them.\n";
}

}  // namespace

void addManual(CLI::App& app, Action& chosen) {
  CLI::App* command =
      app.add_subcommand("manual", "Print the manual page (repot manual | man -l -)");
  command->callback([&app, &chosen] {
    chosen = [&app] {
      std::fputs(page(app).c_str(), stdout);
      return static_cast<int>(success);
    };
  });
}

}  // namespace repot::cli
