// What a user may decide about a plan; everything else follows from the source.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace repot::migrate {

/// What to do with values that do not fit their column's meaning.
enum class Misfits {
  fail,        ///< Refuse the plan and list them: nobody's data changes its type unasked.
  text,        ///< Widen the column to text, every value kept as spelled.
  setNull,     ///< NULL in the target, counted.
  quarantine,  ///< NULL in the target, kept in the ledger's quarantine.
};

struct PlanOptions {
  enum class NameCase { preserve, lower };
  enum class Collation {
    c,         ///< COLLATE "C" on text: compares and sorts by bytes, as SQLite does.
    database,  ///< The target database's own order.
  };
  enum class Orphans {
    notValid,  ///< The foreign key is added NOT VALID: new rows obey, the orphans stay.
    refuse,
  };

  std::string schema = "public";
  std::vector<std::string> include;  ///< Globs (*, ?) over table names; empty: all.
  std::vector<std::string> exclude;
  NameCase nameCase = NameCase::preserve;
  Collation collation = Collation::c;
  Orphans orphans = Orphans::notValid;
  Misfits misfits = Misfits::fail;
  std::map<std::string, Misfits> columnMisfits;  ///< By "table.column".
  /// Wanted types by "table.column": a PostgreSQL type ("timestamptz", "numeric(10,2)", "uuid") or
  /// "epochs", "epochms", "epochus": integers since 1970 → timestamptz; "utc": texts without
  /// an offset → timestamptz.
  std::map<std::string, std::string> types;
  bool addRowid = false;  ///< Tables without a primary key get their rowid as one.
};

}  // namespace repot::migrate
