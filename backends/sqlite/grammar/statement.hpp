// What the parsers of statements have in common.
#pragma once

#include <repot/sqlite/grammar/ast.hpp>
#include <repot/sqlite/grammar/parser.hpp>
#include <repot/sqlite/grammar/token.hpp>

namespace repot::sql {

/// Expression [COLLATE name] [ASC | DESC] [NULLS FIRST | LAST].
IndexedColumn parseIndexedColumn(Cursor& cursor);
void skipIfNotExists(Cursor& cursor);
/// An optional semicolon, and nothing behind it.
void expectStatementEnd(Cursor& cursor);

/// The public face of a parser: its value, or the SyntaxError that it threw.
template <typename T, typename Parse>
Parsed<T> guarded(Parse parse) {
  Parsed<T> parsed;
  try {
    parsed.value = parse();
  } catch (const SyntaxError& error) {
    parsed.error = error.message;
    parsed.offset = error.offset;
  }
  return parsed;
}

}  // namespace repot::sql
