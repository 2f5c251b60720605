// See entity_plan.hpp.
#include "schema/entity_plan.hpp"

#include "schema/compare.hpp"
#include "schema/cpp_names.hpp"

#include <repot/schema/render.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace repot::schema {
namespace {

using Role = MemberPlan::Role;
using Columns = std::vector<std::string>;

/// The next number of a sequence: what the mapping would write in its place is never right.
bool isNumbered(const Column& column) {
  return column.defaultValue && column.defaultValue->kind == Default::Kind::expression &&
         column.defaultValue->sql.of("postgresql").starts_with("nextval(");
}

/// Types that relations can be followed by.
bool isComparable(const Type& type) {
  return type.kind == ColumnType::integer || type.kind == ColumnType::text ||
         type.kind == ColumnType::uuid;
}

class EntityPlanner {
 public:
  EntityPlanner(const Table& table, const Schema& live, std::string name) : live_(live) {
    plan_.table = &table;
    plan_.name = std::move(name);
  }

  EntityPlan plan() {
    for (const Column& column : table().columns)
      this->column(column);
    putKeysInOrder();
    keys();
    indexes();
    for (const ForeignKey& key : table().foreignKeys)
      foreignKey(key);
    return std::move(plan_);
  }

 private:
  const Table& table() const { return *plan_.table; }

  void note(std::string object, std::string text) {
    plan_.notes.push_back({std::move(object), std::move(text)});
  }

  void column(const Column& column) {
    const std::string object = "column " + table().name + '.' + column.name;
    const bool key = isKey(column);
    if (column.generated) return note(object, "is left out: the database computes it");
    if (isNumbered(column) && !key)
      return note(object, "is left out: the database numbers it in new rows");
    if (isNumbered(column)) note(object, "gets no number from the database: give it a value");
    if (key && column.nullable && !column.identity)
      note(object, "is of the key and may be NULL: such rows cannot be read");
    MemberPlan& member = plan_.members.emplace_back();
    member.column = &column;
    member.name = names_.take(memberName(column.name));
    member.optional = column.nullable && !key;
    member.role = column.identity ? Role::generatedKey : key ? Role::key : Role::field;
  }

  bool isKey(const Column& column) const {
    const Columns& key = table().primaryKey.columns;
    return std::any_of(key.begin(), key.end(),
                       [&](const std::string& name) { return table().find(name) == &column; });
  }

  MemberPlan* memberOf(const std::string& name) {
    const Column* const column = table().find(name);
    const auto found =
        std::find_if(plan_.members.begin(), plan_.members.end(),
                     [&](const MemberPlan& member) { return member.column == column; });
    return column == nullptr || found == plan_.members.end() ? nullptr : &*found;
  }

  /// A mapping has the columns of a composite key in the order in which they are named.
  void putKeysInOrder() {
    std::vector<MemberPlan> keys;
    for (const std::string& name : table().primaryKey.columns) {
      if (const MemberPlan* const member = memberOf(name)) keys.push_back(*member);
    }
    auto next = keys.begin();
    for (MemberPlan& member : plan_.members) {
      if (member.role == Role::key) member = *next++;
    }
  }

  /// The members of all the columns; nothing where one of them is left out.
  std::optional<Columns> membersOf(const Columns& columns) {
    Columns members;
    for (const std::string& name : columns) {
      const MemberPlan* const member = memberOf(name);
      if (member == nullptr) return std::nullopt;
      members.push_back(member->name);
    }
    return members;
  }

  void unique(const std::string& object, const Columns& columns) {
    const auto members = membersOf(columns);
    if (!members) return note(object, "is not said here: a column of it is left out");
    if (columns == table().primaryKey.columns || !unique_.insert(*members).second) return;
    MemberPlan* const only = columns.size() == 1 ? memberOf(columns.front()) : nullptr;
    if (only != nullptr && only->role == Role::field) {
      only->role = Role::unique;
    } else {
      plan_.uniqueTogether.push_back(*members);
    }
  }

  void keys() {
    for (const Key& key : table().uniqueKeys)
      unique("unique key (" + list(key.columns) + ") of " + table().name, key.columns);
  }

