// Typed access to the rows of one table.
#pragma once

#include <repot/criteria.hpp>
#include <repot/database.hpp>
#include <repot/entity_io.hpp>
#include <repot/page.hpp>
#include <repot/schema/from_mapping.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace repot {

/// What updateWhere() does to a column; made by assign() and increase().
template <typename Entity>
struct Assignment {
  std::string column;
  Value value;
  bool relative = false;
};
/// column = value
template <typename Entity, typename Member>
Assignment<Entity> assign(Member Entity::*member, const Member& value) {
  return {entityMap<Entity>().columnOf(member).name, ValueTraits<Member>::toValue(value), false};
}
/// column = column + by, computed by the database, so that no concurrent change is lost.
template <typename Entity, typename Member>
Assignment<Entity> increase(Member Entity::*member, const typename detail::Bare<Member>::type& by) {
  static_assert(ValueTraits<Member>::type == ColumnType::integer ||
                ValueTraits<Member>::type == ColumnType::real);
  return {entityMap<Entity>().columnOf(member).name, ValueTraits<Member>::toValue(by), true};
}

/// Adds, finds, changes and removes entities inside a unit of work. Cheap to make; must not outlive
/// the unit of work. Every function throws Error: a constraint's kind, data for a stored value that
/// is not of the mapped type (naming table, column and key), usage after the unit of work ended.
template <typename Entity>
class Repository {
 public:
  /// Within this unit of work, which must outlive it.
  explicit Repository(UnitOfWork& work) : work_(work) {}

  // --- One entity
  // ---------------------------------------------------------------------------------

  /// Stores a new entity. A generated key of 0 is filled in. In a unit of work that may run again
  /// make the entity inside it, or the second run adds it under the key of the first.
  void add(Entity& entity) {
    const auto generated = generatedKey();
    if (!generated || keyOf(entity, *generated) != 0) return addWithKey(entity);
    detail::Execution insert(work_.statement(sql_.insert));
    bindAll(insert, entity, [&](std::size_t column) { return column != *generated; });
    if (!insert->next()) detail::throwNotUpdated(map_.table(), "added");
    map_.accessor(*generated).set(entity, insert->column(0, ColumnType::integer));
    insert.finish();
  }
  void add(Entity&& entity) { add(entity); }
  void add(const Entity& entity) {
    Entity copy = entity;
    add(copy);
  }

  /// Stores a new entity unless a row with its key, or another unique value of it, exists already;
  /// tells whether it did. A generated key must be set.
  bool addIfAbsent(const Entity& entity) {
    detail::Execution insert(work_.statement(sql_.insertWithKey + " ON CONFLICT DO NOTHING"));
    bindAll(insert, entity, [](std::size_t) { return true; });
    insert.finish();
    return insert->affectedRows() > 0;
  }

  /// Stores the entity, or writes it over the row that has the same values in `unique` (the key,
  /// where none are given): columns with a unique constraint. Fills in key and version of the row.
  template <typename... Members>
  void upsert(Entity& entity, Members Entity::*... unique) {
    std::vector<std::string> conflict{map_.columnOf(unique).name...};
    for (const auto& column : map_.columns()) {
      if (sizeof...(unique) == 0 && column.key) conflict.push_back(column.name);
    }
    const auto generated = generatedKey();
    const bool withoutGenerated = generated && keyOf(entity, *generated) == 0;
    detail::Execution statement(work_.statement(
        detail::upsertSql(map_.table(), map_.columns(), conflict, withoutGenerated)));
    bindAll(statement, entity,
            [&](std::size_t i) { return !(withoutGenerated && map_.columns()[i].generated); });
    if (!statement->next()) detail::throwNotUpdated(map_.table(), "stored");
    int place = 0;
    for (std::size_t i = 0; i < map_.columns().size(); ++i) {
      const detail::ColumnInfo& column = map_.columns()[i];
      if (column.key || column.version)
        map_.accessor(i).set(entity, statement->column(place++, column.type));
    }
    statement.finish();
  }

  /// The entity with this key, in the order of the mapping's key columns.
  template <typename... Keys>
  std::optional<Entity> get(const Keys&... keys) {
    detail::Execution select(work_.statement(sql_.get));
    bindKeys(select, keys...);
    if (!select->next()) return std::nullopt;
    return detail::readEntity<Entity>(*select);
  }

  /// Writes all fields of the entity. Throws Error(notFound) where no row has its key; with a
  /// version column Error(conflict) where the row has another version, and counts it up.
  void update(Entity& entity) { checkUpdated(entity, writeOver(entity)); }
  /// Does not count up the version in memory: read the entity again before its next update.
  void update(const Entity& entity) { checkChanged(writeOver(entity)); }

