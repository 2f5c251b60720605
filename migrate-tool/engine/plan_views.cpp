// Views: translated where that has exactly the same meaning, each after those that it reads. A view
// that SQLite itself cannot read any more never stops a migration.
#include "double_quotes.hpp"
#include "draft.hpp"
#include "proposals.hpp"
#include "sql/select.hpp"
#include "sql_bridge.hpp"
#include "text_check.hpp"

#include <repot/error.hpp>
#include <repot/sqlite/grammar/parser.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

namespace repot::migrate {
namespace {

using Level = Finding::Level;

/// What the type of a computed column says of its values.
ColumnPlan computedColumn(sql::TypeClass type) {
  ColumnPlan column;
  column.reason = "computed by the view";
  switch (type) {
    case sql::TypeClass::integer:
      column.type = PgType::bigint;
      break;
    case sql::TypeClass::real:
      column.type = PgType::doublePrecision;
      column.conversion = Conversion::intToReal;  // A sum of no fractions is an integer in SQLite.
      break;
    case sql::TypeClass::numeric:
      column.type = PgType::numeric;
      column.conversion = Conversion::toNumeric;
      break;
    case sql::TypeClass::boolean:
      column.type = PgType::boolean;
      break;
    case sql::TypeClass::bytea:
      column.type = PgType::bytea;
      break;
    case sql::TypeClass::date:
      column.type = PgType::date;
      break;
    case sql::TypeClass::time:
      column.type = PgType::time;
      break;
    case sql::TypeClass::timestamp:
      column.type = PgType::timestamp;
      break;
    case sql::TypeClass::timestamptz:
      column.type = PgType::timestamptz;
      break;
    case sql::TypeClass::uuid:
      column.type = PgType::uuid;
      break;
    case sql::TypeClass::json:
      column.type = PgType::json;
      break;
    case sql::TypeClass::text:
    case sql::TypeClass::unknown:
      column.type = PgType::text;
      break;
  }
  return column;
}

class ViewPlanner {
 public:
  explicit ViewPlanner(Draft& draft) : draft_(draft) {}

  void run() {
    for (const SourceObject& view : draft_.schema.views) {
      if (!isWanted(draft_.options, view.name)) continue;
      if (draft_.options.views == PlanOptions::Views::skip) {
        draft_.tell(Level::warning, "view-skipped", view.name, "the view is left out, as asked for")
            .sql = view.sql;
      } else {
        relationOf(view);
      }
    }
  }

 private:
  /// What other views can read of it; planned when it is asked for first.
  const sql::Relation& relationOf(const SourceObject& view) {
    const std::string key = asciiLower(view.name);
    if (const auto known = relations_.find(key); known != relations_.end()) return known->second;
    relations_[key].reason = "it refers to itself";
    sql::Relation relation = plan(view);
    return relations_[key] = std::move(relation);
  }

  sql::Relation plan(const SourceObject& view) {
    std::vector<std::string> names;
    if (auto unreadable = probe(view, names)) return unreadableView(view, *unreadable);
    sql::Relation relation;
    readsExcluded_ = false;
    if (const std::string reason = translate(view, names, relation); !reason.empty()) {
      relation = {};
      relation.reason = "it reads the view " + view.name + ", which is not carried over";
      if (readsExcluded_) {
        skipped_.insert(view.name);
        draft_.tell(Level::warning, "view-skipped", view.name, "the view is left out: " + reason)
            .sql = view.sql;
      } else if (draft_.options.views == PlanOptions::Views::materialize) {
        return materialize(view, reason);
      } else {
        report(view, reason);
      }
    }
    return relation;
  }

  /// The names of its columns, or why SQLite cannot read it.
  std::optional<std::string> probe(const SourceObject& view, std::vector<std::string>& names) {
    const DoubleQuotedStrings asSqlite(draft_.reader);
    try {
      const sqlite::Statement statement =
          draft_.reader.prepare("SELECT * FROM main." + quoteIdentifier(view.name));
      for (int i = 0; i < statement.columnCount(); ++i)
        names.push_back(statement.columnName(i));
      return std::nullopt;
    } catch (const Error& failure) {
      if (failure.kind() != ErrorKind::schema) throw;
      return failure.what();
    }
  }

