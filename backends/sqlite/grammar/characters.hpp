// Characters as SQLite's tokenizer and the cutter of scripts both class them.
#pragma once

namespace repot::sql {

inline bool isDigit(char c) {
  return c >= '0' && c <= '9';
}
inline bool isWordStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 128;
}
inline bool isWordPart(char c) {
  return isWordStart(c) || isDigit(c) || c == '$';
}

}  // namespace repot::sql