  /// Removes the row with this key; false where there is none.
  template <typename... Keys>
  bool remove(const Keys&... keys) {
    detail::Execution statement(work_.statement(sql_.remove));
    bindKeys(statement, keys...);
    statement.finish();
    return statement->affectedRows() > 0;
  }

  // --- Many entities at once
  // ----------------------------------------------------------------------

  /// Stores new entities the fastest way that the backend has. Generated keys of 0 are filled in.
  void addAll(std::span<Entity> entities) {
    if (const auto generated = generatedKey()) {
      if (!takeKeys(entities, *generated)) {
        for (Entity& entity : entities)
          add(entity);
        return;
      }
    }
    InsertTarget target{map_.table(), {}};
    for (const auto& column : map_.columns())
      target.columns.push_back(column.name);
    work_.connection().insertRows(target, entities.size(), [&](std::size_t row, Binder& binder) {
      for (std::size_t i = 0; i < map_.columns().size(); ++i)
        detail::bindColumn(entities[row], i, binder, static_cast<int>(i) + 1);
    });
  }

  /// As update() of each, without waiting for one before the next is sent.
  void updateAll(std::span<Entity> entities) {
    work_.connection().executeRows(
        updateSql(), entities.size(),
        [&](std::size_t row, Binder& binder) { bindUpdate(entities[row], binder); },
        [&](std::size_t row, std::int64_t changed) { checkUpdated(entities[row], changed); });
  }

  /// Changes every row that meets the criterion; returns how many.
  template <typename... Assignments>
  std::int64_t updateWhere(const Criterion<Entity>& criterion, const Assignments&... assignments) {
    std::string sql = "UPDATE " + quoteIdentifier(map_.table()) + " SET ";
    std::vector<Value> values;
    (appendAssignment(assignments, sql, values), ...);
    for (const auto& column : map_.columns()) {
      const std::string name = quoteIdentifier(column.name);
      if (column.version) sql += ", " + name + " = " + name + " + 1";
    }
    return change(std::move(sql), std::move(values), criterion);
  }

  /// Removes every row that meets the criterion; returns how many.
  std::int64_t removeWhere(const Criterion<Entity>& criterion) {
    return change("DELETE FROM " + quoteIdentifier(map_.table()), {}, criterion);
  }

  // --- Queries
  // ------------------------------------------------------------------------------------

  /// The entities that meet the criterion. `relations` (see relations.hpp) are loaded with them,
  /// in one query each.
  template <typename... Relations>
  std::vector<Entity> find(const Criterion<Entity>& criterion,
                           const Selection<Entity>& selection = {}, const Relations&... relations) {
    auto found = select(criterion.condition().get(), selection, RowLock::none);
    (relations.load(work_, found), ...);
    return found;
  }
  template <typename... Relations>
  std::vector<Entity> findAll(const Selection<Entity>& selection = {},
                              const Relations&... relations) {
    auto found = select(nullptr, selection, RowLock::none);
    (relations.load(work_, found), ...);
    return found;
  }
  /// The only entity that meets the criterion, or none. Throws Error(data) where there are more.
  std::optional<Entity> findOne(const Criterion<Entity>& criterion) {
    std::vector<Entity> found = find(criterion, Selection<Entity>().limit(2));
    if (found.size() > 1)
      throw Error(ErrorKind::data, "more than one row of " + map_.table() + " meets the criterion");
    return found.empty() ? std::nullopt : std::optional<Entity>(std::move(found.front()));
  }
  /// As find() with locks on the rows until the end of the unit of work.
  std::vector<Entity> findAndLock(RowLock lock, const Criterion<Entity>& criterion,
                                  const Selection<Entity>& selection = {}) {
    return select(criterion.condition().get(), selection, lock);
  }

  /// Gives every entity to `visit`, in bounded memory however many there are. `visit` may run other
  /// statements of the unit of work, and may throw to end it.
  void forEach(const Criterion<Entity>& criterion, const std::function<void(Entity&&)>& visit,
               const Selection<Entity>& selection = {}) {
    visitAll(criterion.condition().get(), selection, visit);
  }
  void forEach(const std::function<void(Entity&&)>& visit,
               const Selection<Entity>& selection = {}) {
    visitAll(nullptr, selection, visit);
  }

