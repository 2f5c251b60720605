// See value_style.hpp.
#include "engine/revert/value_style.hpp"

#include <algorithm>
#include <cctype>

namespace repot::migrate {
namespace {

bool isTime(PgType type) {
  return type == PgType::time || type == PgType::timestamp || type == PgType::timestamptz;
}

bool isDigit(char c) {
  return c >= '0' && c <= '9';
}

/// "2025-01-02 03:04:05.678+00:00" or a part of it.
void learnTime(std::string_view text, ValueStyle& style) {
  constexpr std::size_t dateSize = 10;
  if (text.size() > dateSize && text[4] == '-' && !isDigit(text[dateSize]))
    style.separator = text[dateSize];
  if (const std::size_t point = text.find('.'); point != std::string_view::npos) {
    std::size_t end = point + 1;
    while (end < text.size() && isDigit(text[end]))
      ++end;
    style.fraction = ValueStyle::Fraction::always;
    style.fractionDigits = static_cast<int>(std::min<std::size_t>(end - point - 1, 6));
  }
  const std::size_t colon = text.find(':');
  const std::size_t sign = text.find_first_of("+-Zz", colon == std::string_view::npos ? 0 : colon);
  if (colon != std::string_view::npos && sign != std::string_view::npos)
    style.zone = text[sign] == 'Z' || text[sign] == 'z' ? "Z" : "+00:00";
}

void learnBoolean(std::string_view text, ValueStyle& style) {
  static constexpr std::pair<std::string_view, std::string_view> pairs[] = {
      {"true", "false"}, {"t", "f"}, {"yes", "no"}, {"y", "n"}};
  const auto same = [&](std::string_view word) {
    return std::equal(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) {
      return std::tolower(static_cast<unsigned char>(a)) == b;
    });
  };
  for (const auto& [yes, no] : pairs) {
    if (!same(yes) && !same(no)) continue;
    style.booleanAsText = true;
    style.trueText = yes;
    style.falseText = no;
    const bool capital = std::isupper(static_cast<unsigned char>(text[0])) != 0;
    const bool all = text.size() > 1 && std::isupper(static_cast<unsigned char>(text[1])) != 0;
    for (std::string* word : {&style.trueText, &style.falseText}) {
      for (std::size_t i = 0; i < word->size(); ++i) {
        if ((i == 0 && capital) || all || (capital && text.size() == 1))
          (*word)[i] = static_cast<char>(std::toupper(static_cast<unsigned char>((*word)[i])));
      }
    }
    return;
  }
}

}  // namespace

ValueStyle styleOf(sqlite::SqliteReader& reader, const std::string& table,
                   const ColumnPlan& column) {
  ValueStyle style;
  if (column.type == PgType::timestamptz && column.conversion == Conversion::exact &&
      !column.assumeUtc) {
    style.zone = "+00:00";
  }
  if (!isTime(column.type) && column.type != PgType::boolean && column.type != PgType::uuid)
    return style;
  const std::string name = quoteIdentifier(column.source);
  sqlite::Statement rows = reader.prepare("SELECT " + name + " FROM " + quoteIdentifier(table) +
                                          " NOT INDEXED WHERE " + name + " IS NOT NULL LIMIT 100");
  bool first = true;
  bool pointless = false;
  while (rows.step()) {
    if (rows.type(0) == sqlite::StorageClass::blob && column.type == PgType::uuid) {
      style.uuid = ValueStyle::Uuid::blob;
      break;
    }
    if (rows.type(0) != sqlite::StorageClass::text) break;
    const std::string_view text = rows.text(0);
    if (isTime(column.type)) {
      if (first) style.zone.clear();
      learnTime(text, style);
      pointless = pointless || text.find('.') == std::string_view::npos;
    } else if (column.type == PgType::boolean && !text.empty()) {
      learnBoolean(text, style);
    } else if (column.type == PgType::uuid) {
      style.uuid = text.find('-') == std::string_view::npos ? ValueStyle::Uuid::hex
                                                            : ValueStyle::Uuid::dashes;
      style.upperCase = style.upperCase || text.find_first_of("ABCDEF") != std::string_view::npos;
    }
    first = false;
  }
  if (pointless) style.fraction = ValueStyle::Fraction::needed;
  return style;
}

}  // namespace repot::migrate
