// Parts of schemas compared; see compare.hpp.
#include "schema/compare.hpp"

#include "schema/normal_sql.hpp"

#include <repot/error.hpp>
#include <repot/formats.hpp>
#include <repot/schema/render.hpp>

#include <algorithm>
#include <array>

namespace repot::schema {
namespace {

std::string withoutTrailingZeros(std::string number) {
  if (number.find('.') == std::string::npos) return number;
  number.erase(number.find_last_not_of('0') + 1);
  if (number.back() == '.') number.pop_back();
  return number;
}

/// The boolean that databases and people write as 0, '0', 'f', false, ….
std::string booleanText(const std::string& text) {
  static constexpr std::array<std::string_view, 4> yes = {"1", "t", "true", "TRUE"};
  static constexpr std::array<std::string_view, 4> no = {"0", "f", "false", "FALSE"};
  if (std::find(yes.begin(), yes.end(), text) != yes.end()) return "1";
  if (std::find(no.begin(), no.end(), text) != no.end()) return "0";
  return text;
}

/// The text of a stored literal, the same for all its spellings.
std::string literalText(ColumnType type, const std::string& text) {
  if (type == ColumnType::boolean) return booleanText(text);
  if (type == ColumnType::text || type == ColumnType::json) return text;
  try {
    const std::string canonical = formats::toText(formats::fromText(type, text));
    return type == ColumnType::decimal ? withoutTrailingZeros(canonical) : canonical;
  } catch (const Error&) {  // No value of the type: compared as it is written.
    return text;
  }
}

/// The text within quotes where `sql` is nothing but a quoted literal or a number.
std::optional<std::string> literalOf(const std::string& sql) {
  if (sql.empty()) return std::nullopt;
  if (sql[0] != '\'') {
    const bool number = sql.find_first_not_of("0123456789.") == std::string::npos;
    const bool negative =
        sql.starts_with("- ") && sql.find_first_not_of("0123456789.", 2) == std::string::npos;
    if (negative) return '-' + sql.substr(2);
    if (number || sql == "true" || sql == "false") return sql;
    return std::nullopt;
  }
  std::string text;
  for (std::size_t i = 1; i < sql.size(); ++i) {
    if (sql[i] == '\'') {
      if (i + 1 == sql.size()) return text;
      if (sql[++i] != '\'') return std::nullopt;
    }
    text += sql[i];
  }
  return std::nullopt;
}

/// What an INSERT stores, as a text to be compared; empty for NULL.
std::string defaultText(const Column& column, const std::string& scheme) {
  if (!column.defaultValue) return {};
  const Default& value = *column.defaultValue;
  if (value.kind == Default::Kind::currentTimestamp) return "now";
  if (value.kind == Default::Kind::literal) {
    if (isNull(value.value)) return {};
    return "literal " + literalText(column.type.kind, formats::toText(value.value));
  }
  const std::string sql = normalSql(value.sql.of(scheme));
  if (sql == "null") return {};
  static constexpr std::array<std::string_view, 3> now = {"current_timestamp", "now ( )",
                                                          "transaction_timestamp ( )"};
  if (std::find(now.begin(), now.end(), sql) != now.end()) return "now";
  if (const auto literal = literalOf(sql)) {
    return "literal " + literalText(column.type.kind, *literal);
  }
  return "sql " + sql;
}

std::string describeDefault(const Column& column, const std::string& scheme) {
  const std::string text = defaultText(column, scheme);
  return text.empty() ? "none" : text;
}

const std::string& anyText(const Sql& sql) {
  return sql.text.empty() && !sql.dialects.empty() ? sql.dialects.begin()->second : sql.text;
}

bool samePart(const IndexPart& a, const IndexPart& b, const Comparison& compare) {
  return a.column == b.column && a.descending == b.descending && a.collation == b.collation &&
         compare.sameSql(a.expression, b.expression);
}

}  // namespace

bool Comparison::sameSql(const Sql& a, const Sql& b) const {
  if (!options_.scheme.empty()) return normalSql(textOf(a)) == normalSql(textOf(b));
  if (a == b) return true;
  if (normalSql(a.text) != normalSql(b.text) || a.dialects.size() != b.dialects.size())
    return false;
  return std::equal(a.dialects.begin(), a.dialects.end(), b.dialects.begin(),
                    [](const auto& x, const auto& y) {
                      return x.first == y.first && normalSql(x.second) == normalSql(y.second);
                    });
}

bool Comparison::sameType(const Type& a, const Type& b) const {
  if (!everything()) return a.kind == b.kind;
  if (!a.native.empty() || !b.native.empty()) return normalSql(a.native) == normalSql(b.native);
  return a.kind == b.kind && a.length == b.length && a.scale == b.scale;
}

bool Comparison::sameDefault(const Column& from, const Column& to) const {
  const auto isSql = [](const Column& column) {
    return column.defaultValue && column.defaultValue->kind == Default::Kind::expression;
  };
  // Without a database there is no one text of the SQL.
  if (options_.scheme.empty() && isSql(from) && isSql(to)) {
    return sameSql(from.defaultValue->sql, to.defaultValue->sql);
  }
  return defaultText(from, options_.scheme) == defaultText(to, options_.scheme);
}

bool Comparison::sameGenerated(const Column& from, const Column& to) const {
  if (from.generated.has_value() != to.generated.has_value()) return false;
  return !from.generated || (from.generated->stored == to.generated->stored &&
                             sameSql(from.generated->sql, to.generated->sql));
}

std::vector<std::string> Comparison::columnDifferences(const Column& from, const Column& to) const {
  std::vector<std::string> texts;
  const auto differ = [&](std::string_view what, const std::string& a, const std::string& b) {
    texts.push_back(std::string(what) + ' ' + a + ", wanted " + b);
  };
  const auto nullText = [](const Column& column) {
    return std::string(column.nullable ? "NULL allowed" : "NOT NULL");
  };
  if (!sameType(from.type, to.type)) differ("type", describe(from.type), describe(to.type));
  if (from.nullable != to.nullable) texts.push_back(nullText(from) + ", wanted " + nullText(to));
  if (from.identity != to.identity) {
    texts.push_back(to.identity ? "values come from the application, wanted from the database"
                                : "values come from the database, wanted from the application");
  }
  if (!everything()) return texts;
  if (!sameDefault(from, to)) {
    differ("default", describeDefault(from, options_.scheme), describeDefault(to, options_.scheme));
  }
  if (!sameGenerated(from, to)) {
    const auto text = [&](const Column& column) {
      return column.generated ? textOf(column.generated->sql) : std::string("nothing");
    };
    differ("generated as", text(from), text(to));
  }
  if (from.collation != to.collation) {
    const auto text = [](const Column& column) {
      return column.collation.empty() ? std::string("by bytes") : column.collation;
    };
    differ("collation", text(from), text(to));
  }
  // PostgreSQL's types are strict by themselves.
  if (from.strict != to.strict && options_.scheme != "postgresql") {
    texts.push_back(to.strict ? "takes values of other types, wanted only its own"
                              : "takes only values of its type, wanted any");
  }
  return texts;
}

bool Comparison::sameForeignKey(const ForeignKey& a, const ForeignKey& b) const {
  return a.columns == b.columns && a.table == b.table && a.targetColumns == b.targetColumns &&
         a.onDelete == b.onDelete &&
         (!everything() ||
          (a.onUpdate == b.onUpdate && a.deferred == b.deferred && a.deferrable == b.deferrable));
}

bool Comparison::sameIndexParts(const Index& a, const Index& b) const {
  return std::equal(
      a.parts.begin(), a.parts.end(), b.parts.begin(), b.parts.end(),
      [this](const IndexPart& x, const IndexPart& y) { return samePart(x, y, *this); });
}

bool Comparison::sameIndex(const Index& a, const Index& b) const {
  return a.unique == b.unique && sameSql(a.where, b.where) && sameIndexParts(a, b);
}

bool Comparison::isPlain(const Index& index) {
  return index.where.empty() &&
         std::all_of(index.parts.begin(), index.parts.end(), [](const IndexPart& part) {
           return !part.column.empty() && !part.descending && part.collation.empty();
         });
}

bool isAutomaticName(std::string_view name, std::string_view table,
                     const std::vector<std::string>& columns) {
  if (name.empty() || name.starts_with("sqlite_autoindex_")) return true;
  std::string joined(table);
  for (const std::string& column : columns)
    joined += '_' + column;
  Index index;
  for (const std::string& column : columns)
    index.parts.push_back({column, {}, false, {}});
  if (name == primaryKeyName(table) || name == uniqueName(table, columns) ||
      name == foreignKeyName(table, columns) || name == indexName(table, index))
    return true;
  for (const std::string_view suffix : {"_pkey", "_key", "_fkey", "_check"}) {
    if (name == joined + std::string(suffix) || name == std::string(table) + std::string(suffix))
      return true;
  }
  return false;
}

std::string list(const std::vector<std::string>& columns) {
  std::string text;
  for (const std::string& column : columns)
    text += (text.empty() ? "" : ", ") + column;
  return text;
}

std::string describe(const Type& type) {
  if (!type.native.empty()) return type.native;
  std::string text(toString(type.kind));
  if (type.length == 0) return text;
  text += '(' + std::to_string(type.length);
  if (type.kind == ColumnType::decimal) text += ", " + std::to_string(type.scale);
  return text + ')';
}

std::string describe(const Column& column) {
  return describe(column.type) + (column.nullable ? "" : " NOT NULL") +
         (column.identity ? ", handed out by the database" : "");
}

std::string describe(const ForeignKey& key) {
  std::string text = '(' + list(key.columns) + ") to " + key.table + '(' + list(key.targetColumns) +
                     ") ON DELETE " + std::string(toString(key.onDelete));
  if (key.onUpdate != Action::noAction) text += " ON UPDATE " + std::string(toString(key.onUpdate));
  if (key.deferred) text += " DEFERRED";
  if (key.deferrable) text += " DEFERRABLE";
  return text;
}

std::string describe(const Index& index) {
  std::string parts;
  for (const IndexPart& part : index.parts) {
    if (!parts.empty()) parts += ", ";
    parts += part.column.empty() ? '(' + anyText(part.expression) + ')' : part.column;
    if (!part.collation.empty()) parts += " COLLATE " + part.collation;
    if (part.descending) parts += " DESC";
  }
  return std::string(index.unique ? "unique " : "") + "on (" + parts + ')' +
         (index.where.empty() ? "" : " where " + anyText(index.where));
}

}  // namespace repot::schema