  /// The rows behind `after` (none: the first ones) in the selection's order, up to its limit; the
  /// key is the last order, so that no row is skipped or repeated.
  Page<Entity> page(const Selection<Entity>& selection, const std::optional<Cursor>& after = {},
                    const std::optional<Criterion<Entity>>& criterion = {}) {
    if (!selection.limit() || *selection.limit() < 1 || selection.offset())
      throw Error(ErrorKind::usage, "a page needs a limit of at least 1, and no offset");
    const auto order = totalOrder(selection);
    std::vector<Value> values;
    std::string sql = sql_.select;
    if (criterion) {
      sql += " WHERE ";
      detail::render(*criterion->condition(), work_.backend(), sql, values);
    }
    if (after) {
      sql += criterion ? " AND " : " WHERE ";
      detail::renderAfter(*after, order, sql, values);
    }
    detail::appendSelection(sql, values, order, *selection.limit() + 1, std::nullopt);
    Page<Entity> page{entities(sql, values), std::nullopt};
    if (static_cast<std::int64_t>(page.rows.size()) > *selection.limit()) {
      page.rows.pop_back();
      page.next = cursorOf(page.rows.back(), order);
    }
    return page;
  }
  /// The cursor in a text that Cursor::toString() made, for pages in the selection's order.
  Cursor cursor(std::string_view text, const Selection<Entity>& selection) {
    return detail::parseCursor(text, totalOrder(selection));
  }

  /// How many there are, or meet the criterion; whether any does.
  std::int64_t count() { return countOf(nullptr); }
  std::int64_t count(const Criterion<Entity>& criterion) {
    return countOf(criterion.condition().get());
  }
  bool exists(const Criterion<Entity>& criterion) {
    std::vector<Value> values;
    std::string sql = "SELECT 1 FROM " + quoteIdentifier(map_.table());
    appendWhere(criterion.condition().get(), sql, values);
    detail::Execution select(work_.statement(sql + " LIMIT 1"));
    select.bind(values);
    return select->next();
  }

 private:
  std::optional<std::size_t> generatedKey() const {
    for (std::size_t i = 0; i < map_.columns().size(); ++i) {
      if (map_.columns()[i].generated) return i;
    }
    return std::nullopt;
  }
  std::int64_t keyOf(const Entity& entity, std::size_t column) const {
    return std::get<std::int64_t>(map_.accessor(column).get(entity));
  }

  template <typename Wanted>
  void bindAll(detail::Execution& statement, const Entity& entity, Wanted wanted) {
    int position = 0;
    for (std::size_t i = 0; i < map_.columns().size(); ++i) {
      if (wanted(i)) detail::bindColumn(entity, i, *statement, ++position);
    }
  }

  /// The values of the UPDATE in the order of its placeholders: fields, key, version.
  void bindUpdate(const Entity& entity, Binder& binder) {
    int position = 0;
    const auto bindThose = [&](auto wanted) {
      for (std::size_t i = 0; i < map_.columns().size(); ++i) {
        if (wanted(map_.columns()[i])) detail::bindColumn(entity, i, binder, ++position);
      }
    };
    bindThose([](const detail::ColumnInfo& column) { return !column.key && !column.version; });
    bindThose([](const detail::ColumnInfo& column) { return column.key; });
    bindThose([](const detail::ColumnInfo& column) { return column.version; });
  }

  const std::string& updateSql() const {
    if (sql_.update.empty())
      throw Error(ErrorKind::usage, map_.table() + " has no column to update");
    return sql_.update;
  }

  std::int64_t writeOver(const Entity& entity) {
    detail::Execution update(work_.statement(updateSql()));
    bindUpdate(entity, *update);
    update.finish();
    return update->affectedRows();
  }

  void checkUpdated(Entity& entity, std::int64_t changed) {
    checkChanged(changed);
    if (const auto version = versionColumn())
      map_.accessor(*version).set(entity, Value(keyOf(entity, *version) + 1));
  }
  void checkChanged(std::int64_t changed) const {
    if (changed == 1) return;
    if (versionColumn()) detail::throwConflict(map_.table());
    detail::throwNotUpdated(map_.table(), "updated");
  }
  std::optional<std::size_t> versionColumn() const {
    for (std::size_t i = 0; i < map_.columns().size(); ++i) {
      if (map_.columns()[i].version) return i;
    }
    return std::nullopt;
  }

  /// The keys outlive the execution, as they are the caller's arguments.
  template <typename... Keys>
  void bindKeys(detail::Execution& statement, const Keys&... keys) {
    int position = 0;
    (bindKey(*statement, ++position, keys), ...);
  }

  template <typename Key>
  static void bindKey(Statement& statement, int position, const Key& key) {
    if constexpr (std::is_convertible_v<const Key&, std::string_view>) {
      statement.bindText(position, key);
    } else {
      detail::bindMember(statement, position, key);
    }
  }

