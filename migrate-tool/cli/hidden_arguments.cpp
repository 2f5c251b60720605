// Writes into the memory that /proc/PID/cmdline shows; see hidden_arguments.hpp.
#include "cli/hidden_arguments.hpp"

#include <repot/error.hpp>
#include <repot/url.hpp>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <string_view>

namespace repot::cli {
namespace {

/// What may stand in the list of processes in place of `url`.
std::string harmless(const std::string& url, std::size_t marker) {
  try {
    const DatabaseUrl parsed = DatabaseUrl::parse(url);
    return parsed.toString() == parsed.toStringWithSecrets() ? url : parsed.toString();
  } catch (const Error&) {
    return url.substr(0, marker + 3) + "***";
  }
}

void hide(char* argument) {
  const std::string text(argument);
  const std::size_t marker = text.find("://");
  if (marker == std::string::npos) return;
  // The URL may stand behind an option's name: --target=postgresql://…
  const auto inScheme = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '+' || c == '-' || c == '.';
  };
  std::size_t first = marker;
  while (first > 0 && inScheme(static_cast<unsigned char>(text[first - 1])))
    --first;
  const std::string shown = harmless(text.substr(first), marker - first);
  const std::size_t room = text.size() - first;
  std::memset(argument + first, 0, room);
  std::memcpy(argument + first, shown.data(), std::min(room, shown.size()));
}

}  // namespace

std::vector<std::string> hideArguments(int argc, char** argv) {
  std::vector<std::string> arguments(argv, argv + argc);
  for (int i = 1; i < argc; ++i)
    hide(argv[i]);
  return arguments;
}

}  // namespace repot::cli
