// What a user may decide about a plan; everything else follows from the source.
#pragma once

#include "remedy.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace repot::migrate {

/// A setting as it was given, for the plan file.
struct GivenSetting {
  std::string name;    ///< "on-misfit"
  std::string object;  ///< "table", "table.column", or empty: for the whole run.
  std::string value;
  bool operator==(const GivenSetting&) const = default;
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
    setNull,     ///< The referring columns become NULL, counted.
    quarantine,  ///< As setNull, and kept in the quarantine; the whole row in NOT NULL columns.
    skipKey,     ///< The foreign key is left out.
  };

  enum class Views {
    translate,    ///< What cannot be translated is reported with its SQL.
    materialize,  ///< What cannot be translated becomes a table of the rows that it has.
    skip,
  };

  std::string schema = "public";
  std::vector<std::string> include;  ///< Globs (*, ?) over table names; empty: all.
  std::vector<std::string> exclude;
  NameCase nameCase = NameCase::preserve;
  bool strictNames =
      false;  ///< Refuse a name that PostgreSQL cannot bear, in place of changing it.
  Collation collation = Collation::c;
  Views views = Views::translate;
  bool hashLongKeys = false;  ///< Keys with values too long for a B-tree are kept by their hashes.
  bool addRowid = false;      ///< Tables without a primary key get their rowid as one.
  Orphans orphans = Orphans::notValid;
  RemedyChoice remedies;
  std::string zone;  ///< Of times without offset ("UTC", "Europe/Berlin"); empty: none.
  /// Values shown of each finding.
  std::size_t examples = 5;

  // By "table.column" as the source spells them, whatever the case of A–Z.
  /// Wanted types: a PostgreSQL type ("timestamptz", "numeric(10,2)", "uuid") or "epochs",
  /// "epochms", "epochus": integers since 1970 → timestamptz; "utc": texts without an offset →
  /// timestamptz.
  std::map<std::string, std::string> types;
  std::map<std::string, RemedyChoice> columnRemedies;
  std::map<std::string, Orphans> columnOrphans;  ///< Foreign keys that the column takes part in.
  std::map<std::string, std::string> columnZones;
  /// New names in the target, by "table" or "table.column".
  std::map<std::string, std::string> names;

  /// All that was set by set(), in its order.
  std::vector<GivenSetting> given;

  /// Sets what settings.hpp describes. Errors: Error(usage) for a name, object or value that it
  /// does not know, with the nearest that it does.
  void set(std::string_view name, std::string_view value, std::string_view object = {});
};

}  // namespace repot::migrate
