// Primary keys, unique keys and indexes. A key is never weakened nor strengthened: what a collation
// or a predicate of SQLite says is said in PostgreSQL's words, or the object is reported.
#include "double_quotes.hpp"
#include "draft.hpp"
#include "duplicates.hpp"
#include "long_keys.hpp"
#include "proposals.hpp"

#include <algorithm>

namespace repot::migrate {
namespace {

using Level = Finding::Level;
using Kind = ObjectPlan::Kind;

enum class Comparison { binary, nocase, rtrim, custom };

Comparison comparisonOf(std::string_view collation) {
  if (collation.empty() || sameName(collation, "BINARY")) return Comparison::binary;
  if (sameName(collation, "NOCASE")) return Comparison::nocase;
  if (sameName(collation, "RTRIM")) return Comparison::rtrim;
  return Comparison::custom;
}

bool isText(const ColumnPlan& column) {
  return column.type == PgType::text || column.type == PgType::varchar;
}

class KeyPlanner {
 public:
  KeyPlanner(Draft& draft, TableDraft& table) : draft_(draft), table_(table) {}

  void run() {
    primaryKey();
    for (const SourceIndex& index : table_.source->indexes) {
      if (index.origin == 'u') uniqueKey(index);
      if (index.origin == 'c') createdIndex(index);
    }
  }

 private:
  ObjectPlan& add(Kind kind, const std::string& name, std::string sql, std::string source) {
    ObjectPlan& object = draft_.plan.objects.emplace_back();
    object.kind = kind;
    object.name = name;
    object.table = table_.plan.target;
    object.sql = std::move(sql);
    object.source = std::move(source);
    return object;
  }
  std::string alter(const std::string& name, const std::string& what) const {
    return "ALTER TABLE " + quoteIdentifier(table_.plan.target) + " ADD CONSTRAINT " +
           quoteIdentifier(name) + " " + what;
  }
  std::string object(std::string_view what) const {
    return table_.source->name + (what.empty() ? "" : "." + std::string(what));
  }

  void primaryKey();
  void uniqueKey(const SourceIndex& index);
  void createdIndex(const SourceIndex& index);
  void addPrimaryKey(const std::vector<std::size_t>& columns);
  /// A unique index over the expressions of collations and hashes.
  void addUniqueByExpressions(const SourceIndex& index, const std::string& wantedName);
  std::optional<std::vector<std::string>> indexParts(const SourceIndex& index,
                                                     const IndexTranslation* translated);
  std::string part(const SourceIndex::Column& column) const;
  std::string ordered(const std::string& part, bool descending) const {
    return part + (descending ? " DESC NULLS LAST" : " ASC NULLS FIRST");
  }
  bool needsExpressions(const SourceIndex& index) const;
  void noteCollation(const SourceIndex& index, const std::string& name);
  /// Chooses what goes by its hash, and tells of it.
  void hashLongValues(const SourceIndex& index);
  /// Marks the object as doubtful where its entries may be too large, and tells of it.
  void noteLongValues(const SourceIndex& index, ObjectPlan& made);
  void report(const SourceIndex& index, const std::string& why);
  void refuseDuplicates(const SourceIndex& index, const IndexTranslation* translated = nullptr);

