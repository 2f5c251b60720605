// The command line's own definition as text: what the manual page and docs/cli.md share.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace repot::cli {

/// "-j, --jobs UINT"; of a positional "SOURCE".
std::string optionName(const CLI::Option& option);
std::vector<const CLI::Option*> positionalsOf(const CLI::App& app);
/// Both without those that are hidden.
std::vector<const CLI::App*> commandsOf(const CLI::App& app);
std::vector<const CLI::Option*> optionsOf(const CLI::App& app);

/// The page docs/cli.md.
std::string manualMarkdown(const CLI::App& app);

}  // namespace repot::cli
