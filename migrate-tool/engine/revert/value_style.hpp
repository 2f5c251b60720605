// How the application spells values in SQLite where a type leaves the choice: so that new rows look
// like the old ones.
#pragma once

#include "engine/plan.hpp"
#include "engine/source_schema.hpp"

#include <repot/sqlite/bulk.hpp>

#include <string>

namespace repot::migrate {

struct ValueStyle {
  enum class Uuid { dashes, hex, blob };
  enum class Fraction { needed, always };
  bool booleanAsText = false;
  std::string trueText = "true", falseText = "false";
  char separator = ' ';  ///< Between date and time.
  Fraction fraction = Fraction::needed;
  int fractionDigits = 6;  ///< Where there are always some.
  std::string zone;        ///< Behind an instant: "", "Z", "+00:00".
  Uuid uuid = Uuid::dashes;
  bool upperCase = false;
};

/// As the first values of the column are spelled; for an empty one as SQLAlchemy does.
ValueStyle styleOf(sqlite::SqliteReader& reader, const std::string& table,
                   const ColumnPlan& column);

}  // namespace repot::migrate