  void addWithKey(const Entity& entity) {
    detail::Execution insert(work_.statement(sql_.insertWithKey));
    bindAll(insert, entity, [](std::size_t) { return true; });
    insert.finish();
  }

  /// False where the database hands out keys only as it inserts.
  bool takeKeys(std::span<Entity> entities, std::size_t column) {
    std::vector<Entity*> unset;
    for (Entity& entity : entities) {
      if (keyOf(entity, column) == 0) unset.push_back(&entity);
    }
    if (unset.empty()) return true;
    const auto keys =
        work_.connection().takeKeys(map_.table(), map_.columns()[column].name, unset.size());
    if (!keys) return false;
    for (std::size_t i = 0; i < unset.size(); ++i)
      map_.accessor(column).set(*unset[i], Value(keys->at(i)));
    return true;
  }

  void appendAssignment(const Assignment<Entity>& assignment, std::string& sql,
                        std::vector<Value>& values) const {
    const std::string name = quoteIdentifier(assignment.column);
    if (!values.empty()) sql += ", ";
    values.push_back(assignment.value);
    sql += name + " = " + (assignment.relative ? name + " + $" : "$");
    sql += std::to_string(values.size());
  }

  void appendWhere(const detail::Condition* condition, std::string& sql,
                   std::vector<Value>& values) {
    if (condition == nullptr) return;
    sql += " WHERE ";
    detail::render(*condition, work_.backend(), sql, values);
  }

  std::int64_t change(std::string sql, std::vector<Value> values,
                      const Criterion<Entity>& criterion) {
    appendWhere(criterion.condition().get(), sql, values);
    detail::Execution statement(work_.statement(sql));
    statement.bind(values);
    statement.finish();
    return statement->affectedRows();
  }

  std::string selectSql(const detail::Condition* condition, const Selection<Entity>& selection,
                        std::vector<Value>& values) {
    std::string sql = sql_.select;
    appendWhere(condition, sql, values);
    detail::appendSelection(sql, values, selection.order(), selection.limit(), selection.offset());
    return sql;
  }

  std::vector<Entity> select(const detail::Condition* condition, const Selection<Entity>& selection,
                             RowLock lock) {
    std::vector<Value> values;
    const std::string sql = selectSql(condition, selection, values);
    return entities(sql + work_.backend().rowLockSql(lock), values);
  }

  std::vector<Entity> entities(const std::string& sql, const std::vector<Value>& values) {
    detail::Execution select(work_.statement(sql));
    select.bind(values);
    std::vector<Entity> found;
    while (select->next())
      found.push_back(detail::readEntity<Entity>(*select));
    return found;
  }

  void visitAll(const detail::Condition* condition, const Selection<Entity>& selection,
                const std::function<void(Entity&&)>& visit) {
    std::vector<Value> values;
    const auto statement = work_.connection().stream(selectSql(condition, selection, values));
    detail::Execution select(*statement);
    select.bind(values);
    while (select->next())
      visit(detail::readEntity<Entity>(*select));
  }

  std::int64_t countOf(const detail::Condition* condition) {
    std::vector<Value> values;
    std::string sql = "SELECT count(*) FROM " + quoteIdentifier(map_.table());
    appendWhere(condition, sql, values);
    detail::Execution select(work_.statement(sql));
    select.bind(values);
    select->next();
    return std::get<std::int64_t>(select->column(0, ColumnType::integer));
  }

  /// The selection's order with the key behind it.
  std::vector<detail::OrderTerm> totalOrder(const Selection<Entity>& selection) const {
    auto order = selection.order();
    for (const auto& column : map_.columns()) {
      if (!column.key) continue;
      bool named = false;
      for (const auto& term : order)
        named = named || term.column.column == column.name;
      if (!named) order.push_back({{map_.table(), column.name}, column.type, false, false});
    }
    return order;
  }

  Cursor cursorOf(const Entity& entity, const std::vector<detail::OrderTerm>& order) const {
    Cursor cursor;
    for (const auto& term : order) {
      for (std::size_t i = 0; i < map_.columns().size(); ++i) {
        if (map_.columns()[i].name == term.column.column)
          cursor.values.push_back(map_.accessor(i).get(entity));
      }
    }
    return cursor;
  }

  UnitOfWork& work_;
  const EntityMap<Entity>& map_ = entityMap<Entity>();
  const detail::EntitySql& sql_ = detail::sqlOf<Entity>();
};

template <typename... Entities>
void Database::createTables() {
  write([&](UnitOfWork& work) { (schema::createMissing(work, schema::tableOf<Entities>()), ...); });
}

}  // namespace repot
