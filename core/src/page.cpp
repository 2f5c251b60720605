// The condition "behind this row", and cursors as text; see page.hpp.
#include "repot/page.hpp"

#include "repot/formats.hpp"
#include "repot/percent.hpp"

namespace repot {

std::string Cursor::toString() const {
  std::string text;
  for (const Value& value : values) {
    if (!text.empty()) text += ':';
    text += isNull(value) ? "n" : '=' + percentEncode(formats::toText(value));
  }
  return text;
}

namespace detail {
namespace {

/// Rows behind `value` in this column alone; empty where there can be none.
std::string behind(const OrderTerm& term, const Value& value, std::vector<Value>& values) {
  const std::string column = quoted(term.column);
  // NULLs come first in ascending order and last in descending.
  if (isNull(value)) return term.descending ? "" : column + " IS NOT NULL";
  const std::string compared = column + (term.descending ? " < " : " > ") + bound(value, values);
  return term.descending && term.nullable ? '(' + compared + " OR " + column + " IS NULL)"
                                          : compared;
}

}  // namespace

Cursor parseCursor(std::string_view text, const std::vector<OrderTerm>& order) {
  Cursor cursor;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::size_t end = i + 1 < order.size() ? text.find(':') : text.size();
    const std::string_view part = text.substr(0, end);
    if (end == std::string_view::npos || part.empty() || (part != "n" && part.front() != '=')) {
      throw Error(ErrorKind::usage, "this is no cursor of a page in this order");
    }
    cursor.values.push_back(
        part == "n" ? Value() : formats::fromText(order[i].type, percentDecode(part.substr(1), 0)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return cursor;
}

void renderAfter(const Cursor& cursor, const std::vector<OrderTerm>& order, std::string& sql,
                 std::vector<Value>& values) {
  if (cursor.values.size() != order.size()) {
    throw Error(ErrorKind::usage, "the cursor belongs to a page in another order");
  }
  // (a > 1) OR (a = 1 AND b > 2) OR …: row comparison cannot mix directions, nor NULLs.
  std::string equal;
  std::string alternatives;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::string step = behind(order[i], cursor.values[i], values);
    if (!step.empty()) {
      if (!alternatives.empty()) alternatives += " OR ";
      alternatives += '(' + equal + step + ')';
    }
    if (i + 1 == order.size()) break;  // A key, which needs no further column.
    equal += quoted(order[i].column);
    equal += isNull(cursor.values[i]) ? " IS NULL AND "
                                      : " = " + bound(cursor.values[i], values) + " AND ";
  }
  sql += '(' + alternatives + ')';
}

}  // namespace detail
}  // namespace repot
