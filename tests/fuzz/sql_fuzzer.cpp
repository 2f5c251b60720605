// SQLite's grammar and the translation into PostgreSQL's SQL: any bytes end, a translation or a
// reason comes out, and positions of errors lie in the input. The first byte picks the target type
// of defaults.
#include "engine/sql/translate.hpp"
#include "fuzzer.hpp"

#include <repot/sqlite/grammar/parser.hpp>

#include <optional>
#include <string>
#include <string_view>

using namespace repot::sql;
using repot::fuzz::require;

namespace {

/// Columns of every type, so that the rules for each are reached.
std::optional<ColumnInfo> columnOf(std::string_view, std::string_view name) {
  static constexpr std::string_view letters = "irnbtxdhsjuq";
  if (name.size() != 1) return std::nullopt;
  const auto position = letters.find(name[0]);
  if (position == std::string_view::npos) return std::nullopt;
  ColumnInfo column;
  column.quotedName = '"' + std::string(name) + '"';
  column.type = static_cast<TypeClass>(position);
  return column;
}

void check(const Translation& translation) {
  require(translation.sql.has_value() == translation.reason.empty(),
          "a translation, or the reason why there is none");
}

template <class Parsed>
void checkParsed(const Parsed& parsed, std::size_t size) {
  require(parsed.offset <= size, "an error lies in the input");
  require(parsed.value.has_value() == parsed.error.empty(), "a value, or an error");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto target = static_cast<TypeClass>(data[0] % 13);
  const std::string_view sql = repot::fuzz::view(data + 1, size - 1);
  const auto table = parseCreateTable(sql);
  checkParsed(table, sql.size());
  const auto index = parseCreateIndex(sql);
  checkParsed(index, sql.size());
  checkParsed(parseCreateView(sql), sql.size());
  checkParsed(parseCreateTrigger(sql), sql.size());
  const auto expr = parseExpression(sql);
  checkParsed(expr, sql.size());
  if (expr) {
    check(translateExpression(**expr.value, columnOf));
    check(translateCheck(**expr.value, columnOf));
    check(translatePredicate(**expr.value, columnOf));
  }
  if (index) {
    for (const IndexedColumn& column : index.value->columns)
      check(translateIndexColumn(column, columnOf));
  }
  const Translation byDefault = translateDefault(sql, target, (data[0] & 0x80) != 0);
  require(!(byDefault.sql && !byDefault.reason.empty()), "a default, or why there is none");
  return 0;
}
