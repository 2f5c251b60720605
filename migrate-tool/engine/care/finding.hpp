// What a doctor finds in a database, why it matters, and what cures it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace repot::care {

enum class Severity {
  note,     ///< Worth knowing; nothing is wrong.
  warning,  ///< Costs speed, room or a surprise later.
  error,    ///< Data or the application is at risk, or something fails already.
};
std::string_view toString(Severity severity);

/// How a finding is cured without anybody deciding anything.
struct Cure {
  enum class Kind {
    none,         ///< Only the operator can.
    sql,          ///< Statements, each on its own.
    privateMode,  ///< The file's mode loses what others may do.
  };
  Kind kind = Kind::none;
  std::vector<std::string> sql;
  /// Loses nothing whatever happens, so that `maintain` does it without a backup.
  bool maintenance = false;
};

struct Finding {
  std::string check;  ///< A stable name: "orphan_rows".
  Severity severity = Severity::warning;
  std::string subject;  ///< Table, index, file; empty: the database.
  std::string what;
  std::string why;
  std::string advice;  ///< What to do; with a cure, what `--fix` does.
  Cure cure;
};

/// A check that was not made.
struct Skipped {
  std::string check;
  std::string reason;
};

struct Examination {
  std::string database;             ///< URL, safe to print.
  std::vector<std::string> checks;  ///< The names of all that were made.
  std::vector<Finding> findings;
  std::vector<Skipped> skipped;

  /// True where there is nothing above a note.
  bool isHealthy() const;
};

std::string toText(const Examination& examination);
/// As docs/formats/examination.md specifies.
std::string toJson(const Examination& examination);

}  // namespace repot::care
