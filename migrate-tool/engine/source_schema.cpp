// Reads the schema with table_list, table_xinfo, index_xinfo and foreign_key_list; table_info would
// hide generated columns, and index_info the collations.
#include "source_schema.hpp"

#include "plan.hpp"

#include <repot/error.hpp>
#include <repot/move_marker.hpp>
#include <repot/text_digest.hpp>

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>

namespace repot::migrate {
namespace {

using sqlite::SqliteReader;
using sqlite::Statement;
using sqlite::StorageClass;

/// A fence that `repot cutover` put up, or what `repot sync --capture` added, is none of the
/// application's own.
bool isRepots(const std::string& name) {
  for (const std::string own : {moveMarker::table, moveMarker::capture}) {
    if (name == own) return true;
    if (name.starts_with(own + '_') && name.size() > own.size() + 1 &&
        std::isdigit(static_cast<unsigned char>(name[own.size() + 1])) != 0)
      return true;
  }
  return false;
}

struct ListedTable {
  std::string type;
  bool withoutRowid = false;
  bool strict = false;
};

std::map<std::string, ListedTable> listTables(SqliteReader& reader) {
  std::map<std::string, ListedTable> listed;
  Statement rows = reader.prepare(
      "SELECT name, type, wr, strict FROM pragma_table_list "
      "WHERE schema = 'main'");
  while (rows.step()) {
    listed[rows.string(0)] = {rows.string(1), rows.int64(2) != 0, rows.int64(3) != 0};
  }
  return listed;
}

/// "CREATE VIRTUAL TABLE x USING fts5(…)" → "fts5". Words are enough: the statement is SQLite's own
/// normalised text, and a name that holds " using " only gives an unknown module.
std::string moduleOf(const std::string& sql) {
  const std::string lower = asciiLower(sql);
  const auto at = lower.rfind(" using ", lower.find('('));
  if (at == std::string::npos) return {};
  const auto first = lower.find_first_not_of(" \t\r\n\"[`", at + 7);
  if (first == std::string::npos) return {};
  return lower.substr(first, lower.find_first_of(" \t\r\n(\"]`;", first) - first);
}

void readColumnMetadata(SqliteReader& reader, SourceTable& table, SourceColumn& column) {
  const char* type = nullptr;
  const char* collation = nullptr;
  int notNull = 0, key = 0, autoincrement = 0;
  const int result =
      sqlite3_table_column_metadata(reader.raw(), "main", table.name.c_str(), column.name.c_str(),
                                    &type, &collation, &notNull, &key, &autoincrement);
  if (result != SQLITE_OK) return;  // Virtual tables have none; the defaults are right for them.
  if (collation != nullptr) column.collation = collation;
  if (autoincrement != 0) table.autoincrement = true;
}

/// A row of sqlite_schema.
struct SchemaEntry {
  std::string type, name, table, sql;
};

std::vector<SchemaEntry> readEntries(SqliteReader& reader) {
  std::vector<SchemaEntry> entries;
  Statement rows =
      reader.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid");
  while (rows.step())
    entries.push_back({rows.string(0), rows.string(1), rows.string(2), rows.string(3)});
  return entries;
}

/// By the name of the index. sqlite_schema has no index of its own: to look for each would be a
/// pass over all.
using IndexSql = std::map<std::string, std::string>;

IndexSql indexSqlOf(const std::vector<SchemaEntry>& entries) {
  IndexSql found;
  for (const SchemaEntry& entry : entries) {
    if (entry.type == "index") found[entry.name] = entry.sql;
  }
  return found;
}

/// Reads what belongs to a table, by statements that are prepared once and not for each.
class TableReader {
 public:
  TableReader(SqliteReader& reader, const IndexSql& indexSql)
      : reader_(reader),
        indexSql_(indexSql),
        columns_(reader.prepare("SELECT name, type, \"notnull\", dflt_value, pk, hidden "
                                "FROM pragma_table_xinfo(?1, 'main') ORDER BY cid")),
        // The list runs from the newest index to the oldest; the order of creation reads better.
        indexes_(reader.prepare("SELECT name, \"unique\", origin, partial "
                                "FROM pragma_index_list(?1, 'main') ORDER BY seq DESC")),
        indexColumns_(
            reader.prepare("SELECT cid, \"desc\", coll FROM pragma_index_xinfo(?1, 'main') "
                           "WHERE key ORDER BY seqno")),
        // Ids count from the last one declared; descending is the order of the declaration.
        foreignKeys_(
            reader.prepare("SELECT id, \"table\", \"from\", \"to\", on_update, on_delete "
                           "FROM pragma_foreign_key_list(?1, 'main') ORDER BY id DESC, seq")) {}