  Draft& draft_;
  TableDraft& table_;
  std::set<std::size_t> hashed_;  ///< Columns of the key at hand that go by their hashes.
};

std::vector<std::size_t> columnsOf(const SourceIndex& index) {
  std::vector<std::size_t> columns;
  for (const SourceIndex::Column& column : index.columns) {
    if (column.column >= 0) columns.push_back(static_cast<std::size_t>(column.column));
  }
  return columns;
}

void KeyPlanner::primaryKey() {
  std::vector<std::size_t> columns = table_.source->primaryKey();
  if (columns.empty()) {
    if (table_.plan.key.empty()) {
      draft_
          .tell(Level::info, "no-primary-key", table_.source->name,
                "has no primary key; logical replication and most ORMs want one")
          .advice = "plan with the rowid added, if the application has no key of its own";
      return;
    }
    const std::string name = draft_.relations.allocate(table_.plan.target + "_pkey");
    const std::string& column = table_.plan.columns[table_.plan.key[0]].target;
    add(Kind::primaryKey, name, alter(name, "PRIMARY KEY (" + quoteIdentifier(column) + ")"), {});
    return;
  }
  // An index of its own, or none where it is the rowid.
  SourceIndex key;
  const auto own = std::find_if(table_.source->indexes.begin(), table_.source->indexes.end(),
                                [](const SourceIndex& index) { return index.origin == 'p'; });
  if (own != table_.source->indexes.end()) {
    key = *own;
  } else {
    for (const std::size_t column : columns)
      key.columns.push_back({static_cast<int>(column), false, "BINARY"});
  }
  key.unique = true;
  key.name = table_.source->name;
  refuseDuplicates(key);
  hashLongValues(key);
  if (hashed_.empty()) addPrimaryKey(columns);
  if (needsExpressions(key)) addUniqueByExpressions(key, implicitName(table_, columns, "key"));
}

void KeyPlanner::addPrimaryKey(const std::vector<std::size_t>& columns) {
  const std::string& given = table_.ddl.primaryKeyName;
  const std::string wanted = given.empty() ? table_.plan.target + "_pkey" : given;
  const std::string name = draft_.relations.allocate(wanted);
  const std::string what = table_.keyHasNulls ? "UNIQUE (" : "PRIMARY KEY (";
  ObjectPlan& object = add(table_.keyHasNulls ? Kind::unique : Kind::primaryKey, name,
                           alter(name, what + columnList(table_, columns) + ")"), {});
  SourceIndex key;
  key.name = name;
  for (const std::size_t column : columns)
    key.columns.push_back({static_cast<int>(column), false, {}});
  noteLongValues(key, object);
}

/// Refuses the plan where conversion makes equal what the source keeps apart.
void KeyPlanner::refuseDuplicates(const SourceIndex& index, const IndexTranslation* translated) {
  UniqueKey key;
  std::string names;
  for (std::size_t i = 0; i < index.columns.size(); ++i) {
    const SourceIndex::Column& column = index.columns[i];
    UniqueKey::Part& part = key.parts.emplace_back();
    if (column.column >= 0) {
      part.column = static_cast<std::size_t>(column.column);
      part.collation = column.collation;
    } else {
      part.sql = translated->sourceParts.at(i);
    }
    names += names.empty() ? "" : ", ";
    names += column.column >= 0 ? table_.source->columns[part.column].name : part.sql;
  }
  if (translated != nullptr) key.where = translated->sourceWhere;
  const DoubleQuotedStrings asSqlite(draft_.reader);
  const TraitStat duplicates =
      findConvertedDuplicates(draft_.reader, table_, key, draft_.options.examples);
  if (duplicates.count == 0) return;
  draft_.plan.findings.push_back(makeFinding(
      Level::refused, "duplicates-by-conversion", object(names),
      "values that SQLite keeps apart in a unique key become equal in the type of PostgreSQL",
      duplicates, "correct the values, or ask for another type of the column"));
}

bool KeyPlanner::needsExpressions(const SourceIndex& index) const {
  return std::any_of(index.columns.begin(), index.columns.end(), [&](const auto& column) {
    if (column.column < 0) return column.column == -2;
    if (hashed_.contains(static_cast<std::size_t>(column.column))) return true;
    const Comparison comparison = comparisonOf(column.collation);
    return isText(table_.column(static_cast<std::size_t>(column.column))) &&
           (comparison == Comparison::nocase || comparison == Comparison::rtrim);
  });
}

std::string KeyPlanner::part(const SourceIndex::Column& column) const {
  const auto place = static_cast<std::size_t>(column.column);
  const ColumnPlan& planned = table_.column(place);
  std::string sql = quoteIdentifier(planned.target);
  const Comparison comparison =
      isText(planned) ? comparisonOf(column.collation) : Comparison::binary;
  // Under "C", lower() folds A–Z alone, exactly as NOCASE does; citext and ICU fold too much.
  if (comparison == Comparison::nocase) sql = "lower(" + sql + " COLLATE \"C\")";
  if (comparison == Comparison::rtrim) sql = "rtrim(" + sql + ", ' ')";
  return hashed_.contains(place) ? hashOf(planned, sql) : sql;
}

void KeyPlanner::addUniqueByExpressions(const SourceIndex& index, const std::string& wantedName) {
  const std::string name = draft_.relations.allocate(wantedName);
  std::string list;
  for (const SourceIndex::Column& column : index.columns) {
    list += (list.empty() ? "" : ", ") + part(column);
  }
  ObjectPlan& object = add(Kind::unique, name,
                           "CREATE UNIQUE INDEX " + quoteIdentifier(name) + " ON " +
                               quoteIdentifier(table_.plan.target) + " (" + list + ")",
                           {});
  noteLongValues(index, object);
  noteCollation(index, name);
}

void KeyPlanner::uniqueKey(const SourceIndex& index) {
  const std::vector<std::size_t> columns = columnsOf(index);
  if (columns == table_.source->primaryKey() && !needsExpressions(index)) return;
  std::string wanted = implicitName(table_, columns, "key");
  for (const TableDdl::Key& key : table_.ddl.uniqueKeys) {
    const bool same = std::equal(key.columns.begin(), key.columns.end(), columns.begin(),
                                 columns.end(), [&](const std::string& name, std::size_t column) {
                                   return sameName(name, table_.source->columns[column].name);
                                 });
    if (same && !key.name.empty()) wanted = key.name;
  }
  refuseDuplicates(index);
  hashLongValues(index);
  if (needsExpressions(index)) return addUniqueByExpressions(index, wanted);
  const std::string name = draft_.relations.allocate(wanted);
  ObjectPlan& object =
      add(Kind::unique, name, alter(name, "UNIQUE (" + columnList(table_, columns) + ")"), {});
  noteLongValues(index, object);
  noteCollation(index, index.name);
}

void KeyPlanner::report(const SourceIndex& index, const std::string& why) {
  Finding& finding = draft_.tell(Level::reported, "index", index.name,
                                 std::string(index.unique ? "unique index" : "index") + " on \"" +
                                     table_.source->name + "\" is not carried over: " + why);
  finding.sql = index.sql;
  if (index.unique) finding.advice = "uniqueness is no longer enforced; write the index by hand";
  if (const std::string equals = proposalFor(index.sql); !equals.empty())
    finding.advice += (finding.advice.empty() ? "" : "; ") + equals;
}

std::optional<std::vector<std::string>> KeyPlanner::indexParts(const SourceIndex& index,
                                                               const IndexTranslation* translated) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < index.columns.size(); ++i) {
    const SourceIndex::Column& column = index.columns[i];
    if (column.column >= 0) {
      parts.push_back(ordered(part(column), column.descending));
      continue;
    }
    if (translated == nullptr || i >= translated->parts.size()) {
      report(index, "its expression was not understood");
      return std::nullopt;
    }
    if (!translated->parts[i].sql) {
      report(index, translated->parts[i].reason);
      return std::nullopt;
    }
    parts.push_back(*translated->parts[i].sql);
  }
  return parts;
}