  /// What an application may have and Repot has not, or does not let a file's schema use.
  static constexpr const char* ownToApplications[] = {"no such function", "no such module",
                                                      "no such collation", "unsafe use of"};

  /// Without a table it is broken for everybody; without a function perhaps only for Repot.
  sql::Relation unreadableView(const SourceObject& view, const std::string& failure) {
    const bool foreign =
        std::any_of(std::begin(ownToApplications), std::end(ownToApplications),
                    [&](const char* sign) { return failure.find(sign) != std::string::npos; });
    if (foreign) {
      report(view, "SQLite cannot read it here: " + failure);
    } else {
      draft_
          .tell(Level::warning, "view-broken", view.name,
                "the view is left out, as SQLite cannot read it either: " + failure)
          .sql = view.sql;
    }
    sql::Relation relation;
    relation.reason = "it reads the view " + view.name + ", which is not carried over";
    return relation;
  }

  void report(const SourceObject& view, const std::string& reason) {
    Finding& finding =
        draft_.tell(Level::reported, "view", view.name, "the view is not carried over: " + reason);
    finding.sql = view.sql;
    finding.advice = proposalFor(view.sql);
    if (!finding.advice.empty()) finding.advice += "; ";
    finding.advice += "--views=materialize makes a table of its rows, --views=skip leaves it out";
  }

  /// Empty, or why there is no translation.
  std::string translate(const SourceObject& view, const std::vector<std::string>& names,
                        sql::Relation& relation) {
    const auto parsed = sql::parseCreateView(view.sql);
    if (!parsed) return "its text was not understood: " + parsed.error;
    const auto select = sql::parseSelect(parsed.value->selectText);
    if (!select) return "its text was not understood: " + select.error;
    const sql::SelectTranslation translated = sql::translateSelect(
        *select.value, [this](std::string_view name) { return relationNamed(name); },
        draft_.options.collation == PlanOptions::Collation::c);
    if (!translated.sql) return translated.reason;
    if (translated.columns.size() != names.size()) return "its columns were not understood";
    for (const std::string& name : names) {
      if (const TextCheck check = checkText(name); !check.validUtf8 || check.hasNul)
        return "the name of a column is not valid UTF-8";
    }
    addView(view, names, translated, relation);
    return {};
  }

  void addView(const SourceObject& view, const std::vector<std::string>& names,
               const sql::SelectTranslation& translated, sql::Relation& relation) {
    ViewPlan planned;
    planned.shape.source = view.name;
    planned.shape.target = draft_.viewNames.at(view.name);
    planned.source = view.sql;
    NameSpace columnNames(draft_.options.nameCase);
    std::string list;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const sql::RelationColumn& result = translated.columns[i];
      const auto origin = result.info.origin;
      ColumnPlan column = origin ? origins_[*origin] : computedColumn(result.info.type);
      column.source = names[i];
      column.target = columnNames.allocate(names[i]);
      list += (list.empty() ? "" : ", ") + quoteIdentifier(column.target);
      relation.columns.push_back(
          {names[i], columnInfo(column, result.info.collation), result.approximate});
      relation.columns.back().info.origin = remember(view.name, column);
      if (result.approximate) planned.approximate.push_back(i);
      planned.shape.columns.push_back(std::move(column));
    }
    relation.sql = quoteIdentifier(planned.shape.target);
    planned.sql = "CREATE VIEW " + relation.sql + " (" + list + ") AS " + *translated.sql;
    if (!planned.approximate.empty()) {
      draft_.tell(Level::info, "approximate-sums", view.name,
                  "it sums floating-point numbers, whose last digits depend in both databases on "
                  "the order of the rows");
    }
    draft_.plan.views.push_back(std::move(planned));
  }

