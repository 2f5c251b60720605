// Tokens of one statement; see reader.hpp.
#include "engine/lint/reader.hpp"

namespace repot::lint {

using sql::Token;

bool Reader::at(std::string_view word, std::size_t ahead) const {
  if (position_ + ahead >= end_) return false;
  const Token& token = tokens_[position_ + ahead];
  return token.kind == Token::Kind::word && sql::equalsIgnoreCase(token.text, word);
}

bool Reader::atSymbol(std::string_view symbol) const {
  return !atEnd() && tokens_[position_].kind == Token::Kind::symbol &&
         tokens_[position_].text == symbol;
}

bool Reader::accept(std::string_view word) {
  if (!at(word)) return false;
  ++position_;
  return true;
}

bool Reader::acceptSymbol(std::string_view symbol) {
  if (!atSymbol(symbol)) return false;
  ++position_;
  return true;
}

std::string Reader::name() {
  if (atEnd()) return {};
  const Token& token = tokens_[position_];
  if (token.kind != Token::Kind::word && token.kind != Token::Kind::quotedName &&
      token.kind != Token::Kind::string)
    return {};
  ++position_;
  return token.text;
}

std::string Reader::objectName() {
  std::string first = name();
  while (acceptSymbol("."))
    first = name();
  return first;
}

bool Reader::skipCondition() {
  if (!at("IF")) return false;
  next();
  accept("NOT");
  accept("EXISTS");
  return true;
}

Range Reader::parentheses() {
  next();
  Range range{position_, position_};
  for (int depth = 1; !atEnd(); next()) {
    if (atSymbol("(")) ++depth;
    if (atSymbol(")") && --depth == 0) break;
  }
  range.last = position_;
  next();
  return range;
}

std::vector<Range> Reader::split(Range range) const {
  std::vector<Range> parts;
  int depth = 0;
  std::size_t first = range.first;
  const auto finish = [&](std::size_t last) {
    if (first < last) parts.push_back({first, last});
    first = last + 1;
  };
  for (std::size_t i = range.first; i < range.last; ++i) {
    if (tokens_[i].kind != Token::Kind::symbol) continue;
    if (tokens_[i].text == "(") ++depth;
    if (tokens_[i].text == ")") --depth;
    if (tokens_[i].text == "," && depth == 0) finish(i);
  }
  finish(range.last);
  return parts;
}

std::vector<std::string> Reader::names(Range range) const {
  std::vector<std::string> names;
  for (const Range& part : split(range))
    names.push_back(lowerAscii(tokens_[part.first].text));
  return names;
}

}  // namespace repot::lint
