// Runs the steps of planning in their order, and checks that the options speak of this source.
#include "planner.hpp"

#include "draft.hpp"
#include "text_check.hpp"

#include <repot/error.hpp>

namespace repot::migrate {
namespace {

/// "table.column" → does the source have it? Names may hold dots, so every dot is tried.
bool namesColumn(const SourceSchema& schema, const std::string& key) {
  for (auto dot = key.find('.'); dot != std::string::npos; dot = key.find('.', dot + 1)) {
    const SourceTable* table = schema.find(std::string_view(key).substr(0, dot));
    if (table != nullptr && table->find(std::string_view(key).substr(dot + 1))) return true;
  }
  return false;
}

template <class Map>
void requireColumns(const SourceSchema& schema, const Map& options) {
  for (const auto& [key, value] : options) {
    if (namesColumn(schema, key)) continue;
    throw Error(ErrorKind::usage,
                "the source has no column \"" + key + "\"; columns are named as table.column");
  }
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

}  // namespace

Plan makePlan(sqlite::SqliteSource& source, const PlanOptions& options) {
  Draft draft(source.reader(), options);
  draft.schema = readSourceSchema(draft.reader);
  requireDecodableNames(draft.schema);
  requireColumns(draft.schema, options.types);
  requireColumns(draft.schema, options.columnMisfits);
  draft.plan.sourcePath = source.path();
  draft.plan.sourceDigest = draft.schema.digest;
  draft.plan.sourceBytes = source.bytes();
  draft.plan.targetSchema = options.schema;
  noteSource(draft, source);
  chooseTables(draft);
  planColumns(draft);
  unifyKeyTypes(draft);
  planDefaults(draft);
  planKeys(draft);
  planChecks(draft);
  planForeignKeys(draft);
  planRemainder(draft);
  for (TableDraft& table : draft.tables)
    draft.plan.tables.push_back(std::move(table.plan));
  return std::move(draft.plan);
}

}  // namespace repot::migrate
