// Resolving foreign keys, and the rows that they leave without a parent; see foreign_keys.hpp.
#include "foreign_keys.hpp"

#include "parent_keys.hpp"
#include "text_check.hpp"

#include <algorithm>

namespace repot::migrate {
namespace {

// A name that no table of a sane source has; the child's own name stays free for the condition.
constexpr const char* parentAlias = "repot parent";

bool samePlain(PgType left, PgType right) {
  const auto plain = [](PgType type) { return type == PgType::varchar ? PgType::text : type; };
  return plain(left) == plain(right);
}

/// Unique without predicate or expression, and compared by bytes in the target.
bool isUniqueOn(const TableDraft& table, std::vector<std::size_t> columns) {
  std::sort(columns.begin(), columns.end());
  std::vector<std::size_t> key = table.source->primaryKey();
  std::sort(key.begin(), key.end());
  if (key == columns) return true;
  return std::any_of(
      table.source->indexes.begin(), table.source->indexes.end(), [&](const auto& index) {
        if (!index.unique || index.partial) return false;
        std::vector<std::size_t> indexed;
        for (const SourceIndex::Column& column : index.columns) {
          if (column.column < 0) return false;
          const auto position = static_cast<std::size_t>(column.column);
          const PgType type = table.column(position).type;
          const bool text = type == PgType::text || type == PgType::varchar;
          if (text &&
              (sameName(column.collation, "NOCASE") || sameName(column.collation, "RTRIM"))) {
            return false;
          }
          indexed.push_back(position);
        }
        std::sort(indexed.begin(), indexed.end());
        return indexed == columns;
      });
}

/// The bytes that a value becomes as text. All digits of a real, though never those of its spelling
/// in PostgreSQL: as text it is only ever equal to the same real.
std::string spelled(const std::string& value) {
  return "CAST(CASE typeof(" + value + ") WHEN 'real' THEN printf('real %!.17g', " + value +
         ") ELSE " + value + " END AS BLOB)";
}

KeySides sidesOf(const ResolvedKey& key) {
  const auto quoted = [](const TableDraft& table, const std::vector<std::size_t>& columns) {
    std::vector<std::string> names;
    for (const std::size_t column : columns)
      names.push_back(quoteIdentifier(table.source->columns[column].name));
    return names;
  };
  const auto from = [](const TableDraft& table) {
    return "main." + quoteIdentifier(table.source->name);
  };
  std::string list;
  for (const std::string& name : quoted(*key.parent, key.parentColumns))
    list += (list.empty() ? "" : ", ") + name;
  return {from(*key.child) + " NOT INDEXED", quoted(*key.child, key.columns),
          "SELECT " + list + " FROM " + from(*key.parent), key.child->stats.rows,
          key.parent->stats.rows};
}

}  // namespace

std::string differingTypes(const ResolvedKey& key) {
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    const ColumnPlan& child = key.child->column(key.columns[i]);
    const ColumnPlan& parent = key.parent->column(key.parentColumns[i]);
    if (!samePlain(child.type, parent.type)) {
      return "\"" + child.source + "\" is " + typeSql(child) + ", and what it refers to is " +
             typeSql(parent);
    }
  }
  return {};
}

std::string resolveForeignKey(Draft& draft, ResolvedKey& key) {
  key.parent = draft.find(key.key->parent);
  if (key.parent == nullptr) {
    return draft.schema.find(key.key->parent) != nullptr
               ? "the table it refers to is not copied"
               : "there is no table \"" + key.key->parent + "\"";
  }
  for (const std::string& name : key.key->columns) {
    const auto column = key.child->source->find(name);
    if (!column) return "there is no column \"" + name + "\"";
    key.columns.push_back(*column);
  }
  for (const std::string& name : key.key->parentColumns) {
    const auto column = key.parent->source->find(name);
    if (!column) return "\"" + key.parent->source->name + "\" has no column \"" + name + "\"";
    key.parentColumns.push_back(*column);
  }
  if (key.key->parentColumns.empty()) key.parentColumns = key.parent->source->primaryKey();
  if (key.parentColumns.size() != key.columns.size()) {
    return "it has " + std::to_string(key.columns.size()) + " columns, the key it refers to " +
           std::to_string(key.parentColumns.size());
  }
  if (!isUniqueOn(*key.parent, key.parentColumns)) {
    return notUnique;
  }
  const auto isHashed = [&](std::size_t column) { return key.parent->hashed.contains(column); };
  if (std::any_of(key.parentColumns.begin(), key.parentColumns.end(), isHashed)) {
    return "the key it refers to has values too long for a B-tree, and is kept by their hashes";
  }
  return {};
}

bool refersToDistinctRows(Draft& draft, const ResolvedKey& resolved) {
  const SourceTable& parent = *resolved.parent->source;
  std::string columns, present;
  for (const std::size_t column : resolved.parentColumns) {
    const std::string name = quoteIdentifier(parent.columns[column].name);
    columns += (columns.empty() ? "" : ", ") + name;
    present += (present.empty() ? "" : " AND ") + name + " IS NOT NULL";
  }
  return !draft.reader
              .prepare("SELECT 1 FROM main." + quoteIdentifier(parent.name) +
                       " NOT INDEXED WHERE " + present + " GROUP BY " + columns +
                       " HAVING count(*) > 1 LIMIT 1")
              .step();
}

std::string spellForeignKey(const ResolvedKey& resolved) {
  std::string sql = resolved.child->source->name + "(";
  for (const std::string& column : resolved.key->columns)
    sql += (sql.back() == '(' ? "" : ", ") + column;
  return sql + ") REFERENCES " + resolved.key->parent;
}

