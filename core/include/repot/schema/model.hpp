// A schema as a value: what migrations build, what a live database is read into, and what two of
// which can be compared. Knows no database.
#pragma once

#include <repot/value.hpp>

#include <compare>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repot::schema {

/// SQL that every database reads alike, or a text of its own for some of them, by the scheme of
/// their URLs ("sqlite", "postgresql").
struct Sql {
  std::string text;
  std::map<std::string, std::string, std::less<>> dialects;

  Sql() = default;
  Sql(std::string common) : text(std::move(common)) {}  // NOLINT: a text is SQL for all.
  Sql(const char* common) : text(common) {}             // NOLINT
  static Sql each(std::string sqlite, std::string postgresql);

  const std::string& of(std::string_view scheme) const;
  bool empty() const noexcept { return text.empty() && dialects.empty(); }
  bool operator==(const Sql&) const = default;
};

struct Type {
  ColumnType kind = ColumnType::text;
  int length = 0;  ///< text: most characters; decimal: digits in all. 0: no limit.
  int scale = 0;   ///< decimal: digits behind the point.
  /// As a live database spells a type that is none of the above ("tsvector", "POINT"); such columns
  /// are carried through rebuilds as they are. Empty for all others.
  std::string native;
  bool operator==(const Type&) const = default;
};

/// What an INSERT without the column stores.
struct Default {
  enum class Kind { literal, currentTimestamp, expression };
  Kind kind = Kind::literal;
  Value value;  ///< literal
  Sql sql;      ///< expression
  bool operator==(const Default&) const = default;
};

struct Generated {
  Sql sql;
  bool stored = true;  ///< SQLite alone has the other kind.
  bool operator==(const Generated&) const = default;
};

struct Column {
  std::string name;
  Type type;
  bool nullable = false;
  bool identity = false;  ///< The table's only key, an integer that the database hands out.
  std::optional<Default> defaultValue;
  std::optional<Generated> generated;
  std::string collation;  ///< Empty: by bytes.
  /// Only values of the type fit, also on SQLite (by a CHECK on the storage class, which is no
  /// Check of the table). Off in databases that others made.
  bool strict = true;
  bool operator==(const Column&) const = default;
};

struct Key {
  std::string name;  ///< Empty: the database's own choice, where it has one.
  std::vector<std::string> columns;
  bool operator==(const Key&) const = default;
};

struct Check {
  std::string name;
  Sql condition;
  bool operator==(const Check&) const = default;
};

enum class Action { noAction, restrict, cascade, setNull, setDefault };

struct ForeignKey {
  std::string name;
  std::vector<std::string> columns;
  std::string table;
  std::vector<std::string> targetColumns;
  Action onDelete = Action::noAction;
  Action onUpdate = Action::noAction;
  bool deferred = false;  ///< DEFERRABLE INITIALLY DEFERRED
  bool operator==(const ForeignKey&) const = default;
};

struct IndexPart {
  std::string column;  ///< Or
  Sql expression;
  bool descending = false;
  std::string collation;
  bool operator==(const IndexPart&) const = default;
};

struct Index {
  std::string name;
  std::vector<IndexPart> parts;
  bool unique = false;
  Sql where;  ///< Empty: all rows.
  bool operator==(const Index&) const = default;
};

struct Table {
  std::string name;
  std::vector<Column> columns;
  Key primaryKey;  ///< No columns: none.
  std::vector<Key> uniqueKeys;
  std::vector<Check> checks;
  std::vector<ForeignKey> foreignKeys;
  std::vector<Index> indexes;

  const Column* find(std::string_view column) const;
  Column* find(std::string_view column);
  bool operator==(const Table&) const = default;
};

struct View {
  std::string name;
  Sql select;
  bool operator==(const View&) const = default;
};

/// The whole CREATE TRIGGER, as the database keeps it: triggers are not portable.
struct Trigger {
  std::string name;
  std::string table;
  Sql sql;
  bool operator==(const Trigger&) const = default;
};

struct Schema {
  std::vector<Table> tables;
  std::vector<View> views;
  std::vector<Trigger> triggers;

  const Table* find(std::string_view table) const;
  Table* find(std::string_view table);
  bool operator==(const Schema&) const = default;
};

}  // namespace repot::schema
