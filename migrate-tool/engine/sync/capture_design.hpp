// What `repot sync --capture` adds to a source: a log, and triggers that write the keys of rows
// that change into it. docs/decisions/0012-capture-by-triggers.md argues each.
#pragma once

#include "engine/plan.hpp"
#include "engine/source_schema.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace repot::migrate {

/// How much of a table's changes can be told without reading it.
struct CapturedTable {
  enum class Mode {
    keys,   ///< The log has the keys of the rows.
    flag,   ///< The log says that something changed: the table is read then.
    never,  ///< Nothing can be said: the table is read each time.
  };
  Mode mode = Mode::never;
  std::string why;               ///< It is not `keys`.
  std::vector<std::string> key;  ///< Columns of the source, in the order of the plan's key.
};

struct CaptureDesign {
  std::vector<CapturedTable> tables;  ///< By the plan's tables.
  std::string logSql;                 ///< CREATE TABLE.
  /// CREATE TRIGGER by name, letter by letter as SQLite keeps them.
  std::map<std::string, std::string> triggers;
};

/// Of the tables of a plan, as the source has them now.
CaptureDesign designCapture(const Plan& plan, const SourceSchema& schema);

/// By which number the log names a table of the plan; 0 is that of its marks.
inline std::int64_t captureNumber(std::size_t table) {
  return static_cast<std::int64_t>(table) + 1;
}

}  // namespace repot::migrate
