// CHECK constraints, and what has no place in PostgreSQL as it stands: triggers, clauses.
#include "double_quotes.hpp"
#include "draft.hpp"
#include "proposals.hpp"
#include "text_check.hpp"

#include <repot/error.hpp>

#include <sqlite3.h>

#include <algorithm>

namespace repot::migrate {
namespace {

using Level = Finding::Level;

/// Source rows that break a CHECK (added by ignore_check_constraints, or before the CHECK was);
/// nothing where SQLite cannot say. A row in which the CHECK has no value (an overflow) breaks it,
/// too, and ends the search.
std::optional<TraitStat> violations(Draft& draft, const SourceTable& table,
                                    const std::string& check) {
  const DoubleQuotedStrings asSqlite(draft.reader);
  std::optional<TraitStat> found;
  try {
    const std::string shown = table.rowidName.empty() ? "NULL" : quoteIdentifier(table.rowidName);
    sqlite::Statement rows =
        draft.reader.prepare("SELECT " + shown + " FROM main." + quoteIdentifier(table.name) +
                             " NOT INDEXED WHERE NOT (" + check + ")");
    found.emplace();
    while (rows.step()) {
      ++found->count;
      if (found->examples.size() < draft.options.examples && !rows.isNull(0)) {
        found->examples.push_back("rowid=" + rows.string(0));
      }
    }
  } catch (const Error& failure) {
    const bool evaluating = found && failure.backendCode() == SQLITE_ERROR;
    if (!evaluating && failure.kind() != ErrorKind::schema) throw;
    if (!evaluating) return std::nullopt;
    ++found->count;
    if (found->examples.size() < draft.options.examples)
      found->examples.emplace_back(failure.what());
  }
  return found;
}

void planCheck(Draft& draft, TableDraft& table, const TableDdl::Check& check, NameSpace& names) {
  const Translation translated = translateCheck(check.expression, *table.source, table.plan);
  if (translated.guaranteed) {
    draft.tell(Level::info, "check-guaranteed", table.source->name,
               "CHECK (" + check.expression +
                   ") is left out, as the types of PostgreSQL hold it by themselves");
    return;
  }
  if (!translated.sql) {
    Finding& finding = draft.tell(Level::reported, "check", table.source->name,
                                  "a CHECK is not carried over: " + translated.reason);
    finding.sql = "CHECK (" + check.expression + ")";
    finding.advice = proposalFor(check.expression);
    return;
  }
  ObjectPlan object;
  object.kind = ObjectPlan::Kind::check;
  object.table = table.plan.target;
  object.name = names.allocate(check.name.empty() ? table.plan.target + "_check" : check.name);
  object.source = "CHECK (" + check.expression + ")";
  const auto broken = violations(draft, *table.source, check.expression);
  if (broken) object.violations = broken->count;
  // A value that becomes NULL, as asked for, may break a CHECK that it obeyed.
  const bool setAside =
      std::any_of(table.plan.columns.begin(), table.plan.columns.end(),
                  [](const ColumnPlan& column) { return column.misfit != MisfitPolicy::fail; });
  object.leaveNotValid = object.violations > 0 || setAside;
  object.sql = "ALTER TABLE " + quoteIdentifier(object.table) + " ADD CONSTRAINT " +
               quoteIdentifier(object.name) + " CHECK (" + *translated.sql + ")" +
               (object.leaveNotValid ? " NOT VALID" : "");
  if (object.violations > 0) {
    draft.plan.findings.push_back(makeFinding(
        Level::warning, "check-violated", table.source->name,
        object.source + " is broken by rows of the source; it is added NOT VALID: it binds new and "
                        "changed rows only",
        *broken, "correct the rows, then ALTER TABLE … VALIDATE CONSTRAINT"));
  }
  draft.plan.objects.push_back(std::move(object));
}

/// The name of the table or view in the target; empty where it is not there.
std::string targetOf(Draft& draft, const std::string& name) {
  if (const TableDraft* table = draft.find(name)) return table->plan.target;
  for (const ViewPlan& view : draft.plan.views) {
    if (sameName(view.shape.source, name)) return view.shape.target;
  }
  return {};
}

void planTrigger(Draft& draft, const SourceObject& trigger) {
  if (!isWanted(draft.options, trigger.table)) return;
  const std::string target = targetOf(draft, trigger.table);
  Finding& finding =
      draft.tell(Level::reported, "trigger", trigger.name,
                 "the trigger on \"" + trigger.table + "\" is not carried over" +
                     (target.empty() ? "" : "; what it kept up to date is not kept any more"));
  finding.sql = trigger.sql;
  finding.advice = triggerProposal(trigger, target.empty() ? trigger.table : target);
  const std::string equals = proposalFor(trigger.sql);
  if (finding.advice.empty()) finding.advice = "write it as a function in PL/pgSQL";
  if (!equals.empty()) finding.advice += "\n-- " + equals;
}

}  // namespace

void planChecks(Draft& draft) {
  for (TableDraft& table : draft.tables) {
    NameSpace names(draft.options.nameCase);
    if (!table.ddl.parsed && table.source->kind == SourceTable::Kind::table) {
      draft
          .tell(Level::reported, "table-sql", table.source->name,
                "its CREATE TABLE was not understood, so that CHECKs and names of constraints are "
                "not known: " +
                    table.ddl.failure)
          .sql = table.source->sql;
    }
    for (const TableDdl::Check& check : table.ddl.checks)
      planCheck(draft, table, check, names);
    if (table.ddl.hasConflictClause) {
      draft
          .tell(Level::reported, "conflict-clause", table.source->name,
                "ON CONFLICT clauses of its constraints have no equal in PostgreSQL: a conflict is "
                "an error there")
          .sql = table.source->sql;
    }
  }
}

void planTriggers(Draft& draft) {
  for (const SourceObject& trigger : draft.schema.triggers)
    planTrigger(draft, trigger);
}

}  // namespace repot::migrate
