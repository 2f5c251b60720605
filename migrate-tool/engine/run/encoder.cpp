// Each type takes exactly what the plan proved or has a rule for; see encoder.hpp.
#include "engine/run/encoder.hpp"

#include "engine/classed_json.hpp"
#include "engine/iso_time.hpp"
#include "engine/json_check.hpp"
#include "engine/run/encode_time.hpp"
#include "engine/run/number_text.hpp"
#include "engine/run/wire.hpp"
#include "engine/text_check.hpp"
#include "engine/text_repair.hpp"
#include "engine/value_check.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace repot::migrate {
namespace {

using sqlite::Statement;
using sqlite::StorageClass;

// Longer values go past the buffer, so that it keeps its size.
constexpr std::size_t largeValue = 64 * 1024;
constexpr std::int64_t microsecondsTo2000 = 946'684'800'000'000;

/// Whether the plan allows the conversion; a table that exists already takes what fits.
bool takes(const ColumnPlan& column, Conversion conversion) {
  return column.existing || column.conversion == conversion;
}

/// Where the plan allows no misfits the scan has proved all texts, and the server checks them
/// again.
bool mayBeText(const ColumnPlan& column, std::string_view bytes) {
  if (column.misfit == MisfitPolicy::fail && !column.existing) return true;
  const TextCheck check = checkText(bytes);
  const auto length = static_cast<std::size_t>(column.length);
  // char(n) is filled up with blanks, so that only those of a full text are its own.
  const bool padded =
      column.type == PgType::bpchar && bytes.ends_with(' ') && check.characters < length;
  return check.validUtf8 && !check.hasNul && !padded && (length == 0 || check.characters <= length);
}

bool encodeNumeric(const ColumnPlan& column, Statement& row, int index, ByteBuffer& out) {
  NumberText text;
  const bool limited =
      (column.existing || column.misfit != MisfitPolicy::fail) && column.length > 0;
  if (row.type(index) == StorageClass::integer) {
    if (limited && !fitsDecimal(row.int64(index), column.length, column.scale)) return false;
    wire::appendNumeric(out, text.of(row.int64(index)));
    return true;
  }
  if (row.type(index) == StorageClass::text) {
    if (!column.existing || !isPlainDecimal(row.text(index))) return false;
    if (limited && !fitsDecimal(row.text(index), column.length, column.scale)) return false;
    wire::appendNumeric(out, row.text(index));
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

bool encodeBoolean(const ColumnPlan& column, Statement& row, int index, ByteBuffer& out) {
  if (row.type(index) == StorageClass::text) {
    if (!takes(column, Conversion::booleanText) || !booleanPair(row.text(index))) return false;
    const char first = row.text(index).front();
    wire::appendBool(out, first == 't' || first == 'T' || first == 'y' || first == 'Y');
    return true;
  }
  if (row.type(index) != StorageClass::integer || column.conversion == Conversion::booleanText)
    return false;
  const std::int64_t value = row.int64(index);
  if (value != 0 && value != 1) return false;
  wire::appendBool(out, value == 1);
  return true;
}

bool appendInteger(PgType type, std::int64_t value, ByteBuffer& out) {
  if (type == PgType::smallint) {
    if (!std::in_range<std::int16_t>(value)) return false;
    wire::appendInt16(out, static_cast<std::int16_t>(value));
  } else if (type == PgType::integer) {
    if (!std::in_range<std::int32_t>(value)) return false;
    wire::appendInt32(out, static_cast<std::int32_t>(value));
  } else {
    wire::appendInt64(out, value);
  }
  return true;
}

bool encodeInteger(const ColumnPlan& column, Statement& row, int index, ByteBuffer& out) {
  if (row.type(index) == StorageClass::text) {
    const std::string_view text = row.text(index);
    if (!takes(column, Conversion::textToInteger) || !isCanonicalInteger(text)) return false;
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return appendInteger(column.type, value, out);
  }
  if (row.type(index) != StorageClass::integer || column.conversion == Conversion::textToInteger)
    return false;
  return appendInteger(column.type, row.int64(index), out);
}

bool encodeReal(const ColumnPlan& column, Statement& row, int index, ByteBuffer& out) {
  double value = 0;
  if (row.type(index) == StorageClass::integer) {
    const std::int64_t number = row.int64(index);
    if (!takes(column, Conversion::intToReal) || !isDouble(number)) return false;
    value = static_cast<double>(number);
  } else if (row.type(index) == StorageClass::real) {
    value = row.real(index);
  } else {
    return false;
  }
  if (column.type == PgType::doublePrecision) {
    wire::appendDouble(out, value);
    return true;
  }
  const auto narrow = static_cast<float>(value);
  if (static_cast<double>(narrow) != value) return false;
  wire::appendFloat(out, narrow);
  return true;
}

}  // namespace

void FieldSink::append(std::string_view bytes) const {
  if (bytes.size() < largeValue) return wire::appendBytes(buffer, bytes);
  append(bytes, {});
}

void FieldSink::append(std::string_view bytes, std::string_view prefix) const {
  wire::appendLength(buffer, bytes.size() + prefix.size());
  buffer.append(prefix);
  if (bytes.size() < largeValue) {
    buffer.append(bytes);
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
  const bool any = column_->existing || column_->conversion == Conversion::anyToText;
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
      if (!any && column_->conversion != Conversion::blobToText) return Fit::no;
      if (!mayBeText(*column_, row.blob(index))) return Fit::no;
      sink.append(row.blob(index));
      return Fit::equal;
    case StorageClass::integer:
    case StorageClass::real: {
      if (!any && column_->conversion != Conversion::toText) return Fit::no;
      NumberText number;
      const std::string_view text = row.type(index) == StorageClass::integer
                                        ? number.of(row.int64(index))
                                        : number.of(row.real(index));
      if (column_->existing && !mayBeText(*column_, text)) return Fit::no;
      sink.append(text);
      return Fit::equal;
    }
    case StorageClass::null:
      break;
  }
  return Fit::no;
}

ValueEncoder::Fit ValueEncoder::encodeMoment(Statement& row, int index, ByteBuffer& out) const {
  if (zone_ && row.type(index) == StorageClass::text) {
    const auto time = parseIsoTime(row.text(index));
    const bool local = time && !time->finerThanMicros &&
                       (time->kind == IsoTime::Kind::date || time->kind == IsoTime::Kind::dateTime);
    if (local) {
      const auto instant = zone_->toUtc(time->micros);
      if (!instant) return Fit::no;
      wire::appendInt64(out, *instant - microsecondsTo2000);
      return Fit::altered;
    }
  }
  return encodeTime(*column_, row, index, out) ? Fit::equal : Fit::no;
}

ValueEncoder::Fit ValueEncoder::encodeClasses(Statement& row, int index, const FieldSink& sink) {
  Fit fit = Fit::equal;
  json_ = '\1';  // The version of jsonb's binary form.
  switch (row.type(index)) {
    case StorageClass::integer:
      appendClassedJson(json_, row.int64(index));
      break;
    case StorageClass::real:
      appendClassedJson(json_, row.real(index));
      break;
    case StorageClass::text: {
      const std::string_view text = row.text(index);
      const std::string_view stored =
          column_->repairsText() ? repairText(*column_, text, scratch_) : text;
      if (stored.size() > classedJsonMax || !mayBeText(*column_, stored)) return Fit::no;
      if (stored.data() != text.data()) fit = Fit::altered;
      appendClassedText(json_, stored);
      break;
    }
    case StorageClass::blob:
      if (row.blob(index).size() > classedJsonMax) return Fit::no;
      appendClassedBlob(json_, row.blob(index));
      break;
    case StorageClass::null:
      return Fit::no;
  }
  sink.append(json_);
  return fit;
}

bool ValueEncoder::encodeJson(Statement& row, int index, const FieldSink& sink) const {
  NumberText number;
  std::string_view text;
  if (row.type(index) == StorageClass::text) {
    text = row.text(index);
  } else if (column_->existing && row.type(index) == StorageClass::integer) {
    text = number.of(row.int64(index));
  } else if (column_->existing && row.type(index) == StorageClass::real) {
    text = number.shortest(row.real(index));
  }
  const bool binary = column_->type == PgType::jsonb;
  if (!isJson(text) || (binary && !checkJsonb(text).holds)) return false;
  // jsonb's binary form is a version number and the text.
  sink.append(text, binary ? std::string_view("\1", 1) : std::string_view());
  return true;
}

ValueEncoder::Fit ValueEncoder::encode(Statement& row, int index, const FieldSink& sink) {
  const auto equalIf = [](bool fits) { return fits ? Fit::equal : Fit::no; };
  const ColumnPlan& column = *column_;
  ByteBuffer& out = sink.buffer;
  const bool text = row.type(index) == StorageClass::text;
  switch (column.type) {
    case PgType::bigint:
    case PgType::integer:
    case PgType::smallint:
      return equalIf(encodeInteger(column, row, index, out));
    case PgType::doublePrecision:
    case PgType::real:
      return equalIf(encodeReal(column, row, index, out));
    case PgType::numeric:
      return equalIf(encodeNumeric(column, row, index, out));
    case PgType::boolean:
      return equalIf(encodeBoolean(column, row, index, out));
    case PgType::text:
    case PgType::varchar:
    case PgType::bpchar:
      return encodeText(row, index, sink);
    case PgType::enumeration:
      if (!text || std::find(column.labels.begin(), column.labels.end(), row.text(index)) ==
                       column.labels.end()) {
        return Fit::no;
      }
      sink.append(row.text(index));
      return Fit::equal;
    case PgType::bytea:
      if (!text && row.type(index) != StorageClass::blob) return Fit::no;
      if (text && !takes(column, Conversion::textToBytea)) return Fit::no;
      sink.append(text ? row.text(index) : row.blob(index));
      return Fit::equal;
    case PgType::date:
    case PgType::time:
    case PgType::timestamp:
    case PgType::timestamptz:
    case PgType::interval:
      return encodeMoment(row, index, out);
    case PgType::uuid: {
      if (column.conversion == Conversion::bytesToUuid) {
        if (row.type(index) != StorageClass::blob || row.blob(index).size() != uuidBytes)
          return Fit::no;
        sink.append(row.blob(index));
        return Fit::equal;
      }
      char bytes[uuidBytes];
      if (!text || !wire::readUuid(row.text(index), bytes)) return Fit::no;
      sink.append({bytes, sizeof bytes});
      return Fit::equal;
    }
    case PgType::inet:
      return equalIf(text && wire::appendInet(out, row.text(index), column.typeName == "cidr"));
    case PgType::json:
    case PgType::jsonb:
      if (column.conversion == Conversion::anyToJson) return encodeClasses(row, index, sink);
      return equalIf(encodeJson(row, index, sink));
    case PgType::other:
      break;
  }
  return Fit::no;
}

}  // namespace repot::migrate
