// The hot path of a migration; see encoder.hpp.
#include "engine/run/encoder.hpp"

#include "engine/iso_time.hpp"
#include "engine/run/number_text.hpp"
#include "engine/run/wire.hpp"
#include "engine/text_check.hpp"
#include "engine/value_check.hpp"

#include <repot/error.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace repot::migrate {
namespace {

using sqlite::Statement;
using sqlite::StorageClass;

// Longer values go past the buffer, so that it keeps its size.
constexpr std::size_t largeValue = 64 * 1024;
constexpr std::int64_t microsecondsTo2000 = 946'684'800'000'000;
constexpr std::int64_t microsecondsPerDay = 86'400'000'000;

void appendBytes(postgresql::CopyWriter& writer, std::string_view bytes,
                 std::string_view prefix = {}) {
  std::vector<char>& out = writer.buffer();
  wire::appendLength(out, bytes.size() + prefix.size());
  out.insert(out.end(), prefix.begin(), prefix.end());
  if (bytes.size() >= largeValue) {
    writer.appendLarge(bytes);
  } else {
    out.insert(out.end(), bytes.begin(), bytes.end());
  }
}

/// Where the plan allows no misfits the scan has proved all texts, and the server checks them
/// again.
bool mayBeText(const ColumnPlan& column, std::string_view bytes) {
  if (column.misfit == MisfitPolicy::fail) return true;
  const TextCheck check = checkText(bytes);
  return check.validUtf8 && !check.hasNul &&
         (column.length == 0 || check.characters <= static_cast<std::size_t>(column.length));
}

bool encodeText(const ColumnPlan& column, Statement& row, int index,
                postgresql::CopyWriter& writer) {
  switch (row.type(index)) {
    case StorageClass::text:
      if (!mayBeText(column, row.text(index))) return false;
      appendBytes(writer, row.text(index));
      return true;
    case StorageClass::blob:
      if (column.conversion != Conversion::blobToText || !mayBeText(column, row.blob(index)))
        return false;
      appendBytes(writer, row.blob(index));
      return true;
    case StorageClass::integer:
    case StorageClass::real: {
      if (column.conversion != Conversion::toText) return false;
      NumberText text;
      appendBytes(writer, row.type(index) == StorageClass::integer ? text.of(row.int64(index))
                                                                   : text.of(row.real(index)));
      return true;
    }
    case StorageClass::null:
      break;
  }
  return false;
}

bool encodeTemporal(const ColumnPlan& column, std::string_view text, std::vector<char>& out) {
  const auto time = parseIsoTime(text);
  if (!time || time->finerThanMicros) return false;
  using Kind = IsoTime::Kind;
  switch (column.type) {
    case PgType::date:
      if (time->kind != Kind::date) return false;
      wire::appendLength(out, 4);
      wire::appendBigEndian(out, static_cast<std::uint32_t>((time->micros - microsecondsTo2000) /
                                                            microsecondsPerDay));
      return true;
    case PgType::time:
      if (time->kind != Kind::time) return false;
      wire::appendInt64(out, time->micros);
      return true;
    case PgType::timestamp:
      if (time->kind != Kind::date && time->kind != Kind::dateTime) return false;
      break;
    case PgType::interval:
      if (time->kind != Kind::dateTime) return false;
      wire::appendInterval(out, time->micros);
      return true;
    default:
      if (time->kind != Kind::offsetDateTime &&
          !(time->kind == Kind::dateTime && column.conversion == Conversion::utcText))
        return false;
  }
  wire::appendInt64(out, time->micros - microsecondsTo2000);
  return true;
}

bool encodeEpoch(Conversion conversion, std::int64_t value, std::vector<char>& out) {
  const std::int64_t unit = conversion == Conversion::epochSeconds  ? 1'000'000
                            : conversion == Conversion::epochMillis ? 1'000
                                                                    : 1;
  std::int64_t micros = 0;
  if (__builtin_mul_overflow(value, unit, &micros) ||
      __builtin_sub_overflow(micros, microsecondsTo2000, &micros)) {
    return false;
  }
  wire::appendInt64(out, micros);
  return true;
}

bool encodeNumeric(Statement& row, int index, std::vector<char>& out) {
  NumberText text;
  if (row.type(index) == StorageClass::integer) {
    wire::appendNumeric(out, text.of(row.int64(index)));
    return true;
  }
  if (row.type(index) != StorageClass::real) return false;
  const double value = row.real(index);
  if (std::isinf(value)) {
    wire::appendNumericInfinity(out, value < 0);
  } else {
    wire::appendNumeric(out, text.shortest(value));
  }
  return true;
}

bool encodeBoolean(const ColumnPlan& column, Statement& row, int index, std::vector<char>& out) {
  if (column.conversion == Conversion::booleanText) {
    if (row.type(index) != StorageClass::text || !booleanPair(row.text(index))) return false;
    const char first = row.text(index).front();
    wire::appendBool(out, first == 't' || first == 'T' || first == 'y' || first == 'Y');
    return true;
  }
  if (row.type(index) != StorageClass::integer) return false;
  const std::int64_t value = row.int64(index);
  if (value != 0 && value != 1) return false;
  wire::appendBool(out, value == 1);
  return true;
}

bool encodeInteger(const ColumnPlan& column, Statement& row, int index, std::vector<char>& out) {
  if (column.conversion == Conversion::textToInteger) {
    if (row.type(index) != StorageClass::text || !isCanonicalInteger(row.text(index))) return false;
    const std::string_view text = row.text(index);
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    wire::appendInt64(out, value);
    return true;
  }
  if (row.type(index) != StorageClass::integer) return false;
  wire::appendInt64(out, row.int64(index));
  return true;
}

bool encodeReal(const ColumnPlan& column, Statement& row, int index, std::vector<char>& out) {
  if (row.type(index) == StorageClass::integer) {
    constexpr std::int64_t exact = std::int64_t{1} << 53;
    const std::int64_t value = row.int64(index);
    if (column.conversion != Conversion::intToReal || value > exact || value < -exact) return false;
    wire::appendDouble(out, static_cast<double>(value));
    return true;
  }
  if (row.type(index) != StorageClass::real) return false;
  wire::appendDouble(out, row.real(index));
  return true;
}

/// The longest part of a text that is safe to print: no control characters, one line.
std::string shortened(std::string_view text) {
  constexpr std::size_t most = 60;
  std::string shown;
  for (const char c : text.substr(0, most)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      std::array<char, 5> escape{};
      std::snprintf(escape.data(), escape.size(), "\\x%02x", byte);
      shown += escape.data();
    } else {
      shown += c;
    }
  }
  return text.size() > most ? shown + "…" : shown;
}

}  // namespace

