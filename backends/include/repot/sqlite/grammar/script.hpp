// Scripts of many statements, as people and tools write them for SQLite and PostgreSQL.
#pragma once

#include <repot/sqlite/grammar/token.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace repot::sql {

struct Comment {
  std::string text;        ///< Without -- or /* */, and without blanks at its ends.
  std::size_t offset = 0;  ///< In the script, in bytes.
};

struct ScriptStatement {
  std::vector<Token> tokens;  ///< At least one; without the semicolon. Offsets are the script's.
  std::size_t offset = 0;
  std::size_t length = 0;  ///< To the end of the last token.
};

struct Script {
  std::vector<ScriptStatement> statements;
  std::vector<Comment> comments;
};

/// Cuts a script at its semicolons; those in the bodies of triggers (BEGIN … END), in quotes and in
/// PostgreSQL's $tag$…$tag$ are none. Takes any bytes and throws nothing but std::bad_alloc: a
/// quote without its end reaches to the end, an unknown byte is a symbol, a line of psql's
/// (\connect) is left out. Time and memory are proportional to the input.
Script splitScript(std::string_view sql);

}  // namespace repot::sql
