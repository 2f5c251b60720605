// What the source holds, as SQLite itself tells it (PRAGMAs and the column metadata, never the text
// of CREATE TABLE): the planner's only view of the schema.
#pragma once

#include <repot/sqlite/bulk.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repot::migrate {

/// SQLite's rules for the affinity of a declared type.
enum class Affinity { integer, text, blob, real, numeric };
Affinity affinityOf(std::string_view declaredType);

struct SourceColumn {
  enum class Hidden { no, yes, generatedVirtual, generatedStored };
  std::string name;
  std::string declaredType;
  std::string collation = "BINARY";
  bool notNull = false;
  std::optional<std::string> defaultSql;
  int keyOrdinal = 0;  ///< 1-based position in the primary key; 0: not in it.
  Hidden hidden = Hidden::no;

  bool isGenerated() const {
    return hidden == Hidden::generatedVirtual || hidden == Hidden::generatedStored;
  }
};

struct SourceIndex {
  struct Column {
    int column = -1;  ///< Index into the table's columns; -1: rowid; -2: an expression.
    bool descending = false;
    std::string collation;
  };
  std::string name;
  bool unique = false;
  bool partial = false;
  char origin = 'c';            ///< 'c' CREATE INDEX, 'u' UNIQUE, 'p' PRIMARY KEY.
  std::vector<Column> columns;  ///< Key columns only.
  std::string sql;              ///< Empty for automatic indexes.
};

struct SourceForeignKey {
  std::string parent;
  std::vector<std::string> columns;
  std::vector<std::string> parentColumns;  ///< Empty: the parent's primary key.
  std::string onUpdate, onDelete;          ///< "NO ACTION", "CASCADE", …
};

struct SourceTable {
  enum class Kind { table, virtualTable, shadow };
  std::string name;
  std::string sql;
  Kind kind = Kind::table;
  std::string module;  ///< Of a virtual table, lower case: "fts5".
  bool withoutRowid = false;
  bool strict = false;
  bool autoincrement = false;
  std::vector<SourceColumn> columns;
  std::vector<SourceIndex> indexes;
  std::vector<SourceForeignKey> foreignKeys;
  std::string rowidName;  ///< rowid, _rowid_ or oid, whichever no column takes; or empty.
  std::optional<std::size_t> rowidAlias;  ///< The INTEGER PRIMARY KEY column that is the rowid.
  std::string failure;  ///< Why the table cannot be read (module missing, …); empty: it can.

  std::vector<std::size_t> primaryKey() const;                     ///< Columns in key order.
  std::optional<std::size_t> find(std::string_view column) const;  ///< Ignores ASCII case.
};

struct SourceObject {
  std::string name;
  std::string table;
  std::string sql;
};

struct SourceSchema {
  std::vector<SourceTable> tables;  ///< In the order of the schema table.
  std::vector<SourceObject> views;
  std::vector<SourceObject> triggers;
  std::map<std::string, std::int64_t> sequences;  ///< sqlite_sequence, the largest of each table.
  std::string encoding;
  std::int64_t userVersion = 0;
  std::int64_t applicationId = 0;
  std::string digest;  ///< XXH3-128 of the schema's text, 32 hex digits.

  const SourceTable* find(std::string_view table) const;  ///< Ignores ASCII case.
};

/// Reads the schema through `reader`. A table that cannot be described gets `failure`; it never
/// stops the others. Errors: those of reading the file.
SourceSchema readSourceSchema(sqlite::SqliteReader& reader);

/// A view as a table of its rows: without keys, rowid and indexes.
SourceTable viewAsTable(sqlite::SqliteReader& reader, const SourceObject& view);

/// Equal but for the case of A–Z, as SQLite compares names.
bool sameName(std::string_view left, std::string_view right);
std::string asciiLower(std::string_view text);

}  // namespace repot::migrate
