// See answers.hpp.
#include "engine/shadow/answers.hpp"

#include "engine/run/canonical.hpp"
#include "engine/run/canonical_part.hpp"
#include "engine/run/row_encoder.hpp"

#include <repot/hex.hpp>

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace repot::migrate {
namespace {

using Clock = std::chrono::steady_clock;

/// Twelve digits: sums of the same numbers in another order have more than that in common.
std::string numberText(double number) {
  constexpr double exactly = 9007199254740992.0;
  std::array<char, 40> text{};
  const bool whole = std::abs(number) < exactly && number == std::trunc(number);
  std::snprintf(text.data(), text.size(), whole ? "%.0f" : "%.12g", number + 0.0);
  return text.data();
}

/// Of a canonical value.
std::string shown(std::string_view framed) {
  using canonical::frameBytes;
  if (framed.size() < frameBytes) return "NULL";
  const char tag = framed[0];
  const std::string_view content = framed.substr(frameBytes);
  switch (tag) {
    case '0':
      return "NULL";
    case 'i': {
      std::int64_t number = 0;
      std::memcpy(&number, content.data(), sizeof number);
      return std::to_string(number);
    }
    case 'r': {
      double number = 0;
      std::memcpy(&number, content.data(), sizeof number);
      return numberText(number);
    }
    case 'm': {
      const std::string text(content);
      return text.find('.') == std::string::npos ? text : numberText(std::atof(text.c_str()));
    }
    case 'b':
      return content == "1" ? "true" : "false";
    case 'd':
    case 'h':
    case 's':
    case 'z':
      return '\'' + canonical::spelledTime(tag, content).value_or(std::string(content)) + '\'';
    case 't':
    case 'j':
    case 'k':
    case 'n':
    case 'u':
      return '\'' + std::string(content) + '\'';
    default:
      return std::string{tag, '\''} + formats::toHex(content) + '\'';
  }
}

bool isNumber(PgType type) {
  switch (type) {
    case PgType::bigint:
    case PgType::integer:
    case PgType::smallint:
    case PgType::doublePrecision:
    case PgType::real:
    case PgType::numeric:
      return true;
    default:
      return false;
  }
}

std::string sourceText(const sqlite::Statement& row, int index, const ColumnPlan& column,
                       bool& misfit) {
  using sqlite::StorageClass;
  const StorageClass type = row.type(index);
  if (type == StorageClass::null) return "NULL";
  if (isNumber(column.type)) {
    if (type == StorageClass::integer) return std::to_string(row.int64(index));
    if (type == StorageClass::real) return numberText(row.real(index));
  } else {
    ByteBuffer value;
    if (appendSourceValue(value, column, row, index)) return shown(value.view());
  }
  misfit = true;
  return std::string("a value that is no ") + typeSql(column) + ": " + describeValue(row, index);
}

void append(std::string& row, const std::string& value) {
  if (!row.empty()) row += ", ";
  row += value;
}

double since(Clock::time_point begun) {
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

}  // namespace

Answer answerOf(sqlite::Statement& rows, const std::vector<ColumnPlan>& columns,
                std::int64_t rowsMax) {
  const auto begun = Clock::now();
  Answer answer;
  while (rows.step()) {
    if (std::ssize(answer.rows) >= rowsMax) {
      answer.whole = false;
      break;
    }
    std::string row;
    for (std::size_t i = 0; i < columns.size(); ++i)
      append(row, sourceText(rows, static_cast<int>(i), columns[i], answer.misfits));
    answer.rows.push_back(std::move(row));
  }
  answer.seconds = since(begun);
  return answer;
}

Answer answerOf(postgresql::BulkConnection& target, const std::string& sql,
                const std::vector<ColumnPlan>& columns, std::int64_t rowsMax) {
  const auto begun = Clock::now();
  Answer answer;
  postgresql::CopyReader reader(target, "COPY (" + sql + ") TO STDOUT (FORMAT binary)");
  std::vector<postgresql::CopyReader::Field> fields;
  ByteBuffer value;
  while (reader.next(fields)) {
    // To the end, so that the connection can go on.
    if (std::ssize(answer.rows) >= rowsMax) {
      answer.whole = false;
      continue;
    }
    std::string row;
    for (std::size_t i = 0; i < columns.size() && i < fields.size(); ++i) {
      value.clear();
      appendTargetValue(value, columns[i], fields[i]);
      append(row, shown(value.view()));
    }
    answer.rows.push_back(std::move(row));
  }
  answer.seconds = since(begun);
  return answer;
}

}  // namespace repot::migrate