  /// The rows that it has now, as a table.
  sql::Relation materialize(const SourceObject& view, const std::string& reason) {
    const SourceTable& table = draft_.materialized.emplace_back(viewAsTable(draft_.reader, view));
    TableDraft& planned = draft_.tables.emplace_back();
    planned.source = &table;
    planned.plan.source = view.name;
    planned.plan.target = draft_.viewNames.at(view.name);
    nameColumns(draft_, planned);
    planColumnsOf(draft_, planned);
    chooseCollations(draft_, planned);
    draft_
        .tell(Level::warning, "view-materialized", view.name,
              "the view becomes a table of the rows that it has now, and does not follow its "
              "tables any more: " +
                  reason)
        .sql = view.sql;
    return relationOfTable(planned);
  }

  sql::Relation relationNamed(std::string_view name) {
    if (const TableDraft* table = draft_.find(name)) return relationOfTable(*table);
    for (const SourceObject& view : draft_.schema.views) {
      if (sameName(view.name, name) && isWanted(draft_.options, view.name)) {
        const bool before = readsExcluded_;
        sql::Relation relation = relationOf(view);
        readsExcluded_ = before || skipped_.contains(view.name);
        return relation;
      }
    }
    sql::Relation missing;
    missing.reason = "it reads " + std::string(name) + ", which is not copied";
    const SourceTable* table = draft_.schema.find(name);
    const bool unwanted = table != nullptr && table->kind == SourceTable::Kind::table &&
                          !isWanted(draft_.options, table->name);
    readsExcluded_ = readsExcluded_ || unwanted || !isWanted(draft_.options, std::string(name));
    return missing;
  }

  sql::Relation relationOfTable(const TableDraft& table) {
    sql::Relation relation;
    relation.sql = quoteIdentifier(table.plan.target);
    std::vector<std::size_t> places(table.planned.size());
    for (std::size_t i = 0; i < table.planned.size(); ++i) {
      if (table.planned[i] == TableDraft::none) continue;
      places[i] = relation.columns.size();
      const SourceColumn& source = table.source->columns[i];
      sql::RelationColumn column{source.name, columnInfo(table.column(i), source.collation)};
      column.info.origin = remember(table.source->name, table.column(i));
      relation.columns.push_back(std::move(column));
    }
    const bool keyed = std::any_of(
        draft_.plan.objects.begin(), draft_.plan.objects.end(), [&](const ObjectPlan& object) {
          return object.kind == ObjectPlan::Kind::primaryKey && object.table == table.plan.target;
        });
    for (const std::size_t column : table.source->primaryKey()) {
      if (keyed) relation.key.push_back(places[column]);
    }
    if (table.source->rowidAlias) relation.rowid = places[*table.source->rowidAlias];
    return relation;
  }

  /// A column as a view hands it on: the values, without what makes them.
  std::size_t remember(const std::string& relation, const ColumnPlan& column) {
    const auto [known, added] =
        numbers_.try_emplace({asciiLower(relation), column.source}, origins_.size());
    if (!added) return known->second;
    ColumnPlan origin = column;
    origin.notNull = origin.identity = origin.identityExhausted = false;
    origin.identityNext = 1;
    origin.identitySequence.clear();
    origin.defaultSql.reset();
    origin.generatedSql.reset();
    origin.misfits = 0;
    origins_.push_back(std::move(origin));
    return known->second;
  }

  Draft& draft_;
  std::map<std::string, sql::Relation> relations_;  ///< Of views, by name in lower case.
  std::vector<ColumnPlan> origins_;  ///< What a number of sql::ColumnInfo::origin means.
  std::map<std::pair<std::string, std::string>, std::size_t> numbers_;
  std::set<std::string> skipped_;  ///< Views that read what the filters leave out.
  bool readsExcluded_ = false;
};

}  // namespace

void planViews(Draft& draft) {
  ViewPlanner(draft).run();
}

}  // namespace repot::migrate