RowEncoder::RowEncoder(const TablePlan& table) : table_(table) {
  for (const ColumnPlan& column : table.columns) {
    if (column.generatedSql) continue;
    columns_.push_back(&column);
    if (!sourceColumns_.empty()) {
      sourceColumns_ += ", ";
      targetColumns_ += ", ";
    }
    sourceColumns_ += quoteIdentifier(column.source);
    targetColumns_ += quoteIdentifier(column.target);
  }
  ledger_.resize(columns_.size());
}

bool RowEncoder::encodeValue(const ColumnPlan& column, Statement& row, int index,
                             postgresql::CopyWriter& writer) {
  std::vector<char>& out = writer.buffer();
  switch (column.type) {
    case PgType::bigint:
      return encodeInteger(column, row, index, out);
    case PgType::doublePrecision:
      return encodeReal(column, row, index, out);
    case PgType::numeric:
      return encodeNumeric(row, index, out);
    case PgType::boolean:
      return encodeBoolean(column, row, index, out);
    case PgType::text:
    case PgType::varchar:
      return encodeText(column, row, index, writer);
    case PgType::bytea:
      if (row.type(index) == StorageClass::blob) {
        appendBytes(writer, row.blob(index));
        return true;
      }
      if (row.type(index) != StorageClass::text || column.conversion != Conversion::textToBytea)
        return false;
      appendBytes(writer, row.text(index));
      return true;
    case PgType::timestamptz:
      if (column.conversion != Conversion::exact && column.conversion != Conversion::utcText) {
        return row.type(index) == StorageClass::integer &&
               encodeEpoch(column.conversion, row.int64(index), out);
      }
      [[fallthrough]];
    case PgType::date:
    case PgType::time:
    case PgType::timestamp:
    case PgType::interval:
      return row.type(index) == StorageClass::text && encodeTemporal(column, row.text(index), out);
    case PgType::uuid: {
      char bytes[16];
      if (row.type(index) != StorageClass::text || !wire::readUuid(row.text(index), bytes))
        return false;
      wire::appendLength(out, sizeof bytes);
      out.insert(out.end(), bytes, bytes + sizeof bytes);
      return true;
    }
    case PgType::json:
    case PgType::jsonb:
      if (row.type(index) != StorageClass::text || !isJson(row.text(index))) return false;
      // jsonb's binary form is a version number and the text.
      appendBytes(writer, row.text(index),
                  column.type == PgType::jsonb ? std::string_view("\1", 1) : "");
      return true;
  }
  return false;
}

void RowEncoder::encode(Statement& row, postgresql::CopyWriter& writer) {
  std::vector<char>& out = writer.buffer();
  wire::appendBigEndian(out, static_cast<std::uint16_t>(columns_.size()));
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const int index = static_cast<int>(i);
    if (row.isNull(index)) {
      wire::appendNull(out);
      ++ledger_[i].nulls;
    } else if (encodeValue(*columns_[i], row, index, writer)) {
      ++ledger_[i].written;
    } else if (columns_[i]->misfit == MisfitPolicy::setNull) {
      wire::appendNull(out);
      ++ledger_[i].misfits;
    } else {
      refuse(row, i);
    }
  }
}

void RowEncoder::refuse(Statement& row, std::size_t column) const {
  std::string key;
  for (const std::size_t part : table_.key) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i] != &table_.columns[part]) continue;
      key += (key.empty() ? "" : ", ") + columns_[i]->source + "=" +
             describeValue(row, static_cast<int>(i));
    }
  }
  throw Error(ErrorKind::data,
              "table \"" + table_.source + "\", column \"" + columns_[column]->source + "\"" +
                  (key.empty() ? "" : ", row " + key) + ": the value " +
                  describeValue(row, static_cast<int>(column)) + " is no " +
                  typeSql(*columns_[column]) +
                  " although the scan saw none such; the source changed, run the migration again");
}

std::string describeValue(const Statement& row, int column) {
  NumberText number;
  switch (row.type(column)) {
    case StorageClass::null:
      return "NULL";
    case StorageClass::integer:
      return std::string(number.of(row.int64(column)));
    case StorageClass::real:
      return std::string(number.shortest(row.real(column)));
    case StorageClass::text:
      return "'" + shortened(row.text(column)) + "'";
    case StorageClass::blob:
      break;
  }
  std::string hex = "x'";
  for (const char c : row.blob(column).substr(0, 20)) {
    std::array<char, 3> digits{};
    std::snprintf(digits.data(), digits.size(), "%02x", static_cast<unsigned char>(c));
    hex += digits.data();
  }
  return hex + (row.blob(column).size() > 20 ? "…'" : "'");
}

}  // namespace repot::migrate
