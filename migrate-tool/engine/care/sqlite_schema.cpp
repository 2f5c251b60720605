// Keys, indexes, views and triggers of an SQLite schema that cost time or fail when they are used.
#include "engine/care/sqlite_checks.hpp"
#include "engine/plan.hpp"

#include <repot/backend.hpp>

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <limits>

namespace repot::care {
namespace {

using migrate::SourceForeignKey;
using migrate::SourceIndex;
using migrate::SourceSchema;
using migrate::SourceTable;

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names)
    text += (text.empty() ? "" : ", ") + name;
  return text;
}

bool isOrdinary(const SourceTable& table) {
  return table.kind == SourceTable::Kind::table && table.failure.empty();
}

std::vector<std::size_t> columnsOf(const SourceTable& table,
                                   const std::vector<std::string>& names) {
  std::vector<std::size_t> columns;
  for (const std::string& name : names)
    if (const auto found = table.find(name)) columns.push_back(*found);
  return columns;
}

/// The columns of an index, as places in the table; nothing behind an expression.
std::vector<std::size_t> columnsOf(const SourceIndex& index) {
  std::vector<std::size_t> columns;
  for (const SourceIndex::Column& one : index.columns) {
    if (one.column < 0) break;
    columns.push_back(static_cast<std::size_t>(one.column));
  }
  return columns;
}

bool startsWithAnyOrder(const std::vector<std::size_t>& whole, std::vector<std::size_t> first) {
  return whole.size() >= first.size() &&
         std::is_permutation(first.begin(), first.end(), whole.begin());
}

/// Whether rows of `table` with given values of `columns` can be found without reading all rows.
bool isIndexed(const SourceTable& table, const std::vector<std::size_t>& columns) {
  if (startsWithAnyOrder(table.primaryKey(), columns)) return true;
  return std::any_of(table.indexes.begin(), table.indexes.end(), [&](const SourceIndex& index) {
    return !index.partial && startsWithAnyOrder(columnsOf(index), columns);
  });
}

bool isUnique(const SourceTable& table, const std::vector<std::size_t>& columns) {
  const auto same = [&](const std::vector<std::size_t>& key) {
    return key.size() == columns.size() && startsWithAnyOrder(key, columns);
  };
  return same(table.primaryKey()) ||
         std::any_of(table.indexes.begin(), table.indexes.end(), [&](const SourceIndex& index) {
           return index.unique && !index.partial && same(columnsOf(index));
         });
}

void checkForeignKeys(const SourceSchema& schema, Chart& chart) {
  for (const SourceTable& table : schema.tables) {
    if (!isOrdinary(table)) continue;
    for (const SourceForeignKey& key : table.foreignKeys) {
      const std::string spelt = table.name + '(' + joined(key.columns) + ") → " + key.parent;
      const SourceTable* const parent = schema.find(key.parent);
      std::string wrong;
      if (parent == nullptr) {
        wrong = "there is no table " + key.parent;
      } else if (!isUnique(*parent, key.parentColumns.empty()
                                        ? parent->primaryKey()
                                        : columnsOf(*parent, key.parentColumns))) {
        wrong = "what it refers to is neither a primary key nor unique";
      }
      if (!wrong.empty()) {
        chart.add({"foreign_key_target",
                   Severity::error,
                   spelt,
                   wrong,
                   "with foreign keys on, every change of one of the tables fails with \"foreign "
                   "key mismatch\"",
                   "make the parent's columns unique, or correct the key",
                   {}});
      }
      if (!isIndexed(table, columnsOf(table, key.columns))) {
        std::string columns;
        for (const std::string& column : key.columns)
          columns += (columns.empty() ? "" : ", ") + quoteIdentifier(column);
        chart.add({"foreign_key_index",
                   Severity::warning,
                   spelt,
                   "no index begins with the key's columns",
                   "each deletion or change of a parent's key reads the whole table while it holds "
                   "the write lock",
                   "CREATE INDEX " + quoteIdentifier("ix_" + table.name + "_" + key.columns[0]) +
                       " ON " + quoteIdentifier(table.name) + " (" + columns +
                       "), best in a migration of the application's",
                   {}});
      }
    }
  }
}

void checkIndexes(const SourceSchema& schema, Chart& chart) {
  for (const SourceTable& table : schema.tables) {
    for (const SourceIndex& index : table.indexes) {
      if (index.unique || index.partial || index.origin != 'c') continue;
      const std::vector<std::size_t> columns = columnsOf(index);
      if (columns.size() != index.columns.size()) continue;
      const auto contains = [&](const SourceIndex& other) {
        if (&other == &index || other.partial || other.columns.size() < columns.size())
          return false;
        // Of two that are the same, the first stays.
        if (other.columns.size() == columns.size() && !other.unique && &other > &index)
          return false;
        return std::equal(index.columns.begin(), index.columns.end(), other.columns.begin(),
                          [](const SourceIndex::Column& a, const SourceIndex::Column& b) {
                            return a.column == b.column && a.descending == b.descending &&
                                   a.collation == b.collation;
                          });
      };
      const auto other = std::find_if(table.indexes.begin(), table.indexes.end(), contains);
      if (other == table.indexes.end()) continue;
      chart.add({"duplicate_index",
                 Severity::warning,
                 index.name,
                 "the index " + other->name + " begins with the same columns",
                 "it makes every change slower and the file larger, and no query faster",
                 "DROP INDEX " + quoteIdentifier(index.name) +
                     ", best in a migration of the application's",
                 {}});
    }
  }
}