  void readColumns(SourceTable& table) {
    Statement& rows = of(columns_, table.name);
    while (rows.step()) {
      SourceColumn column;
      column.name = rows.string(0);
      column.declaredType = rows.string(1);
      column.notNull = rows.int64(2) != 0;
      if (!rows.isNull(3)) column.defaultSql = rows.string(3);
      column.keyOrdinal = static_cast<int>(rows.int64(4));
      column.hidden =
          static_cast<SourceColumn::Hidden>(std::clamp<std::int64_t>(rows.int64(5), 0, 3));
      readColumnMetadata(reader_, table, column);
      table.columns.push_back(std::move(column));
    }
  }

  void readIndexes(SourceTable& table) {
    Statement& rows = of(indexes_, table.name);
    while (rows.step()) {
      SourceIndex index;
      index.name = rows.string(0);
      index.unique = rows.int64(1) != 0;
      index.origin = rows.string(2).at(0);
      index.partial = rows.int64(3) != 0;
      if (const auto sql = indexSql_.find(index.name); sql != indexSql_.end())
        index.sql = sql->second;
      Statement& parts = of(indexColumns_, index.name);
      while (parts.step()) {
        index.columns.push_back(
            {static_cast<int>(parts.int64(0)), parts.int64(1) != 0, parts.string(2)});
      }
      table.indexes.push_back(std::move(index));
    }
  }

  void readForeignKeys(SourceTable& table) {
    Statement& rows = of(foreignKeys_, table.name);
    std::int64_t current = -1;
    while (rows.step()) {
      if (rows.int64(0) != current) {
        current = rows.int64(0);
        table.foreignKeys.push_back({rows.string(1), {}, {}, rows.string(4), rows.string(5)});
      }
      SourceForeignKey& key = table.foreignKeys.back();
      key.columns.push_back(rows.string(2));
      if (!rows.isNull(3)) key.parentColumns.push_back(rows.string(3));
    }
  }

 private:
  static Statement& of(Statement& statement, const std::string& name) {
    statement.reset();
    statement.bind(1, name);
    return statement;
  }

