// Reads the tokens of one statement. In contrast to sql::Cursor nothing fails: what is not there is
// read as empty.
#pragma once

#include "engine/lint/statement.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace repot::lint {

class Reader {
 public:
  explicit Reader(const std::vector<sql::Token>& tokens) : Reader(tokens, {0, tokens.size()}) {}
  Reader(const std::vector<sql::Token>& tokens, Range range)
      : tokens_(tokens), position_(range.first), end_(range.last) {}

  bool atEnd() const { return position_ >= end_; }
  std::size_t position() const { return position_; }
  void next() {
    if (!atEnd()) ++position_;
  }
  bool at(std::string_view word, std::size_t ahead = 0) const;
  bool atSymbol(std::string_view symbol) const;
  bool accept(std::string_view word);
  bool acceptSymbol(std::string_view symbol);
  /// A name in any quotes; empty where none is.
  std::string name();
  /// `name` or `schema.name`, without the schema.
  std::string objectName();
  /// IF [NOT] EXISTS
  bool skipCondition();
  /// From "(" to behind its ")"; what is between. Precondition: at "(".
  Range parentheses();
  /// The parts between commas outside of parentheses; empty ones are left out.
  std::vector<Range> split(Range range) const;
  std::vector<std::string> names(Range range) const;

 private:
  const std::vector<sql::Token>& tokens_;
  std::size_t position_;
  std::size_t end_;
};

/// The columns and constraints of CREATE TABLE's parentheses.
void readTableBody(Statement& statement, Range body);
ColumnShape readColumn(const Statement& statement, Range range);
AlterAction readAction(const Statement& statement, Range range);

}  // namespace repot::lint
