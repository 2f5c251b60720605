// One query for each kind of object; see read.hpp.
#include "postgresql/schema/read.hpp"

#include "postgresql/schema/columns.hpp"
#include "postgresql/schema/conditions.hpp"

#include <repot/schema/render.hpp>
#include <repot/sql.hpp>

#include <algorithm>
#include <optional>

namespace repot::postgresql {
namespace {

using namespace schema;
using Text = std::optional<std::string>;

void readTables(UnitOfWork& work, Schema& schema) {
  for (const auto& [name] : select<std::string>(
           work, "SELECT c.relname::text FROM pg_class c WHERE c.relkind IN ('r', 'p') AND" + ours +
                     "ORDER BY c.relname::text COLLATE \"C\"")) {
    schema.tables.emplace_back().name = name;
  }
}

void readColumns(UnitOfWork& work, Schema& schema) {
  for (const auto& [table, name, type, notNull, identity, serial, generated, expression,
                    collation] :
       select<std::string, std::string, std::string, bool, bool, bool, bool, Text, Text>(
           work,
           "SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), "
           "a.attnotnull, a.attidentity <> '' AND " +
               soleKey + ", " + serialKey +
               ", a.attgenerated <> '', pg_get_expr(d.adbin, d.adrelid), o.collname::text "
               "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
               "LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum "
               "LEFT JOIN pg_collation o ON o.oid = a.attcollation "
               "WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND" +
               ours + "ORDER BY c.relname, a.attnum")) {
    Table* const owner = schema.find(table);
    if (owner == nullptr) continue;
    Column& column = owner->columns.emplace_back();
    column.name = name;
    column.type = typeOf(type);
    column.nullable = !notNull;
    column.identity = identity || serial;
    column.serial = serial;
    if (generated) {
      column.generated = Generated{withoutParentheses(expression.value_or("")), true};
    } else if (expression && !serial) {
      column.defaultValue = readDefault(*expression, column.type);
    }
    if (collation && *collation != "C") column.collation = *collation;
  }
}

ForeignKey* foreignKeyOf(Table& table, const std::string& name) {
  const auto found = std::find_if(table.foreignKeys.begin(), table.foreignKeys.end(),
                                  [&](const ForeignKey& key) { return key.name == name; });
  return found == table.foreignKeys.end() ? &table.foreignKeys.emplace_back() : &*found;
}

Action actionOf(const std::string& letter) {
  return letter == "r"   ? Action::restrict
         : letter == "c" ? Action::cascade
         : letter == "n" ? Action::setNull
         : letter == "d" ? Action::setDefault
                         : Action::noAction;
}

/// Keys, one row for each of their columns.
void readKeys(UnitOfWork& work, Schema& schema) {
  for (const auto& [table, name, kind, column, target, targetColumn, onUpdate, onDelete, deferred,
                    deferrable] : select<std::string, std::string, std::string, std::string, Text,
                                         Text, std::string, std::string, bool, bool>(
           work,
           "SELECT c.relname::text, k.conname::text, k.contype::text, a.attname::text, "
           "r.relname::text, b.attname::text, k.confupdtype::text, k.confdeltype::text, "
           "k.condeferrable AND k.condeferred, k.condeferrable AND NOT k.condeferred "
           "FROM pg_constraint k "
           "JOIN pg_class c ON c.oid = k.conrelid "
           "CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u(own, other, place) "
           "JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.own "
           "LEFT JOIN pg_class r ON r.oid = k.confrelid "
           "LEFT JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = u.other "
           "WHERE k.contype IN ('p', 'u', 'f') AND" +
               ours + "ORDER BY k.oid, u.place")) {
    Table* const owner = schema.find(table);
    if (owner == nullptr) continue;
    if (kind == "p") {
      owner->primaryKey.name = name;
      owner->primaryKey.columns.push_back(column);
    } else if (kind == "u") {
      if (owner->uniqueKeys.empty() || owner->uniqueKeys.back().name != name)
        owner->uniqueKeys.push_back({name, {}});
      owner->uniqueKeys.back().columns.push_back(column);
    } else {
      ForeignKey* const key = foreignKeyOf(*owner, name);
      key->name = name;
      key->columns.push_back(column);
      key->table = target.value_or("");
      key->targetColumns.push_back(targetColumn.value_or(""));
      key->onUpdate = actionOf(onUpdate);
      key->onDelete = actionOf(onDelete);
      key->deferred = deferred;
      key->deferrable = deferrable;
    }
  }
}

void readChecks(UnitOfWork& work, Schema& schema) {
  for (const auto& [table, name, condition] : select<std::string, std::string, std::string>(
           work,
           "SELECT c.relname::text, k.conname::text, pg_get_expr(k.conbin, k.conrelid) "
           "FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype = 'c' AND" +
               ours + "ORDER BY k.oid")) {
    if (Table* const owner = schema.find(table))
      owner->checks.push_back({name, withoutParentheses(condition)});
  }
}

/// Indexes that belong to no constraint, one row for each part.
void readIndexes(UnitOfWork& work, Schema& schema) {
  for (const auto& [table, name, unique, column, expression, descending, collation, where] :
       select<std::string, std::string, bool, Text, std::string, bool, Text, Text>(
           work,
           "SELECT c.relname::text, x.relname::text, i.indisunique, a.attname::text, "
           "pg_get_indexdef(i.indexrelid, p.place, true), "
           "(i.indoption[p.place - 1] & 1) <> 0, "
           "CASE WHEN i.indcollation[p.place - 1] <> coalesce(a.attcollation, 0) "
           "THEN o.collname::text END, pg_get_expr(i.indpred, i.indrelid) "
           "FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
           "JOIN pg_class x ON x.oid = i.indexrelid "
           "CROSS JOIN LATERAL generate_series(1, i.indnkeyatts::int) AS p(place) "
           "LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid "
           "AND a.attnum = i.indkey[p.place - 1] AND i.indkey[p.place - 1] <> 0 "
           "LEFT JOIN pg_collation o ON o.oid = i.indcollation[p.place - 1] "
           "WHERE NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid "
           "AND k.contype IN ('p', 'u', 'x')) AND" +
               ours + "ORDER BY x.relname::text COLLATE \"C\", p.place")) {
    Table* const owner = schema.find(table);
    if (owner == nullptr) continue;
    if (owner->indexes.empty() || owner->indexes.back().name != name) {
      Index& index = owner->indexes.emplace_back();
      index.name = name;
      index.unique = unique;
      if (where) index.where = withoutParentheses(*where);
    }
    IndexPart& part = owner->indexes.back().parts.emplace_back();
    part.descending = descending;
    if (column) {
      part.column = *column;
      if (collation) part.collation = *collation;
    } else {
      part.expression = withoutParentheses(expression);
    }
  }
}

void readViews(UnitOfWork& work, Schema& schema) {
  for (const auto& [name, definition] : select<std::string, std::string>(
           work,
           "SELECT c.relname::text, pg_get_viewdef(c.oid) FROM pg_class c "
           "WHERE c.relkind = 'v' AND" +
               ours + "ORDER BY c.relname::text COLLATE \"C\"")) {
    std::string text = definition;
    if (text.ends_with(';')) text.pop_back();
    schema.views.push_back(
        {name, {}, text.substr(std::min(text.find_first_not_of(' '), text.size()))});
  }
}

void readTriggers(UnitOfWork& work, Schema& schema) {
  for (const auto& [table, name, definition] : select<std::string, std::string, std::string>(
           work,
           "SELECT c.relname::text, t.tgname::text, pg_get_triggerdef(t.oid, true) FROM pg_trigger "
           "t "
           "JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND" +
               ours + "ORDER BY t.tgname::text COLLATE \"C\"")) {
    schema.triggers.push_back({name, table, definition});
  }
}

}  // namespace

Schema readSchema(UnitOfWork& work) {
  Schema schema;
  readTables(work, schema);
  readColumns(work, schema);
  readKeys(work, schema);
  readChecks(work, schema);
  readIndexes(work, schema);
  readViews(work, schema);
  readTriggers(work, schema);
  return schema;
}

}  // namespace repot::postgresql