void KeyPlanner::createdIndex(const SourceIndex& index) {
  constexpr std::size_t maxColumns = 32;
  if (index.columns.size() > maxColumns) return report(index, "PostgreSQL's limit is 32 columns");
  const auto translated = translateIndex(index.sql, *table_.source, table_.plan);
  hashLongValues(index);
  const auto parts = indexParts(index, translated ? &*translated : nullptr);
  if (!parts) return;
  std::string where;
  if (index.partial) {
    if (!translated || !translated->where) {
      return report(index, "its WHERE clause was not understood");
    }
    if (!translated->where->sql) return report(index, translated->where->reason);
    where = " WHERE " + *translated->where->sql;
  }
  if (index.unique) refuseDuplicates(index, translated ? &*translated : nullptr);
  std::string list;
  for (const std::string& item : *parts)
    list += (list.empty() ? "" : ", ") + item;
  // Without order, but of values of any size, and found by = on the column itself.
  const bool byHash = !index.unique && !hashed_.empty();
  if (byHash) list = quoteIdentifier(table_.column(*hashed_.begin()).target);
  const std::string name = draft_.relations.allocate(index.name);
  ObjectPlan& object =
      add(index.unique ? Kind::unique : Kind::index, name,
          std::string("CREATE ") + (index.unique ? "UNIQUE " : "") + "INDEX " +
              quoteIdentifier(name) + " ON " + quoteIdentifier(table_.plan.target) +
              (byHash ? " USING hash" : "") + " (" + list + ")" + where,
          index.sql);
  if (!byHash) noteLongValues(index, object);
  object.doubtful = object.doubtful || (translated && translated->mayOverflow);
  noteCollation(index, index.name);
}

