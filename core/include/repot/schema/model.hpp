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
  /// The same text for all, or one for each kind of database.
  Sql(std::string common) : text(std::move(common)) {}  // NOLINT: a text is SQL for all.
  Sql(const char* common) : text(common) {}             // NOLINT
  static Sql each(std::string sqlite, std::string postgresql);

  /// The text for that kind of database; whether there is none for any.
  const std::string& of(std::string_view scheme) const;
  bool empty() const noexcept { return text.empty() && dialects.empty(); }
  bool operator==(const Sql&) const = default;
};

/// What a column holds.
struct Type {
  ColumnType kind = ColumnType::text;
  int length = 0;  ///< text: most characters; decimal: digits in all. 0: no limit.
  int scale = 0;   ///< decimal: digits behind the point.
  /// As a live database spells a type that Repot would not write so ("tsvector", "INT", "POINT");
  /// `kind` is the nearest then. Such columns are carried through rebuilds as they are. Empty for
  /// all others.
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

/// The expression that a column is computed by.
struct Generated {
  Sql sql;
  bool stored = true;  ///< SQLite alone has the other kind.
  bool operator==(const Generated&) const = default;
};

/// A column of a table.
struct Column {
  std::string name;
  Type type;
  bool nullable = false;
  bool identity = false;  ///< The table's only key, an integer that the database hands out.
  /// Of an identity: SQLite's key without AUTOINCREMENT, which hands out the keys of deleted rows
  /// again.
  bool reusesKeys = false;
  /// Of an identity: PostgreSQL's older form, an ordinary column whose default takes the next
  /// number of a sequence of its own.
  bool serial = false;
  std::optional<Default> defaultValue;
  std::optional<Generated> generated;
  std::string collation;  ///< Empty: by bytes.
  /// Only values of the type fit, also on SQLite (by a CHECK on the storage class, which is no
  /// Check of the table). Off in databases that others made.
  bool strict = true;
  bool operator==(const Column&) const = default;
};

/// A primary or unique key.
struct Key {
  std::string name;  ///< Empty: the database's own choice, where it has one.
  std::vector<std::string> columns;
  bool operator==(const Key&) const = default;
};

/// A condition that each row meets.
struct Check {
  std::string name;
  Sql condition;
  bool operator==(const Check&) const = default;
};

enum class Action { noAction, restrict, cascade, setNull, setDefault };

/// Columns whose values are those of a key elsewhere.
struct ForeignKey {
  std::string name;
  std::vector<std::string> columns;
  std::string table;
  std::vector<std::string> targetColumns;
  Action onDelete = Action::noAction;
  Action onUpdate = Action::noAction;
  bool deferred = false;    ///< DEFERRABLE INITIALLY DEFERRED
  bool deferrable = false;  ///< DEFERRABLE INITIALLY IMMEDIATE
  bool operator==(const ForeignKey&) const = default;
};

/// A column or an expression of an index.
struct IndexPart {
  std::string column;  ///< Or
  Sql expression;
  bool descending = false;
  std::string collation;
  bool operator==(const IndexPart&) const = default;
};

/// An index that is no constraint's.
struct Index {
  std::string name;
  std::vector<IndexPart> parts;
  bool unique = false;
  Sql where;  ///< Empty: all rows.
  bool operator==(const Index&) const = default;
};

/// A table with all that belongs to it.
struct Table {
  std::string name;
  std::vector<Column> columns;
  Key primaryKey;  ///< No columns: none.
  std::vector<Key> uniqueKeys;
  std::vector<Check> checks;
  std::vector<ForeignKey> foreignKeys;
  std::vector<Index> indexes;
  bool withoutRowid = false;  ///< SQLite alone.
  bool strictTable = false;   ///< SQLite's STRICT; not what Column::strict says.
  /// What the live table has and this value cannot say ("ON CONFLICT IGNORE of uq_t_a"): it cannot
  /// be rebuilt without a loss, and is not.
  std::vector<std::string> notCarried;

  /// nullptr where there is none.
  const Column* find(std::string_view column) const;
  Column* find(std::string_view column);
  bool operator==(const Table&) const = default;
};

/// A view, by its SELECT.
struct View {
  std::string name;
  std::vector<std::string> columns;  ///< Empty: as the SELECT names them.
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

/// All of a schema that every database can have.
struct Schema {
  std::vector<Table> tables;
  std::vector<View> views;
  std::vector<Trigger> triggers;

  /// nullptr where there is none.
  const Table* find(std::string_view table) const;
  Table* find(std::string_view table);
  bool operator==(const Schema&) const = default;
};

/// Gives the constraints and indexes without a name one that is the same on every database and in
/// every run: pk_<table>, and uq_/ck_/fk_/ix_<table>_<columns>, cut to 63 bytes with a digest of
/// the whole where it is longer.
void nameConstraints(Table& table);
std::string uniqueName(std::string_view table, const std::vector<std::string>& columns);
std::string checkName(const Table& table, const Check& check);
std::string foreignKeyName(std::string_view table, const std::vector<std::string>& columns);
std::string indexName(std::string_view table, const Index& index);
std::string primaryKeyName(std::string_view table);

/// The columns of `table` that a piece of SQL (a CHECK, the expression of an index) mentions, in
/// their order of first mention. Texts and comments are not looked into.
std::vector<std::string> mentionedColumns(const Table& table, const Sql& sql);

}  // namespace repot::schema
