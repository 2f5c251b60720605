// See convert.hpp.
#include "repot/schema/convert.hpp"

#include "repot/backend.hpp"
#include "repot/error.hpp"
#include "repot/formats.hpp"
#include "repot/unit_of_work.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <string>

namespace repot::schema {
namespace {

using enum ColumnType;

struct Pair {
  ColumnType from, to;
};
/// Everything else changes what is stored, or means different things on different databases.
constexpr Pair pairs[] = {
    {integer, real},      {integer, decimal}, {integer, text},  {integer, boolean},
    {boolean, integer},   {real, integer},    {real, decimal},  {decimal, integer},
    {decimal, real},      {text, integer},    {text, decimal},  {text, date},
    {text, time},         {text, timestamp},  {text, instant},  {text, uuid},
    {text, json},         {date, text},       {time, text},     {timestamp, text},
    {instant, text},      {uuid, text},       {json, text},     {timestamp, instant},
    {instant, timestamp}, {date, timestamp},  {timestamp, date}};

constexpr double exactIntegers = 9007199254740992.0;  // 2^53

/// Characters of valid UTF-8.
std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

bool fitsDigits(const std::string& decimal, const Type& type) {
  if (type.length == 0) return true;
  const std::string plain = formats::plainDecimal(decimal);
  const std::size_t start = plain.front() == '-' ? 1 : 0;
  const std::size_t point = std::min(plain.find('.'), plain.size());
  const std::size_t whole = plain[start] == '0' ? 0 : point - start;
  const std::size_t fraction = point == plain.size() ? 0 : plain.size() - point - 1;
  return whole <= static_cast<std::size_t>(type.length - type.scale) &&
         fraction <= static_cast<std::size_t>(type.scale);
}

bool wholeNumber(double number) {
  return std::trunc(number) == number && std::abs(number) <= exactIntegers;
}

/// The text that a value of kind `kind` has in only one form.
bool isCanonical(const std::string& text, ColumnType kind) {
  if (kind == decimal) {
    formats::checkDecimal(text);
    return formats::plainDecimal(text) == text;
  }
  return formats::toText(formats::fromText(kind, text)) == text;
}

bool isJson(const std::string& text) {
  boost::json::parse_options options;
  options.max_depth = 10000;
  boost::system::error_code error;
  boost::json::parse(text, error, {}, options);
  return !error;
}

/// Whether `value` is the same in a column of type `to`. Throws Error(data) where it is none.
bool fits(const Value& value, const Type& to) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    if (to.kind == real) return std::abs(static_cast<double>(*number)) <= exactIntegers;
    if (to.kind == boolean) return *number == 0 || *number == 1;
    const std::string digits = std::to_string(*number);
    if (to.kind == decimal) return fitsDigits(digits, to);
    return to.kind != text || to.length == 0 ||
           digits.size() <= static_cast<std::size_t>(to.length);
  }
  if (const auto* number = std::get_if<double>(&value)) {
    if (to.kind == integer) return wholeNumber(*number);
    if (to.kind == decimal)
      return std::isfinite(*number) && fitsDigits(formats::formatShortest(*number), to);
    return true;
  }
  if (const auto* number = std::get_if<Decimal>(&value)) {
    if (to.kind == decimal) return fitsDigits(number->text, to);
    const std::string plain = formats::plainDecimal(number->text);
    const double real = std::get<double>(formats::fromText(ColumnType::real, plain));
    if (to.kind == integer) return wholeNumber(real) && isCanonical(plain, integer);
    return formats::plainDecimal(formats::formatShortest(real)) == plain;
  }
  if (const auto* own = std::get_if<std::string>(&value)) {
    if (to.kind == text)
      return to.length == 0 || characters(*own) <= static_cast<std::size_t>(to.length);
    if (to.kind == json) return isJson(*own);
    return isCanonical(*own, to.kind) && (to.kind != decimal || fitsDigits(*own, to));
  }
  if (to.kind == text)
    return to.length == 0 || formats::toText(value).size() <= static_cast<std::size_t>(to.length);
  if (const auto* moment = std::get_if<Timestamp>(&value); moment != nullptr && to.kind == date)
    return *moment == std::chrono::floor<std::chrono::days>(*moment);
  return true;
}

std::string shown(const Value& value) {
  if (isNull(value)) return "NULL";
  const std::string text = formats::toText(value);
  return std::holds_alternative<std::int64_t>(value) ? text : '\'' + text + '\'';
}

class Scan {
 public:
  Scan(UnitOfWork& work, const Table& table, const Column& from, const Type& to)
      : work_(work), table_(table), from_(from), to_(to) {}

  void run() {
    std::string columns = quoteIdentifier(from_.name);
    for (const std::string& key : table_.primaryKey.columns)
      columns += ", " + quoteIdentifier(key);
    const auto rows =
        work_.connection().stream("SELECT " + columns + " FROM " + quoteIdentifier(table_.name));
    while (rows->next())
      row(*rows);
  }

 private:
  void row(const Statement& row) {
    try {
      const Value value = row.column(0, from_.type.kind);
      if (isNull(value) || unaltered(value)) return;
      throw Error(ErrorKind::data, "the value " + shown(value) + " would be altered as " +
                                       std::string(toString(to_.kind)));
    } catch (const Error& error) {
      throw error.within("table \"" + table_.name + "\", column \"" + from_.name + '"' + key(row));
    }
  }
  bool unaltered(const Value& value) const {
    try {
      return fits(value, to_);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::data) throw;
      return false;
    }
  }
  std::string key(const Statement& row) const {
    std::string text;
    int position = 0;
    for (const std::string& name : table_.primaryKey.columns) {
      text += (text.empty() ? ", row " : ", ") + name + '=';
      try {
        text += shown(row.column(++position, table_.find(name)->type.kind));
      } catch (const Error&) {
        text += "(unreadable)";
      }
    }
    return text;
  }

  UnitOfWork& work_;
  const Table& table_;
  const Column& from_;
  const Type& to_;
};

}  // namespace

bool convertible(const Type& from, const Type& to) {
  return from.kind == to.kind ||
         std::any_of(std::begin(pairs), std::end(pairs), [&](const Pair& pair) {
           return pair.from == from.kind && pair.to == to.kind;
         });
}

void checkConversion(UnitOfWork& work, const Table& table, const Column& from, const Type& to) {
  if (from.type == to) return;
  if (!convertible(from.type, to)) {
    throw Error(ErrorKind::schema, "column \"" + from.name + "\" of table \"" + table.name +
                                       "\": there is no conversion from " +
                                       std::string(toString(from.type.kind)) + " to " +
                                       std::string(toString(to.kind)) +
                                       " that is safe on every database; say by `convert` how");
  }
  Scan(work, table, from, to).run();
}

}  // namespace repot::schema
