// SQLite keeps the statement of each object; see native.hpp.
#include "sqlite/schema/native.hpp"

#include "sqlite/schema/read.hpp"

#include <repot/sql.hpp>

namespace repot::sqlite {

using schema::NativeObject;
using Place = NativeObject::Place;

std::vector<NativeObject> nativeObjects(UnitOfWork& work) {
  std::vector<NativeObject> objects;
  for (const schema::Table& table : readSchema(work).tables) {
    if (table.notCarried.empty()) continue;
    std::string name;
    for (const std::string& what : table.notCarried)
      name += (name.empty() ? "" : ", ") + what;
    for (const auto& [sql] : select<std::string>(
             work, "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = $1", table.name))
      objects.push_back({name, sql, Place::insteadOfModel, table.name});
  }
  for (const auto& [name, sql] : select<std::string, std::string>(
           work,
           "SELECT 'virtual table ' || s.name, s.sql FROM sqlite_schema s JOIN pragma_table_list l "
           "ON l.schema = 'main' AND l.name = s.name WHERE l.type = 'virtual' ORDER BY s.name")) {
    objects.push_back({name, sql, Place::afterTables});
  }
  return objects;
}

}  // namespace repot::sqlite
