// Runs the steps of planning in their order, and checks that the options speak of this source.
#include "planner.hpp"

#include "draft.hpp"
#include "nearest.hpp"
#include "text_check.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <set>

namespace repot::migrate {
namespace {

/// All names by which options may speak of a thing in the source.
struct KnownObjects {
  std::set<std::string> tables;   ///< In lower case, as SQLite compares names.
  std::set<std::string> columns;  ///< "table.column"
  std::vector<std::string> spelled;
};

KnownObjects objectsOf(const SourceSchema& schema) {
  KnownObjects known;
  for (const SourceTable& table : schema.tables) {
    known.tables.insert(asciiLower(table.name));
    known.spelled.push_back(table.name);
    for (const SourceColumn& column : table.columns) {
      known.columns.insert(asciiLower(table.name + "." + column.name));
      known.spelled.push_back(table.name + "." + column.name);
    }
  }
  return known;
}

template <class Map>
void requireObjects(const KnownObjects& known, const Map& options, bool tablesToo) {
  for (const auto& [key, value] : options) {
    const std::string name = asciiLower(key);
    if (known.columns.contains(name) || (tablesToo && known.tables.contains(name))) continue;
    const std::string near = nearestOf(key, known.spelled);
    throw Error(ErrorKind::usage,
                "the source has no " + std::string(tablesToo ? "table or column" : "column") +
                    " \"" + key + "\"; columns are named as table.column" +
                    (near.empty() ? "" : ", and the nearest name is \"" + near + "\""));
  }
}

void requireObjects(const SourceSchema& schema, const PlanOptions& options) {
  const KnownObjects known = objectsOf(schema);
  requireObjects(known, options.types, false);
  requireObjects(known, options.columnRemedies, false);
  requireObjects(known, options.columnOrphans, false);
  requireObjects(known, options.columnZones, false);
  requireObjects(known, options.names, true);
}

/// Names that are no text cannot be spelled in PostgreSQL nor in a plan file.
void requireDecodable(const std::string& name, const std::string& kind) {
  if (const TextCheck check = checkText(name); check.validUtf8 && !check.hasNul) return;
  throw Error(ErrorKind::data,
              "the name of a " + kind + " is not valid UTF-8; rename it in the source first");
}

void requireDecodableNames(const SourceSchema& schema) {
  for (const SourceTable& table : schema.tables) {
    requireDecodable(table.name, "table");
    for (const SourceColumn& column : table.columns) {
      requireDecodable(column.name, "column of table \"" + table.name + "\"");
      requireDecodable(column.declaredType, "column's type in table \"" + table.name + "\"");
    }
    for (const SourceIndex& index : table.indexes)
      requireDecodable(index.name, "index");
  }
  for (const SourceObject& view : schema.views)
    requireDecodable(view.name, "view");
  for (const SourceObject& trigger : schema.triggers)
    requireDecodable(trigger.name, "trigger");
}

void noteSource(Draft& draft, const sqlite::SqliteSource& source) {
  for (const std::string& note : source.notes()) {
    draft.tell(Finding::Level::warning, "source-file", source.path(), note);
  }
  if (draft.schema.userVersion != 0) {
    draft.tell(Finding::Level::info, "user-version", source.path(),
               "PRAGMA user_version is " + std::to_string(draft.schema.userVersion) +
                   "; PostgreSQL has no equal, and some applications keep their schema's version "
                   "there");
  }
}

/// After all names of the source have been given.
void nameQuarantine(Draft& draft) {
  const auto uses = [](const TablePlan& table) { return table.usesQuarantine(); };
  if (std::none_of(draft.plan.tables.begin(), draft.plan.tables.end(), uses)) return;
  draft.plan.quarantine = draft.relations.allocate("repot_quarantine");
}

}  // namespace

Plan makePlan(sqlite::SqliteSource& source, const PlanOptions& options) {
  Draft draft(source.reader(), options);
  for (std::size_t i = 1; i < source.readerCount(); ++i)
    draft.readers.push_back(&source.reader(i));
  draft.schema = readSourceSchema(draft.reader);
  requireDecodableNames(draft.schema);
  requireObjects(draft.schema, options);
  draft.plan.sourcePath = source.path();
  draft.plan.sourceDigest = draft.schema.digest;
  draft.plan.sourceBytes = source.bytes();
  draft.plan.options = options.given;
  draft.plan.targetSchema = options.schema;
  noteSource(draft, source);
  chooseTables(draft);
  planColumns(draft);
  unifyKeyTypes(draft);
  proveParents(draft);
  planOrphans(draft);
  planDefaults(draft);
  planKeys(draft);
  planChecks(draft);
  planForeignKeys(draft);
  planViews(draft);
  planTriggers(draft);
  noteDifferences(draft);
  for (TableDraft& table : draft.tables)
    draft.plan.tables.push_back(std::move(table.plan));
  nameQuarantine(draft);
  return std::move(draft.plan);
}

}  // namespace repot::migrate
