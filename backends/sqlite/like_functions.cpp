// See like_functions.hpp.
#include "sqlite/like_functions.hpp"

#include <repot/sqlite/errors.hpp>

#include <sqlite3.h>
#include <unicode/ucasemap.h>

#include <memory>
#include <string>
#include <string_view>

namespace repot::sqlite {
namespace {

struct CaseMapDeleter {
  void operator()(UCaseMap* map) const noexcept { ucasemap_close(map); }
};

/// The text in lower case; false where ICU cannot (which is out of memory).
bool lower(std::string_view text, std::string& out) {
  static const std::unique_ptr<UCaseMap, CaseMapDeleter> map([] {
    UErrorCode status = U_ZERO_ERROR;
    return ucasemap_open("", 0, &status);
  }());
  if (!map) return false;
  out.resize(text.size() + 16);
  for (;;) {
    UErrorCode status = U_ZERO_ERROR;
    const auto length =
        ucasemap_utf8ToLower(map.get(), out.data(), static_cast<std::int32_t>(out.size()),
                             text.data(), static_cast<std::int32_t>(text.size()), &status);
    if (status == U_BUFFER_OVERFLOW_ERROR) {
      out.resize(static_cast<std::size_t>(length));
      continue;
    }
    if (U_FAILURE(status)) return false;
    out.resize(static_cast<std::size_t>(length));
    return true;
  }
}

/// Bytes of the character that starts with `first`; 1 for what is no UTF-8.
std::size_t characterLength(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

/// The usual matching with one place to return to: linear in practice, and never recursive.
bool matches(std::string_view pattern, std::string_view text) {
  constexpr std::size_t none = std::string_view::npos;
  std::size_t p = 0, t = 0, afterPercent = none, retry = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '%') {
      afterPercent = ++p;
      retry = t;
      continue;
    }
    if (p < pattern.size() && pattern[p] == '_') {
      ++p;
      t = std::min(t + characterLength(text[t]), text.size());
      continue;
    }
    const std::size_t literal = p + 1 < pattern.size() && pattern[p] == '\\' ? p + 1 : p;
    if (literal < pattern.size() && pattern[literal] == text[t]) {
      p = literal + 1;
      ++t;
      continue;
    }
    if (afterPercent == none) return false;
    p = afterPercent;
    retry = std::min(retry + characterLength(text[retry]), text.size());
    t = retry;
  }
  while (p < pattern.size() && pattern[p] == '%')
    ++p;
  return p == pattern.size();
}

std::string_view argument(sqlite3_value* value) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void like(sqlite3_context* context, int, sqlite3_value** values) {
  if (sqlite3_value_type(values[0]) == SQLITE_NULL || sqlite3_value_type(values[1]) == SQLITE_NULL)
    return;  // NULL
  const bool ignoreCase = sqlite3_user_data(context) != nullptr;
  try {
    if (!ignoreCase) {
      sqlite3_result_int(context, matches(argument(values[0]), argument(values[1])) ? 1 : 0);
      return;
    }
    std::string pattern;
    std::string text;
    if (!lower(argument(values[0]), pattern) || !lower(argument(values[1]), text)) {
      sqlite3_result_error_nomem(context);
      return;
    }
    sqlite3_result_int(context, matches(pattern, text) ? 1 : 0);
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  }
}

}  // namespace

void registerLikeFunctions(sqlite3* connection) {
  static char ignoreCase;  // Any address that is not null.
  constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  if (sqlite3_create_function_v2(connection, "repot_like", 2, flags, nullptr, like, nullptr,
                                 nullptr, nullptr) != SQLITE_OK ||
      sqlite3_create_function_v2(connection, "repot_ilike", 2, flags, &ignoreCase, like, nullptr,
                                 nullptr, nullptr) != SQLITE_OK) {
    throw sqliteError(connection, "defining functions");
  }
}

}  // namespace repot::sqlite
