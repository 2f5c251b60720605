// Typed access to the rows of one table.
#pragma once

#include <repot/backend.hpp>
#include <repot/criteria.hpp>
#include <repot/database.hpp>
#include <repot/mapping.hpp>
#include <repot/unit_of_work.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace repot {

namespace detail {

/// Resets the statement at the end of its use, so that no lock and no value stays behind.
class Execution {
 public:
  explicit Execution(Statement& statement) : statement_(statement) {}
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;
  ~Execution() { statement_.reset(); }
  Statement* operator->() const noexcept { return &statement_; }

 private:
  Statement& statement_;
};

[[noreturn]] void throwNotUpdated(const std::string& table, std::string_view what);
[[noreturn]] void throwUnreadable(const Error& error, const std::string& table,
                                  const std::vector<ColumnInfo>& columns, std::size_t column,
                                  Statement& statement);
std::string createTableSql(const Backend& backend, const std::string& table,
                           const std::vector<ColumnInfo>& columns);

}  // namespace detail

/// Adds, finds, changes and removes entities inside a unit of work. Cheap to make; must not outlive
/// the unit of work. Every function throws Error: a constraint's kind, data for a stored value that
/// is not of the mapped type (naming table, column and key), usage after the unit of work ended.
template <typename Entity>
class Repository {
 public:
  explicit Repository(UnitOfWork& work) : work_(work) {}

  /// Stores a new entity. A generated key of 0 is filled in.
  void add(Entity& entity) {
    const auto generated = generatedKey();
    if (generated && std::get<std::int64_t>(map_.accessor(*generated).get(entity)) == 0) {
      detail::Execution insert(work_.statement(sql_.insert));
      bindAll(insert, entity, [&](std::size_t column) { return column != *generated; });
      if (!insert->next()) detail::throwNotUpdated(map_.table(), "added");
      map_.accessor(*generated).set(entity, insert->column(0, ColumnType::integer));
      while (insert->next()) {
      }
      return;
    }
    insertAll(entity);
  }
  void add(Entity&& entity) { add(entity); }
  void add(const Entity& entity) {
    Entity copy = entity;
    add(copy);
  }

  /// The entity with this key, in the order of the mapping's key columns.
  template <typename... Keys>
  std::optional<Entity> get(const Keys&... keys) {
    detail::Execution select(work_.statement(sql_.get));
    bindKeys(select, 1, keys...);
    if (!select->next()) return std::nullopt;
    return read(*select.operator->());
  }

  /// Writes all fields of the entity. Throws Error(notFound) where no row has its key.
  void update(const Entity& entity) {
    if (sql_.update.empty())
      throw Error(ErrorKind::usage, map_.table() + " has no column to update");
    detail::Execution update(work_.statement(sql_.update));
    int position = bindAll(update, entity, [&](std::size_t i) { return !map_.columns()[i].key; });
    bindAll(
        update, entity, [&](std::size_t i) { return map_.columns()[i].key; }, position);
    update->next();
    if (update->affectedRows() != 1) detail::throwNotUpdated(map_.table(), "updated");
  }

  /// Removes the row with this key; false where there is none.
  template <typename... Keys>
  bool remove(const Keys&... keys) {
    detail::Execution statement(work_.statement(sql_.remove));
    bindKeys(statement, 1, keys...);
    statement->next();
    return statement->affectedRows() > 0;
  }

  std::vector<Entity> find(const Criterion<Entity>& criterion,
                           const Selection<Entity>& selection = {}) {
    detail::Condition query = criterion.condition();
    query.sql = sql_.select + " WHERE " + query.sql;
    selection.appendTo(query.sql, query.values);
    return all(query);
  }
  std::vector<Entity> findAll(const Selection<Entity>& selection = {}) {
    detail::Condition query{sql_.select, {}};
    selection.appendTo(query.sql, query.values);
    return all(query);
  }

  std::int64_t count() { return countOf({countSql(), {}}); }
  std::int64_t count(const Criterion<Entity>& criterion) {
    detail::Condition query = criterion.condition();
    query.sql = countSql() + " WHERE " + query.sql;
    return countOf(query);
  }

 private:
  std::optional<std::size_t> generatedKey() const {
    for (std::size_t i = 0; i < map_.columns().size(); ++i) {
      if (map_.columns()[i].generated) return i;
    }
    return std::nullopt;
  }

  template <typename Wanted>
  int bindAll(detail::Execution& statement, const Entity& entity, Wanted wanted, int position = 1) {
    for (std::size_t i = 0; i < map_.columns().size(); ++i) {
      if (!wanted(i)) continue;
      try {
        statement->bind(position++, map_.accessor(i).get(entity));
      } catch (const Error& error) {
        throw error.within(map_.table() + "." + map_.columns()[i].name);
      }
    }
    return position;
  }

  template <typename Key, typename... Keys>
  void bindKeys(detail::Execution& statement, int position, const Key& key, const Keys&... keys) {
    if constexpr (std::is_convertible_v<const Key&, std::string_view>) {
      statement->bind(position, Value(std::string(std::string_view(key))));
    } else {
      statement->bind(position, ValueTraits<Key>::toValue(key));
    }
    if constexpr (sizeof...(Keys) > 0) bindKeys(statement, position + 1, keys...);
  }

  void insertAll(const Entity& entity) {
    detail::Execution insert(work_.statement(sql_.insertWithKey));
    bindAll(insert, entity, [](std::size_t) { return true; });
    insert->next();
  }

  Entity read(Statement& statement) {
    Entity entity{};
    for (std::size_t i = 0; i < map_.columns().size(); ++i) {
      const detail::ColumnInfo& column = map_.columns()[i];
      try {
        Value value = statement.column(static_cast<int>(i), column.type);
        if (isNull(value) && !column.nullable) {
          throw Error(ErrorKind::data, "NULL where the mapping allows none");
        }
        map_.accessor(i).set(entity, std::move(value));
      } catch (const Error& error) {
        detail::throwUnreadable(error, map_.table(), map_.columns(), i, statement);
      }
    }
    return entity;
  }

  std::vector<Entity> all(const detail::Condition& query) {
    detail::Execution select(work_.statement(query.sql));
    bindValues(select, query.values);
    std::vector<Entity> entities;
    while (select->next())
      entities.push_back(read(*select.operator->()));
    return entities;
  }

  std::string countSql() const { return "SELECT count(*) FROM " + quoteIdentifier(map_.table()); }
  std::int64_t countOf(const detail::Condition& query) {
    detail::Execution select(work_.statement(query.sql));
    bindValues(select, query.values);
    select->next();
    return std::get<std::int64_t>(select->column(0, ColumnType::integer));
  }

  void bindValues(detail::Execution& statement, const std::vector<Value>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      statement->bind(static_cast<int>(i) + 1, values[i]);
    }
  }

  UnitOfWork& work_;
  const EntityMap<Entity>& map_ = entityMap<Entity>();
  const detail::EntitySql& sql_ = detail::sqlOf<Entity>();
};

template <typename... Entities>
void Database::createTables() {
  write([&](UnitOfWork& work) {
    (work.executeScript(detail::createTableSql(backend(), entityMap<Entities>().table(),
                                               entityMap<Entities>().columns())),
     ...);
  });
}

}  // namespace repot