void KeyPlanner::noteCollation(const SourceIndex& index, const std::string& name) {
  for (const SourceIndex::Column& column : index.columns) {
    if (column.column < 0) continue;
    const ColumnPlan& planned = table_.column(static_cast<std::size_t>(column.column));
    const bool holdsText = planned.conversion == Conversion::textToBytea ||
                           planned.conversion == Conversion::anyToJson;
    if (!isText(planned) && !holdsText) continue;
    const std::string& source =
        table_.source->columns[static_cast<std::size_t>(column.column)].name;
    const Comparison comparison = comparisonOf(column.collation);
    if (holdsText && comparison != Comparison::binary) {
      draft_.tell(Level::reported, "collation", object(source),
                  "is compared by " + column.collation + " in \"" + name +
                      "\", which compares by bytes now, as the column becomes " + typeSql(planned));
      continue;
    }
    switch (comparison) {
      case Comparison::binary:
        break;
      case Comparison::nocase:
      case Comparison::rtrim:
        draft_
            .tell(Level::warning, "collation", object(source),
                  "compares by " + column.collation + " in SQLite; the key or index \"" + name +
                      "\" keeps that, but = and ORDER BY on the column are exact now")
            .advice = "compare lower(column) or rtrim(column) in queries that relied on it";
        break;
      case Comparison::custom:
        draft_.tell(Level::reported, "collation", object(source),
                    "is compared by the application's collation " + column.collation + " in \"" +
                        name + "\", which compares by bytes now");
        break;
    }
  }
}

void KeyPlanner::hashLongValues(const SourceIndex& index) {
  hashed_.clear();
  const std::vector<std::size_t> columns = columnsOf(index);
  const bool simple = index.columns.size() == 1 && !needsExpressions(index);
  if (!draft_.options.hashLongKeys || !mayBeTooLarge(table_, columns)) return;
  if (!index.unique && !simple) return;
  hashed_ = longColumns(table_, columns);
  if (index.unique) table_.hashed.insert(hashed_.begin(), hashed_.end());
  for (const std::size_t column : hashed_) {
    draft_.tell(Level::warning, "key-by-hash", object(table_.source->columns[column].name),
                "holds values of up to " + std::to_string(table_.stats.columns[column].maxBytes) +
                    " bytes, too long for a B-tree; \"" + index.name +
                    "\" goes by their hashes, as asked for");
  }
}

void KeyPlanner::noteLongValues(const SourceIndex& index, ObjectPlan& made) {
  std::vector<std::size_t> columns = columnsOf(index);
  bool expression = false;
  for (const SourceIndex::Column& column : index.columns)
    expression = expression || column.column == -2;
  if (expression) columns = columnsNamedIn(table_, index.sql);
  // Whether an expression is one of two spellings of one instant, the server says, too.
  const bool merges = expression && index.unique &&
                      std::any_of(columns.begin(), columns.end(), [&](std::size_t column) {
                        return mergesValues(table_.column(column));
                      });
  std::erase_if(columns, [&](std::size_t column) { return hashed_.contains(column); });
  const bool tooLarge = mayBeTooLarge(table_, columns);
  made.doubtful = merges || tooLarge;
  if (!tooLarge) return;
  for (const std::size_t column : longColumns(table_, columns)) {
    draft_
        .tell(Level::warning, "long-indexed-values", object(table_.source->columns[column].name),
              "holds values of up to " + std::to_string(table_.stats.columns[column].maxBytes) +
                  " bytes; an entry of a B-tree has up to 2704 after compression, so the server is "
                  "asked before anything is moved whether \"" +
                  made.name + "\" can be made")
        .advice = "where it cannot, --hash-long-keys keeps keys by hashes of their values";
  }
}

}  // namespace

void planKeys(Draft& draft) {
  for (TableDraft& table : draft.tables)
    KeyPlanner(draft, table).run();
}

}  // namespace repot::migrate
