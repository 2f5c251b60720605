// Columns as the migrations add them to tables with rows: either without a value for these, or with
// a constant one, which no database has to write into each row.
#pragma once

#include <repot/schema/model.hpp>

#include <string>
#include <utility>

namespace music {

inline repot::schema::Column nullableColumn(std::string name, repot::ColumnType type,
                                            int length = 0) {
  repot::schema::Column column;
  column.name = std::move(name);
  column.type = {type, length, 0, {}};
  column.nullable = true;
  return column;
}

inline repot::schema::Column columnWithDefault(std::string name, repot::ColumnType type,
                                               repot::Value value) {
  repot::schema::Column column;
  column.name = std::move(name);
  column.type = {type, 0, 0, {}};
  column.defaultValue = {repot::schema::Default::Kind::literal, std::move(value), {}};
  return column;
}

}  // namespace music
