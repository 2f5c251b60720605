// Primary keys, unique keys and indexes. A key is never weakened nor strengthened: what a collation
// or a predicate of SQLite says is said in PostgreSQL's words, or the object is reported.
#include "draft.hpp"
#include "duplicates.hpp"
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
  void add(Kind kind, const std::string& name, std::string sql, std::string source) {
    draft_.plan.objects.push_back(
        {kind, name, table_.plan.target, std::move(sql), std::move(source), false, 0});
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
  void addUnique(const std::vector<std::size_t>& columns, const std::string& wantedName);
  /// A unique index over the collations' expressions.
  void addCollatedUnique(const SourceIndex& index, const std::string& wantedName);
  std::optional<std::vector<std::string>> indexParts(const SourceIndex& index,
                                                     const IndexTranslation* translated);
  std::string part(const SourceIndex::Column& column) const;
  std::string ordered(const std::string& part, bool descending) const {
    return part + (descending ? " DESC NULLS LAST" : " ASC NULLS FIRST");
  }
  bool needsExpressions(const SourceIndex& index) const;
  void noteCollation(const SourceIndex& index, const std::string& name);
  void noteLongValues(const SourceIndex& index);
  void report(const SourceIndex& index, const std::string& why);
  bool refuseDuplicates(const std::vector<std::size_t>& columns);

  Draft& draft_;
  TableDraft& table_;
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
  refuseDuplicates(columns);
  const std::string& given = table_.ddl.primaryKeyName;
  const std::string wanted = given.empty() ? table_.plan.target + "_pkey" : given;
  const std::string name = draft_.relations.allocate(wanted);
  const std::string what = table_.keyHasNulls ? "UNIQUE (" : "PRIMARY KEY (";
  add(table_.keyHasNulls ? Kind::unique : Kind::primaryKey, name,
      alter(name, what + columnList(table_, columns) + ")"), {});
  for (const SourceIndex& index : table_.source->indexes) {
    if (index.origin == 'p' && needsExpressions(index)) {
      addCollatedUnique(index, implicitName(table_, columns, "key"));
    }
  }
}

/// True where the plan was refused because conversion makes equal what the source keeps apart.
bool KeyPlanner::refuseDuplicates(const std::vector<std::size_t>& columns) {
  const TraitStat duplicates =
      findConvertedDuplicates(draft_.reader, table_, columns, draft_.options.examples);
  if (duplicates.count == 0) return false;
  std::string names;
  for (const std::size_t column : columns) {
    names += (names.empty() ? "" : ", ") + table_.source->columns[column].name;
  }
  draft_.plan.findings.push_back(makeFinding(
      Level::refused, "duplicates-by-conversion", object(names),
      "values that SQLite keeps apart in a unique key become equal in the type of PostgreSQL",
      duplicates, "correct the values, or ask for another type of the column"));
  return true;
}

bool KeyPlanner::needsExpressions(const SourceIndex& index) const {
  return std::any_of(index.columns.begin(), index.columns.end(), [&](const auto& column) {
    if (column.column < 0) return column.column == -2;
    const Comparison comparison = comparisonOf(column.collation);
    return isText(table_.column(static_cast<std::size_t>(column.column))) &&
           (comparison == Comparison::nocase || comparison == Comparison::rtrim);
  });
}

std::string KeyPlanner::part(const SourceIndex::Column& column) const {
  const ColumnPlan& planned = table_.column(static_cast<std::size_t>(column.column));
  const std::string name = quoteIdentifier(planned.target);
  if (!isText(planned)) return name;
  switch (comparisonOf(column.collation)) {
    // Under "C", lower() folds A–Z alone, exactly as NOCASE does; citext and ICU fold too much.
    case Comparison::nocase:
      return "lower(" + name + " COLLATE \"C\")";
    case Comparison::rtrim:
      return "rtrim(" + name + ", ' ')";
    case Comparison::binary:
    case Comparison::custom:
      break;
  }
  return name;
}

void KeyPlanner::addUnique(const std::vector<std::size_t>& columns, const std::string& wantedName) {
  refuseDuplicates(columns);
  const std::string name = draft_.relations.allocate(wantedName);
  add(Kind::unique, name, alter(name, "UNIQUE (" + columnList(table_, columns) + ")"), {});
}

void KeyPlanner::addCollatedUnique(const SourceIndex& index, const std::string& wantedName) {
  const std::string name = draft_.relations.allocate(wantedName);
  std::string list;
  for (const SourceIndex::Column& column : index.columns) {
    list += (list.empty() ? "" : ", ") + part(column);
  }
  add(Kind::unique, name,
      "CREATE UNIQUE INDEX " + quoteIdentifier(name) + " ON " +
          quoteIdentifier(table_.plan.target) + " (" + list + ")",
      {});
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
  if (needsExpressions(index)) return addCollatedUnique(index, wanted);
  addUnique(columns, wanted);
  noteCollation(index, index.name);
  noteLongValues(index);
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
  const bool plain = columnsOf(index).size() == index.columns.size() && !needsExpressions(index);
  if (index.unique && !index.partial && plain) refuseDuplicates(columnsOf(index));
  std::string list;
  for (const std::string& item : *parts)
    list += (list.empty() ? "" : ", ") + item;
  const std::string name = draft_.relations.allocate(index.name);
  add(index.unique ? Kind::unique : Kind::index, name,
      std::string("CREATE ") + (index.unique ? "UNIQUE " : "") + "INDEX " + quoteIdentifier(name) +
          " ON " + quoteIdentifier(table_.plan.target) + " (" + list + ")" + where,
      index.sql);
  noteCollation(index, index.name);
  noteLongValues(index);
}

void KeyPlanner::noteCollation(const SourceIndex& index, const std::string& name) {
  for (const SourceIndex::Column& column : index.columns) {
    if (column.column < 0 || !isText(table_.column(static_cast<std::size_t>(column.column))))
      continue;
    const std::string& source =
        table_.source->columns[static_cast<std::size_t>(column.column)].name;
    switch (comparisonOf(column.collation)) {
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

void KeyPlanner::noteLongValues(const SourceIndex& index) {
  constexpr std::size_t btreeLimit = 2704;
  for (const std::size_t column : columnsOf(index)) {
    if (table_.stats.columns[column].maxBytes <= btreeLimit) continue;
    draft_.tell(Level::warning, "long-indexed-values", object(table_.source->columns[column].name),
                "holds values of up to " + std::to_string(table_.stats.columns[column].maxBytes) +
                    " bytes; a PostgreSQL index takes 2704 after compression, so \"" + index.name +
                    "\" may not be possible");
  }
}

}  // namespace

void planKeys(Draft& draft) {
  for (TableDraft& table : draft.tables)
    KeyPlanner(draft, table).run();
}

}  // namespace repot::migrate
