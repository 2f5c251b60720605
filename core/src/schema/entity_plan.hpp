// What of a live table an entity says: decided here, written as C++ in entities_cpp.cpp.
#pragma once

#include "repot/schema/entities.hpp"

#include <string>
#include <vector>

namespace repot::schema {

struct MemberPlan {
  enum class Role { field, key, generatedKey, unique };
  const Column* column = nullptr;
  std::string name;
  Role role = Role::field;
  bool optional = false;
  const ForeignKey* reference = nullptr;          ///< Of this column alone, and what it leads to
  std::string referencedTable, referencedColumn;  ///< as that is spelled there.
};

/// A parent that a foreign key leads to, if it is an entity too.
struct RelationPlan {
  std::string place;     ///< The member that the parent is put into.
  std::string member;    ///< The one that holds the foreign key.
  std::string parent;    ///< The parent's entity, and
  std::string key;       ///< its member that the foreign key refers to.
  std::string constant;  ///< What belongsTo() gives.
};

struct EntityPlan {
  const Table* table = nullptr;
  std::string name;
  std::vector<MemberPlan> members;
  std::vector<std::vector<std::string>> uniqueTogether;  ///< By members.
  std::vector<std::vector<std::string>> indexes;
  std::vector<RelationPlan> relations;
  std::vector<EntityNote> notes;
};

struct EntitiesPlan {
  std::vector<EntityPlan> entities;
  std::vector<EntityNote> notes;  ///< On tables that have no entity.
};

/// `tables` are those of one schema, which outlives the plan.
EntitiesPlan planEntities(const std::vector<const Table*>& tables, const Schema& live);

}  // namespace repot::schema
