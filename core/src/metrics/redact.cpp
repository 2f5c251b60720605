// Statements without their literals, which may be anybody's data; see metrics.hpp.
#include "repot/metrics.hpp"
#include "schema/sql_scanner.hpp"

namespace repot {
namespace {

using schema::SqlKind;

/// At the end of `text`, a placeholder's number is no literal: ?1, $1.
bool isPlaceholder(std::string_view text) {
  return text.ends_with('?') || text.ends_with('$');
}

}  // namespace

std::string redactSql(std::string_view sql, std::size_t limit) {
  std::string text;
  bool blank = false;
  SqlKind before = SqlKind::blank;
  schema::SqlScanner scanner(sql);
  while (const auto token = scanner.next()) {
    if (text.size() > limit) break;
    if (token->kind == SqlKind::blank) {
      blank = true;
    } else {
      if (blank && !text.empty()) text += ' ';
      const bool placed = before == SqlKind::sign && isPlaceholder(text);
      const bool literal =
          token->kind == SqlKind::text || (token->kind == SqlKind::number && !placed);
      text += literal ? std::string_view("?") : token->text;
      blank = false;
    }
    before = token->kind;
  }
  if (text.size() <= limit) return text;
  std::size_t cut = limit;
  while (cut > 0 && (text[cut] & '\xc0') == '\x80')
    --cut;  // Not inside a character.
  return text.substr(0, cut) + "…";
}

}  // namespace repot
