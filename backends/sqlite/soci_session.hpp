// SOCI's SQLite session, and the native handles behind it. SOCI's header and <sqlite3.h> cannot be
// included together (SOCI declares the C API in a namespace of its own), so the handles cross here.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace repot::sqlite {

/// A statement that SOCI prepared and will finalize.
class SociStatement {
 public:
  virtual ~SociStatement() = default;
  virtual sqlite3_stmt* handle() const noexcept = 0;
};

/// A connection that SOCI opened and will close. Used by one thread at a time.
class SociSession {
 public:
  /// `uri` is a file: URI without blanks and quotes. Throws Error.
  static std::unique_ptr<SociSession> open(const std::string& uri);
  virtual ~SociSession() = default;
  virtual sqlite3* handle() const noexcept = 0;
  /// Throws Error(schema, …).
  virtual std::unique_ptr<SociStatement> prepare(std::string_view sql) = 0;
};

}  // namespace repot::sqlite
