// See digest_functions.hpp.
#include "sqlite/schema/digest_functions.hpp"

#include <repot/sqlite/errors.hpp>

#include <sqlite3.h>
#include <xxhash.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace repot::sqlite {
namespace {

/// Never allocates, unlike a state of XXH3: each value's hash seeds the next one's.
class RowHash {
 public:
  void add(sqlite3_value* value) {
    switch (sqlite3_value_type(value)) {
      case SQLITE_INTEGER:
        return number(sqlite3_value_int64(value));
      case SQLITE_FLOAT:
        return real(sqlite3_value_double(value));
      case SQLITE_TEXT:
        return bytes('t', sqlite3_value_text(value),
                     static_cast<std::size_t>(sqlite3_value_bytes(value)));
      case SQLITE_BLOB:
        return bytes('b', sqlite3_value_blob(value),
                     static_cast<std::size_t>(sqlite3_value_bytes(value)));
      default:
        return bytes('n', nullptr, 0);
    }
  }
  XXH128_hash_t value() const { return {low_, high_}; }

 private:
  void number(std::int64_t number) { bytes('i', &number, sizeof number); }
  void real(double number) {
    constexpr double limit = 9223372036854775808.0;
    if (std::trunc(number) == number && number >= -limit && number < limit)
      return this->number(static_cast<std::int64_t>(number));
    bytes('r', &number, sizeof number);
  }
  void bytes(char kind, const void* data, std::size_t size) {
    static constexpr char empty = 0;
    const XXH128_hash_t own = XXH3_128bits_withSeed(size == 0 ? &empty : data, size,
                                                    low_ + static_cast<unsigned char>(kind));
    const std::array<std::uint64_t, 4> chained = {high_, own.low64, own.high64,
                                                  static_cast<unsigned char>(kind)};
    const XXH128_hash_t both = XXH3_128bits(chained.data(), sizeof chained);
    low_ = both.low64;
    high_ = both.high64;
  }

  std::uint64_t low_ = 0;
  std::uint64_t high_ = 0;
};

XXH128_hash_t hashOf(int count, sqlite3_value** values) {
  RowHash row;
  for (int i = 0; i < count; ++i)
    row.add(values[i]);
  return row.value();
}

void hash(sqlite3_context* context, int count, sqlite3_value** values) {
  const XXH128_hash_t row = hashOf(count, values);
  sqlite3_result_blob(context, &row, sizeof row, SQLITE_TRANSIENT);
}

/// A sum does not depend on the order of the rows, and, unlike an exclusive or, sees a pair of
/// equal ones.
struct Sum {
  std::uint64_t low, high;
};

void addRow(sqlite3_context* context, int count, sqlite3_value** values) {
  auto* const sum = static_cast<Sum*>(sqlite3_aggregate_context(context, sizeof(Sum)));
  if (sum == nullptr) return sqlite3_result_error_nomem(context);
  const XXH128_hash_t row = hashOf(count, values);
  sum->low += row.low64;
  sum->high += row.high64 + (sum->low < row.low64 ? 1 : 0);
}

void finish(sqlite3_context* context) {
  const auto* const sum = static_cast<Sum*>(sqlite3_aggregate_context(context, 0));
  const Sum total = sum == nullptr ? Sum{0, 0} : *sum;  // No rows at all.
  std::array<char, 40> text;
  sqlite3_snprintf(static_cast<int>(text.size()), text.data(), "%016llx%016llx",
                   static_cast<unsigned long long>(total.high),
                   static_cast<unsigned long long>(total.low));
  sqlite3_result_text(context, text.data(), -1, SQLITE_TRANSIENT);
}

}  // namespace

void registerDigestFunctions(sqlite3* connection) {
  constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
  if (sqlite3_create_function_v2(connection, "repot_hash", -1, flags, nullptr, hash, nullptr,
                                 nullptr, nullptr) != SQLITE_OK ||
      sqlite3_create_function_v2(connection, "repot_digest", -1, flags, nullptr, nullptr, addRow,
                                 finish, nullptr) != SQLITE_OK) {
    throw sqliteError(connection, "defining functions");
  }
}

std::string digestSql(const std::vector<std::string>& expressions) {
  constexpr std::size_t mostArguments = 100;  // SQLite's limit is 127.
  std::string sql = "repot_digest(", group;
  for (std::size_t i = 0; i < expressions.size(); ++i) {
    group += (group.empty() ? "" : ", ") + expressions[i];
    if ((i + 1) % mostArguments != 0 && i + 1 != expressions.size()) continue;
    sql += (i < mostArguments ? "repot_hash(" : ", repot_hash(") + group + ')';
    group.clear();
  }
  return sql + ')';
}

}  // namespace repot::sqlite
