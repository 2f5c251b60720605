// The source's own SQL, in which "a" is a string where no column is called so, as SQLite has always
// taken it. Repot's readers switch that off for the statements that they write themselves.
#pragma once

#include <repot/sqlite/bulk.hpp>

#include <sqlite3.h>

namespace repot::migrate {

/// Takes "a" as SQLite does, for as long as the object lives. Statements keep what they were
/// prepared with.
class DoubleQuotedStrings {
 public:
  explicit DoubleQuotedStrings(sqlite::SqliteReader& reader) : reader_(reader) { set(1); }
  ~DoubleQuotedStrings() { set(0); }
  DoubleQuotedStrings(const DoubleQuotedStrings&) = delete;
  DoubleQuotedStrings& operator=(const DoubleQuotedStrings&) = delete;

 private:
  void set(int on) { sqlite3_db_config(reader_.raw(), SQLITE_DBCONFIG_DQS_DML, on, nullptr); }
  sqlite::SqliteReader& reader_;
};

}  // namespace repot::migrate
