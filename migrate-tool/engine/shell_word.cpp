// See shell_word.hpp.
#include "engine/shell_word.hpp"

namespace repot::migrate {

std::string shellWord(const std::string& text) {
  if (text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                             "._-/:@%+=,") == std::string::npos &&
      !text.empty())
    return text;
  std::string word = "'";
  for (const char c : text)
    word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + '\'';
}

}  // namespace repot::migrate