PlanOptions::Orphans orphansWanted(const Draft& draft, const ResolvedKey& resolved) {
  for (const std::string& column : resolved.key->columns) {
    const std::string object = resolved.child->source->name + "." + column;
    if (const auto* own = optionFor(draft.options.columnOrphans, object)) return *own;
  }
  return draft.options.orphans;
}

std::string orphanCondition(const ResolvedKey& resolved) {
  const SourceTable& child = *resolved.child->source;
  const SourceTable& parent = *resolved.parent->source;
  const std::string alias = quoteIdentifier(parentAlias);
  std::string present, matches;
  for (std::size_t i = 0; i < resolved.columns.size(); ++i) {
    const std::string mine = quoteIdentifier(child.name) + "." +
                             quoteIdentifier(child.columns[resolved.columns[i]].name);
    const std::string theirs =
        alias + "." + quoteIdentifier(parent.columns[resolved.parentColumns[i]].name);
    present += mine + " IS NOT NULL AND ";
    matches += (i == 0 ? "" : " AND ") + theirs + " = " + mine;
  }
  return "(" + present + "NOT EXISTS (SELECT 1 FROM main." + quoteIdentifier(parent.name) + " AS " +
         alias + " WHERE " + matches + "))";
}

std::string strayCondition(const ResolvedKey& resolved) {
  const SourceTable& child = *resolved.child->source;
  const SourceTable& parent = *resolved.parent->source;
  const std::string alias = quoteIdentifier(parentAlias);
  std::string present, mine, theirs, all;
  for (std::size_t i = 0; i < resolved.columns.size(); ++i) {
    const std::string own = quoteIdentifier(child.name) + "." +
                            quoteIdentifier(child.columns[resolved.columns[i]].name);
    const std::string other =
        alias + "." + quoteIdentifier(parent.columns[resolved.parentColumns[i]].name);
    present += own + " IS NOT NULL AND ";
    mine += (i == 0 ? "" : ", ") + spelled(own);
    theirs += (i == 0 ? "" : ", ") + spelled(other);
    all += (i == 0 ? "" : " AND ") + other + " IS NOT NULL";
  }
  return present + "(" + mine + ") NOT IN (SELECT " + theirs + " FROM main." +
         quoteIdentifier(parent.name) + " AS " + alias + " WHERE " + all + ") AND NOT " +
         orphanCondition(resolved);
}

bool mayStray(const ResolvedKey& resolved) {
  for (std::size_t i = 0; i < resolved.columns.size(); ++i) {
    const ColumnPlan& mine = resolved.child->column(resolved.columns[i]);
    const ColumnPlan& theirs = resolved.parent->column(resolved.parentColumns[i]);
    if (mine.type != PgType::text && mine.type != PgType::varchar && mine.type != PgType::bytea)
      continue;
    const SourceColumn& parent = resolved.parent->source->columns[resolved.parentColumns[i]];
    if (!sameName(parent.collation, "BINARY") || mine.conversion != Conversion::exact ||
        theirs.conversion != Conversion::exact) {
      return true;
    }
  }
  return false;
}

TraitStat findRows(Draft& draft, const ResolvedKey& resolved, const std::string& condition) {
  const SourceTable& child = *resolved.child->source;
  std::string shown;
  for (const std::size_t column : resolved.columns)
    shown += ", " + quoteIdentifier(child.columns[column].name);
  const std::string rowid = child.rowidName.empty() ? "NULL" : quoteIdentifier(child.rowidName);
  sqlite::Statement rows =
      draft.reader.prepare("SELECT " + rowid + shown + " FROM main." + quoteIdentifier(child.name) +
                           " NOT INDEXED WHERE " + condition);
  TraitStat found;
  while (rows.step()) {
    ++found.count;
    if (found.examples.size() >= draft.options.examples) continue;
    std::string example = rows.isNull(0) ? "" : "rowid=" + rows.string(0) + ": ";
    for (int i = 1; i < rows.columnCount(); ++i) {
      example += (i == 1 ? "" : ", ") + spellValue(rows.raw(), i);
    }
    found.examples.push_back(std::move(example));
  }
  return found;
}

void proveParents(Draft& draft) {
  std::vector<const SourceForeignKey*> keys;
  std::vector<KeySides> sides;
  for (TableDraft& child : draft.tables) {
    for (const SourceForeignKey& key : child.source->foreignKeys) {
      ResolvedKey resolved{&key, &child, nullptr, {}, {}};
      if (!resolveForeignKey(draft, resolved).empty()) continue;
      keys.push_back(&key);
      sides.push_back(sidesOf(resolved));
    }
  }
  const std::vector<bool> proved = haveParents(draft.readers, sides);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (proved[i]) draft.proved.insert(keys[i]);
  }
}

TraitStat findOrphans(Draft& draft, const ResolvedKey& resolved) {
  if (draft.proved.contains(resolved.key)) return {};
  return findRows(draft, resolved, orphanCondition(resolved));
}

bool parentMayLose(const ResolvedKey& resolved) {
  const TableDraft& parent = *resolved.parent;
  return parent.plan.mayLoseRows() ||
         std::any_of(resolved.parentColumns.begin(), resolved.parentColumns.end(),
                     [&](std::size_t column) {
                       return parent.column(column).misfit != MisfitPolicy::fail;
                     });
}

}  // namespace repot::migrate
