// Each type takes exactly what the plan proved or has a rule for; see encoder.hpp.
#include "engine/run/encoder.hpp"

#include "engine/iso_time.hpp"
#include "engine/run/number_text.hpp"
#include "engine/run/wire.hpp"
#include "engine/text_check.hpp"
#include "engine/text_repair.hpp"
#include "engine/value_check.hpp"

#include <charconv>
#include <cmath>

namespace repot::migrate {
namespace {

using sqlite::Statement;
using sqlite::StorageClass;

// Longer values go past the buffer, so that it keeps its size.
constexpr std::size_t largeValue = 64 * 1024;
constexpr std::int64_t microsecondsTo2000 = 946'684'800'000'000;
constexpr std::int64_t microsecondsPerDay = 86'400'000'000;

/// Where the plan allows no misfits the scan has proved all texts, and the server checks them
/// again.
bool mayBeText(const ColumnPlan& column, std::string_view bytes) {
  if (column.misfit == MisfitPolicy::fail) return true;
  const TextCheck check = checkText(bytes);
  return check.validUtf8 && !check.hasNul &&
         (column.length == 0 || check.characters <= static_cast<std::size_t>(column.length));
}

bool isEpoch(Conversion conversion) {
  return conversion == Conversion::epochSeconds || conversion == Conversion::epochMillis ||
         conversion == Conversion::epochMicros;
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

bool encodeNumeric(const ColumnPlan& column, Statement& row, int index, std::vector<char>& out) {
  NumberText text;
  const bool limited = column.misfit != MisfitPolicy::fail && column.length > 0;
  if (row.type(index) == StorageClass::integer) {
    if (limited && !fitsDecimal(row.int64(index), column.length, column.scale)) return false;
    wire::appendNumeric(out, text.of(row.int64(index)));
    return true;
  }
  if (row.type(index) != StorageClass::real) return false;
  const double value = row.real(index);
  if (limited && !fitsDecimal(value, column.length, column.scale)) return false;
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

}  // namespace

void FieldSink::append(std::string_view bytes, std::string_view prefix) const {
  wire::appendLength(buffer, bytes.size() + prefix.size());
  buffer.insert(buffer.end(), prefix.begin(), prefix.end());
  if (bytes.size() < largeValue) {
    buffer.insert(buffer.end(), bytes.begin(), bytes.end());
  } else if (writer != nullptr) {
    writer->appendLarge(bytes);
  }
}

ValueEncoder::ValueEncoder(const ColumnPlan& column) : column_(&column) {
  if (column.conversion == Conversion::assumeZone) {
    zone_ = std::make_unique<const Zone>(column.zone);
  }
}

ValueEncoder::Fit ValueEncoder::encodeText(Statement& row, int index, const FieldSink& sink) {
  const Conversion conversion = column_->conversion;
  switch (row.type(index)) {
    case StorageClass::text: {
      const std::string_view text = row.text(index);
      const std::string_view stored =
          column_->repairsText() ? repairText(*column_, text, scratch_) : text;
      if (!mayBeText(*column_, stored)) return Fit::no;
      sink.append(stored);
      return stored.data() == text.data() ? Fit::equal : Fit::altered;
    }
    case StorageClass::blob:
      if (conversion != Conversion::blobToText && conversion != Conversion::anyToText) {
        return Fit::no;
      }
      if (!mayBeText(*column_, row.blob(index))) return Fit::no;
      sink.append(row.blob(index));
      return Fit::equal;
    case StorageClass::integer:
    case StorageClass::real: {
      if (conversion != Conversion::toText && conversion != Conversion::anyToText) return Fit::no;
      NumberText text;
      sink.append(row.type(index) == StorageClass::integer ? text.of(row.int64(index))
                                                           : text.of(row.real(index)));
      return Fit::equal;
    }
    case StorageClass::null:
      break;
  }
  return Fit::no;
}

ValueEncoder::Fit ValueEncoder::encodeTime(std::string_view text, std::vector<char>& out) const {
  using Kind = IsoTime::Kind;
  const auto time = parseIsoTime(text);
  if (!time || time->finerThanMicros) return Fit::no;
  const bool local = time->kind == Kind::date || time->kind == Kind::dateTime;
  switch (column_->type) {
    case PgType::date:
      if (time->kind != Kind::date) return Fit::no;
      wire::appendLength(out, 4);
      wire::appendBigEndian(out, static_cast<std::uint32_t>((time->micros - microsecondsTo2000) /
                                                            microsecondsPerDay));
      return Fit::equal;
    case PgType::time:
      if (time->kind != Kind::time) return Fit::no;
      wire::appendInt64(out, time->micros);
      return Fit::equal;
    case PgType::timestamp:
      if (!local) return Fit::no;
      break;
    case PgType::interval:
      if (time->kind != Kind::dateTime) return Fit::no;
      wire::appendInterval(out, time->micros);
      return Fit::equal;
    default: {
      if (time->kind == Kind::offsetDateTime) break;
      if (time->kind == Kind::dateTime && column_->conversion == Conversion::utcText) break;
      if (!local || !zone_) return Fit::no;
      const auto instant = zone_->toUtc(time->micros);
      if (!instant) return Fit::no;
      wire::appendInt64(out, *instant - microsecondsTo2000);
      return Fit::altered;
    }
  }
  wire::appendInt64(out, time->micros - microsecondsTo2000);
  return Fit::equal;
}

ValueEncoder::Fit ValueEncoder::encode(Statement& row, int index, const FieldSink& sink) {
  const auto equalIf = [](bool fits) { return fits ? Fit::equal : Fit::no; };
  const ColumnPlan& column = *column_;
  std::vector<char>& out = sink.buffer;
  switch (column.type) {
    case PgType::bigint:
      return equalIf(encodeInteger(column, row, index, out));
    case PgType::doublePrecision:
      return equalIf(encodeReal(column, row, index, out));
    case PgType::numeric:
      return equalIf(encodeNumeric(column, row, index, out));
    case PgType::boolean:
      return equalIf(encodeBoolean(column, row, index, out));
    case PgType::text:
    case PgType::varchar:
      return encodeText(row, index, sink);
    case PgType::bytea: {
      const bool text = row.type(index) == StorageClass::text;
      if (!text && row.type(index) != StorageClass::blob) return Fit::no;
      if (text && column.conversion != Conversion::textToBytea) return Fit::no;
      sink.append(text ? row.text(index) : row.blob(index));
      return Fit::equal;
    }
    case PgType::timestamptz:
      if (isEpoch(column.conversion)) {
        return equalIf(row.type(index) == StorageClass::integer &&
                       encodeEpoch(column.conversion, row.int64(index), out));
      }
      [[fallthrough]];
    case PgType::date:
    case PgType::time:
    case PgType::timestamp:
    case PgType::interval:
      return row.type(index) == StorageClass::text ? encodeTime(row.text(index), out) : Fit::no;
    case PgType::uuid: {
      char bytes[16];
      if (row.type(index) != StorageClass::text || !wire::readUuid(row.text(index), bytes)) {
        return Fit::no;
      }
      sink.append({bytes, sizeof bytes});
      return Fit::equal;
    }
    case PgType::json:
    case PgType::jsonb:
      if (row.type(index) != StorageClass::text || !isJson(row.text(index))) return Fit::no;
      // jsonb's binary form is a version number and the text.
      sink.append(row.text(index),
                  column.type == PgType::jsonb ? std::string_view("\1", 1) : std::string_view());
      return Fit::equal;
  }
  return Fit::no;
}

}  // namespace repot::migrate
