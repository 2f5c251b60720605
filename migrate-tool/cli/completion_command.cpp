// repot completion SHELL: the words that a shell may complete, read off the command line's own
// definition, so that no list has to be kept beside it.
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/manual.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace repot::cli {
namespace {

/// A command with the words that may follow it.
struct Node {
  std::string path;  ///< "repot schema status".
  struct Word {
    std::string text, description;
    bool isCommand = false;
  };
  std::vector<Word> words;
};

std::string firstSentence(const std::string& text) {
  return text.substr(0, text.find_first_of(";\n"));
}

void collect(const CLI::App& app, const std::string& path, std::vector<Node>& nodes) {
  Node node{path, {}};
  const std::vector<const CLI::App*> commands = commandsOf(app);
  for (const CLI::App* command : commands)
    node.words.push_back({command->get_name(), firstSentence(command->get_description()), true});
  for (const CLI::Option* option : optionsOf(app)) {
    for (const std::string& name : option->get_lnames())
      node.words.push_back({"--" + name, firstSentence(option->get_description()), false});
  }
  nodes.push_back(std::move(node));
  for (const CLI::App* command : commands)
    collect(*command, path + ' ' + command->get_name(), nodes);
}

/// For single quotes, which bash and zsh end only at the next one, and fish also at a backslash.
std::string inQuotes(const std::string& text, bool fish = false) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += fish ? "\\'" : "'\\''";
    } else if (c == '\\' && fish) {
      out += "\\\\";
    } else {
      out += c;
    }
  }
  return out + '\'';
}

/// The shell function of bash and zsh, whose syntax is the same here: finds the command by the
/// words before the cursor, and takes from `lists` what may follow it.
std::string shellFunction(const std::string& locals, const std::string& wordsBefore,
                          const std::vector<Node>& nodes, const std::string& lists,
                          const std::string& offer) {
  std::string cases;
  for (const Node& node : nodes) {
    for (const Node::Word& word : node.words) {
      if (word.isCommand)
        cases += fmt::format("      '{0} {1}') path='{0} {1}' ;;\n", node.path, word.text);
    }
  }
  return "_repot() {\n" + locals + "  for word in \"" + wordsBefore +
         "\"; do\n"
         "    case \"$path $word\" in\n" +
         cases +
         "    esac\n"
         "  done\n"
         "  case $path in\n" +
         lists + "  esac\n" + offer + "}\n";
}

std::string bash(const std::vector<Node>& nodes) {
  std::string lists;
  for (const Node& node : nodes) {
    std::string words;
    for (const Node::Word& word : node.words)
      words += (words.empty() ? "" : " ") + word.text;
    lists += fmt::format("    '{}') words='{}' ;;\n", node.path, words);
  }
  return "# bash completion for repot\n" +
         shellFunction("  local path=repot word words\n", "${COMP_WORDS[@]:1:COMP_CWORD-1}", nodes,
                       lists,
                       "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- "
                       "\"${COMP_WORDS[COMP_CWORD]}\")\n") +
         "complete -o default -F _repot repot\n";
}

std::string zsh(const std::vector<Node>& nodes) {
  std::string lists;
  for (const Node& node : nodes) {
    lists += fmt::format("    '{}') entries=(\n", node.path);
    for (const Node::Word& word : node.words) {
      lists += "        " + inQuotes(word.text + ':' + word.description) + '\n';
    }
    lists += "      ) ;;\n";
  }
  return "#compdef repot\n" +
         shellFunction("  local path=repot word\n  local -a entries\n",
                       "${words[@]:1:$((CURRENT - 2))}", nodes, lists,
                       "  _describe repot entries\n  _files\n") +
         "compdef _repot repot\n";
}

std::string fish(const std::vector<Node>& nodes) {
  std::string out =
      "# fish completion for repot\n"
      "function __repot_path\n"
      "  set -l path repot\n"
      "  for word in (commandline -opc)[2..-1]\n"
      "    switch \"$path $word\"\n"
      "      case ";
  std::string all;
  for (const Node& node : nodes) {
    for (const Node::Word& word : node.words) {
      if (word.isCommand) all += ' ' + inQuotes(node.path + ' ' + word.text, true);
    }
  }
  out += all.substr(1) +
         "\n        set path \"$path $word\"\n"
         "    end\n"
         "  end\n"
         "  echo $path\n"
         "end\n";
  for (const Node& node : nodes) {
    const std::string condition = inQuotes("test (__repot_path) = \"" + node.path + '"', true);
    for (const Node::Word& word : node.words) {
      out += fmt::format(
          "complete -c repot -n {} {} {} -d {}\n", condition, word.isCommand ? "-a" : "-l",
          word.isCommand ? word.text : word.text.substr(2), inQuotes(word.description, true));
    }
  }
  return out;
}

}  // namespace

void addCompletion(CLI::App& app, Action& chosen) {
  const auto shell = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("completion", "Print the script that completes repot's words in a shell");
  command->footer(
      "Examples:\n"
      "  repot completion bash > ~/.local/share/bash-completion/completions/repot\n"
      "  repot completion zsh > ~/.zfunc/_repot\n"
      "  repot completion fish > ~/.config/fish/completions/repot.fish");
  command->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([shell, &app, &chosen] {
    chosen = [shell, &app] {
      std::vector<Node> nodes;
      collect(app, "repot", nodes);
      const std::string script = *shell == "bash"  ? bash(nodes)
                                 : *shell == "zsh" ? zsh(nodes)
                                                   : fish(nodes);
      std::fputs(script.c_str(), stdout);
      return static_cast<int>(success);
    };
  });
}

}  // namespace repot::cli