std::string failureOf(sqlite::SqliteSource& source, const std::string& sql) {
  try {
    source.prepare(sql);
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

void checkTables(const SourceSchema& schema, Chart& chart) {
  for (const SourceTable& table : schema.tables) {
    if (table.failure.empty()) continue;
    chart.add({"unreadable_table",
               Severity::error,
               table.name,
               table.failure,
               "neither a backup nor a migration can tell what is in it",
               "use the SQLite, or load the extension, that the application uses",
               {}});
  }
}

void checkViews(sqlite::SqliteSource& source, const SourceSchema& schema, Chart& chart) {
  for (const migrate::SourceObject& view : schema.views) {
    const std::string failure =
        failureOf(source, "SELECT * FROM " + quoteIdentifier(view.name) + " LIMIT 0");
    if (failure.empty()) continue;
    chart.add({"broken_view",
               Severity::error,
               view.name,
               failure,
               "whoever reads the view gets this error, and ALTER TABLE fails because of it",
               "correct or drop the view",
               {}});
  }
}

/// The reader has triggers off, so that none is compiled into a statement.
class TriggersOn {
 public:
  explicit TriggersOn(sqlite3* handle) : handle_(handle) { set(1); }
  ~TriggersOn() { set(0); }
  TriggersOn(const TriggersOn&) = delete;
  TriggersOn& operator=(const TriggersOn&) = delete;

 private:
  void set(int on) { sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_TRIGGER, on, nullptr); }
  sqlite3* handle_;
};

/// A statement of each kind compiles the triggers that it would fire; explained, it runs nothing.
void checkTriggers(sqlite::SqliteSource& source, const SourceSchema& schema, Chart& chart) {
  const TriggersOn on(source.reader().raw());
  for (const migrate::SourceObject& trigger : schema.triggers) {
    const SourceTable* const table = schema.find(trigger.table);
    if (table == nullptr || !isOrdinary(*table) || table->columns.empty()) continue;
    const std::string name = quoteIdentifier(table->name);
    std::string column;
    for (const migrate::SourceColumn& one : table->columns)
      if (!one.isGenerated()) column = quoteIdentifier(one.name);
    for (const std::string& sql :
         {"EXPLAIN INSERT INTO " + name + " DEFAULT VALUES", "EXPLAIN DELETE FROM " + name,
          "EXPLAIN UPDATE " + name + " SET " + column + " = " + column}) {
      const std::string failure = failureOf(source, sql);
      if (failure.empty()) continue;
      chart.add({"broken_trigger",
                 Severity::error,
                 trigger.name,
                 failure,
                 "every change of the table that fires it fails",
                 "correct or drop the trigger",
                 {}});
      break;
    }
  }
}

void checkKeys(sqlite::SqliteSource& source, const SourceSchema& schema, Chart& chart) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 10 * 9;
  for (const SourceTable& table : schema.tables) {
    if (!isOrdinary(table) || table.rowidName.empty()) continue;
    sqlite::Statement statement =
        source.prepare("SELECT max(" + table.rowidName + ") FROM " + quoteIdentifier(table.name));
    const std::int64_t last = statement.step() ? statement.int64(0) : 0;
    const auto sequence = schema.sequences.find(table.name);
    const std::int64_t reached =
        std::max(last, sequence == schema.sequences.end() ? 0 : sequence->second);
    if (reached >= most) {
      chart.add({"key_exhaustion",
                 Severity::error,
                 table.name,
                 fmt::format("the largest key is {}", reached),
                 "after 9223372036854775807 SQLite picks random keys, or with AUTOINCREMENT fails "
                 "with \"database or disk is full\"",
                 "find out who wrote such a key; give that row another one",
                 {}});
    } else if (table.autoincrement && sequence != schema.sequences.end() &&
               sequence->second < last) {
      chart.add(
          {"sequence_behind",
           Severity::warning,
           table.name,
           fmt::format("AUTOINCREMENT stands at {}, the largest key is {}", sequence->second, last),
           "a key may be given again after the rows with the largest ones are deleted",
           "set it to the largest key",
           {Cure::Kind::sql,
            {fmt::format("UPDATE sqlite_sequence SET seq = {0} WHERE name = {1} AND seq < {0}",
                         last, migrate::quoteLiteral(table.name))},
            false}});
    }
  }
}

}  // namespace

void checkSchema(sqlite::SqliteSource& source, const SourceSchema& schema, Chart& chart) {
  chart.run("unreadable_table", [&] { checkTables(schema, chart); });
  chart.run("foreign_keys", [&] { checkForeignKeys(schema, chart); });
  chart.run("duplicate_index", [&] { checkIndexes(schema, chart); });
  chart.run("broken_view", [&] { checkViews(source, schema, chart); });
  chart.run("broken_trigger", [&] { checkTriggers(source, schema, chart); });
  chart.run("keys", [&] { checkKeys(source, schema, chart); });
}

}  // namespace repot::care
