// C++ entities written from a live schema: the structs and mappings that an application begins with
// where its database was there first.
#pragma once

#include <repot/schema/model.hpp>

#include <string>
#include <vector>

namespace repot::schema {

/// Of which tables entities are written, and where they are put.
struct EntitiesOptions {
  std::string nameSpace = "entities";  ///< "music", "shop::db", …
  std::vector<std::string> tables;     ///< Empty: all but those of historyOwner().
};

/// Something that the mapping of an entity cannot say, or a person should look at.
struct EntityNote {
  std::string object;  ///< "table log", "column tracks.length", "index ix_lower", …
  std::string text;
};

/// A header of entities, and what it could not say.
struct EntityHeader {
  /// A struct of the header, and its table.
  struct Entity {
    std::string table;
    std::string name;  ///< Without the namespace.
  };
  std::string text;              ///< The header.
  std::vector<Entity> entities;  ///< In the order of the tables.
  std::vector<EntityNote> notes;
};

/// A header that compiles as it is, with one entity for each table that has a primary key, and
/// what tells parents (belongsTo()) where a foreign key of one column leads to one of the entities.
/// The same for the same schema on every kind of database, as far as its types are the same there.
/// Names that C++ cannot have are changed; the mapping has those of the database. Throws Error:
/// usage for a namespace that cannot be one, notFound for a table that there is not.
EntityHeader entitiesToCpp(const Schema& live, const EntitiesOptions& options = {});

}  // namespace repot::schema