  SqliteReader& reader_;
  const IndexSql& indexSql_;
  Statement columns_, indexes_, indexColumns_, foreignKeys_;
};

void findRowid(SourceTable& table) {
  if (table.kind == SourceTable::Kind::virtualTable || table.withoutRowid) return;
  for (const char* name : {"rowid", "_rowid_", "oid"}) {
    if (!table.find(name)) {
      table.rowidName = name;
      break;
    }
  }
  const std::vector<std::size_t> key = table.primaryKey();
  const bool ownIndex = std::any_of(table.indexes.begin(), table.indexes.end(),
                                    [](const SourceIndex& index) { return index.origin == 'p'; });
  if (key.size() == 1 && !ownIndex && sameName(table.columns[key[0]].declaredType, "INTEGER")) {
    table.rowidAlias = key[0];
    // An alias that took one of the names is a way to read the rowid too.
    if (table.rowidName.empty()) table.rowidName = table.columns[key[0]].name;
  }
}

SourceTable readTable(TableReader& reader, const SchemaEntry& entry, const ListedTable& listed) {
  SourceTable table;
  table.name = entry.name;
  table.sql = entry.sql;
  table.withoutRowid = listed.withoutRowid;
  table.strict = listed.strict;
  if (listed.type == "shadow") table.kind = SourceTable::Kind::shadow;
  if (listed.type == "virtual") {
    table.kind = SourceTable::Kind::virtualTable;
    table.module = moduleOf(entry.sql);
  }
  try {
    reader.readColumns(table);
    if (table.columns.empty()) table.failure = "SQLite lists no columns for it";
    if (table.kind != SourceTable::Kind::virtualTable) {
      reader.readIndexes(table);
      reader.readForeignKeys(table);
    }
    findRowid(table);
  } catch (const Error& failure) {
    if (failure.kind() != ErrorKind::schema) throw;
    table.failure = failure.what();
  }
  return table;
}

/// Without their module, shadow tables are listed as ordinary ones: known by their owner's name.
void markShadowTables(SourceSchema& schema) {
  constexpr std::array fts{"_data",   "_idx",      "_content", "_docsize",
                           "_config", "_segments", "_segdir",  "_stat"};
  constexpr std::array rtree{"_node", "_rowid", "_parent"};
  constexpr std::array vectors{"_chunks", "_rowids", "_info", "_auxiliary"};
  for (const SourceTable& owner : schema.tables) {
    if (owner.kind != SourceTable::Kind::virtualTable) continue;
    const auto mark = [&](const auto& suffixes) {
      for (const char* suffix : suffixes) {
        for (SourceTable& table : schema.tables) {
          if (table.kind == SourceTable::Kind::table && sameName(table.name, owner.name + suffix)) {
            table.kind = SourceTable::Kind::shadow;
          }
        }
      }
    };
    if (owner.module.starts_with("fts")) mark(fts);
    if (owner.module.starts_with("rtree") || owner.module == "geopoly") mark(rtree);
    if (owner.module == "vec0") mark(vectors);
  }
}

/// sqlite_sequence may hold NULLs, texts, duplicates and dropped tables: the largest integer
/// counts.
void readSequences(SqliteReader& reader, SourceSchema& schema) {
  Statement exists =
      reader.prepare("SELECT 1 FROM sqlite_schema WHERE name='sqlite_sequence' AND type='table'");
  if (!exists.step()) return;
  Statement rows = reader.prepare(
      "SELECT name, max(CAST(seq AS INTEGER)) FROM sqlite_sequence "
      "WHERE typeof(name)='text' AND seq IS NOT NULL GROUP BY name");
  while (rows.step())
    schema.sequences[asciiLower(rows.text(0))] = rows.int64(1);
}

std::int64_t pragmaInteger(SqliteReader& reader, const char* sql) {
  Statement row = reader.prepare(sql);
  return row.step() ? row.int64(0) : 0;
}

}  // namespace

SourceTable viewAsTable(sqlite::SqliteReader& reader, const SourceObject& view) {
  SourceTable table;
  table.name = view.name;
  table.sql = view.sql;
  sqlite::Statement columns =
      reader.prepare("PRAGMA main.table_xinfo(" + quoteIdentifier(view.name) + ")");
  while (columns.step()) {
    SourceColumn& column = table.columns.emplace_back();
    column.name = columns.string(1);
    column.declaredType = columns.string(2);
  }
  return table;
}

bool sameName(std::string_view left, std::string_view right) {
  return left.size() == right.size() &&
         sqlite3_strnicmp(left.data(), right.data(), static_cast<int>(left.size())) == 0;
}

std::string asciiLower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

Affinity affinityOf(std::string_view declaredType) {
  const std::string type = asciiLower(declaredType);
  const auto has = [&](const char* word) { return type.find(word) != std::string::npos; };
  if (has("int")) return Affinity::integer;
  if (has("char") || has("clob") || has("text")) return Affinity::text;
  if (type.empty() || has("blob")) return Affinity::blob;
  if (has("real") || has("floa") || has("doub")) return Affinity::real;
  return Affinity::numeric;
}

std::vector<std::size_t> SourceTable::primaryKey() const {
  std::vector<std::size_t> key;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].keyOrdinal > 0) key.push_back(i);
  }
  std::sort(key.begin(), key.end(), [&](std::size_t left, std::size_t right) {
    return columns[left].keyOrdinal < columns[right].keyOrdinal;
  });
  return key;
}

std::optional<std::size_t> SourceTable::find(std::string_view column) const {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (sameName(columns[i].name, column)) return i;
  }
  return std::nullopt;
}

const SourceTable* SourceSchema::find(std::string_view table) const {
  for (const SourceTable& candidate : tables) {
    if (sameName(candidate.name, table)) return &candidate;
  }
  return nullptr;
}

SourceSchema readSourceSchema(SqliteReader& reader) {
  SourceSchema schema;
  const auto listed = listTables(reader);
  const std::vector<SchemaEntry> entries = readEntries(reader);
  const IndexSql indexSql = indexSqlOf(entries);
  TableReader tables(reader, indexSql);
  std::string everything;
  for (const SchemaEntry& entry : entries) {
    const auto& [type, name, table, sql] = entry;
    if (isRepots(name)) continue;
    for (const std::string* part : {&type, &name, &sql})
      everything.append(*part).push_back('\0');
    if (asciiLower(name).starts_with("sqlite_")) continue;  // SQLite's own, rebuilt by PostgreSQL.
    if (type == "view") schema.views.push_back({name, {}, sql});
    if (type == "trigger") schema.triggers.push_back({name, table, sql});
    if (type != "table") continue;
    const auto found = listed.find(name);
    schema.tables.push_back(
        readTable(tables, entry, found == listed.end() ? ListedTable{} : found->second));
  }
  markShadowTables(schema);
  readSequences(reader, schema);
  Statement encoding = reader.prepare("PRAGMA encoding");
  if (encoding.step()) schema.encoding = encoding.string(0);
  schema.userVersion = pragmaInteger(reader, "PRAGMA user_version");
  schema.applicationId = pragmaInteger(reader, "PRAGMA application_id");
  schema.digest = formats::digestText(everything);
  return schema;
}

}  // namespace repot::migrate