  void indexes() {
    std::set<Columns> seen;
    for (const Index& index : table().indexes) {
      const std::string object = "index " + index.name;
      if (!Comparison::isPlain(index)) {
        note(object, "is not said here: it is partial, ordered, or on an expression");
        continue;
      }
      Columns columns;
      for (const IndexPart& part : index.parts)
        columns.push_back(part.column);
      if (index.unique) {
        unique(object, columns);
        continue;
      }
      const auto members = membersOf(columns);
      if (!members) {
        note(object, "is not said here: a column of it is left out");
      } else if (seen.insert(*members).second) {
        plan_.indexes.push_back(*members);
      }
    }
    std::sort(plan_.indexes.begin(), plan_.indexes.end());
    std::sort(plan_.uniqueTogether.begin(), plan_.uniqueTogether.end());
  }

  void foreignKey(const ForeignKey& key) {
    const std::string object =
        "foreign key (" + list(key.columns) + ") of " + table().name + " to " + key.table;
    if (key.columns.size() != 1) return note(object, "is not said here: it has several columns");
    MemberPlan* const member = memberOf(key.columns.front());
    const Table* const parent = live_.find(key.table);
    Columns target = key.targetColumns;
    if (target.empty() && parent != nullptr) target = parent->primaryKey.columns;
    if (member == nullptr || target.size() != 1)
      return note(object, "is not said here: a column of it is missing or left out");
    if (member->reference != nullptr)
      return note(object, "is not said here: the column refers to another table already");
    if (key.onDelete == Action::setDefault)
      return note(object, "is not said here: ON DELETE SET DEFAULT");
    if (key.onUpdate != Action::noAction)
      note(object, "is said without its ON UPDATE " + std::string(toString(key.onUpdate)));
    if (key.deferred || key.deferrable) note(object, "is said without being deferrable");
    const Column* const column = parent == nullptr ? nullptr : parent->find(target.front());
    member->reference = &key;
    member->referencedTable = parent == nullptr ? key.table : parent->name;
    member->referencedColumn = column == nullptr ? target.front() : column->name;
  }

  const Schema& live_;
  EntityPlan plan_;
  UniqueNames names_;
  std::set<Columns> unique_;
};

/// Puts into each entity where its parents go; all entities are planned by then.
class RelationPlanner {
 public:
  explicit RelationPlanner(std::vector<EntityPlan>& entities) : entities_(entities) {
    for (EntityPlan& entity : entities_)
      names_.take(entity.name);
  }

  void plan() {
    for (EntityPlan& entity : entities_) {
      UniqueNames names;
      for (const MemberPlan& member : entity.members)
        names.take(member.name);
      for (const MemberPlan& member : entity.members) {
        if (member.reference != nullptr) relation(entity, member, names);
      }
    }
  }

 private:
  void relation(EntityPlan& entity, const MemberPlan& member, UniqueNames& names) {
    const auto parent = std::find_if(
        entities_.begin(), entities_.end(),
        [&](const EntityPlan& other) { return other.table->name == member.referencedTable; });
    if (parent == entities_.end()) return;
    const Column* const target = parent->table->find(member.referencedColumn);
    const auto key = std::find_if(parent->members.begin(), parent->members.end(),
                                  [&](const MemberPlan& other) { return other.column == target; });
    if (key == parent->members.end() || key->optional) return;
    if (key->column->type.kind != member.column->type.kind || !isComparable(target->type)) return;
    RelationPlan plan;
    plan.place = names.take(placeOf(member.name, names));
    plan.member = member.name;
    plan.parent = parent->name;
    plan.key = key->name;
    std::string constant = entity.name + capitalized(plan.place);
    constant[0] = static_cast<char>(constant[0] - 'A' + 'a');
    plan.constant = names_.take(constant);
    entity.relations.push_back(std::move(plan));
  }

  /// artistId → artist, or artistRow where that is taken; parent → parentRow
  static std::string placeOf(const std::string& member, const UniqueNames& names) {
    if (member.size() <= 2 || !member.ends_with("Id")) return member + "Row";
    const std::string parent = member.substr(0, member.size() - 2);
    const std::string name = memberName(parent);
    return names.has(name) ? parent + "Row" : name;
  }

  std::vector<EntityPlan>& entities_;
  UniqueNames names_;
};

}  // namespace

EntitiesPlan planEntities(const std::vector<const Table*>& tables, const Schema& live) {
  EntitiesPlan plan;
  UniqueNames names;
  for (const Table* const table : tables) {
    if (table->primaryKey.columns.empty()) {
      plan.notes.push_back({"table " + table->name, "has no entity, as it has no primary key"});
      continue;
    }
    plan.entities.push_back(
        EntityPlanner(*table, live, names.take(entityName(table->name))).plan());
  }
  RelationPlanner(plan.entities).plan();
  return plan;
}

}  // namespace repot::schema
