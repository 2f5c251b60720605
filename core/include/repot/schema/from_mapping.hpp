// The schema that entities' mappings describe.
#pragma once

#include <repot/mapping.hpp>
#include <repot/schema/model.hpp>

namespace repot {
class UnitOfWork;
}

namespace repot::schema {

/// The table of a mapping, its constraints named as nameConstraints() does. Throws Error(usage) for
/// a mapping without a key, or with a generated one beside others.
Table tableOf(const std::string& table, const std::vector<detail::ColumnInfo>& columns,
              const std::vector<detail::IndexInfo>& indexes);

template <typename Entity>
Table tableOf() {
  const EntityMap<Entity>& map = entityMap<Entity>();
  return tableOf(map.table(), map.columns(), map.indexes());
}

/// The tables of all entities, in the order given.
template <typename... Entities>
Schema modelOf() {
  Schema schema;
  (schema.tables.push_back(tableOf<Entities>()), ...);
  return schema;
}

/// Creates the table and its indexes where they are not there yet.
void createMissing(UnitOfWork& work, Table table);

}  // namespace repot::schema
