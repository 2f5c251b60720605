// Views are read within the snapshot by connections of their own; see verify_views.hpp.
#include "engine/run/verify_views.hpp"

#include "engine/double_quotes.hpp"
#include "engine/run/target_tables.hpp"
#include "engine/run/views.hpp"

#include <repot/error.hpp>

#include <algorithm>

namespace repot::migrate {
namespace {

const TargetTable* findView(const std::vector<TargetTable>& views, const std::string& wanted) {
  const auto exact = std::find_if(views.begin(), views.end(),
                                  [&](const TargetTable& view) { return view.name == wanted; });
  if (exact != views.end()) return &*exact;
  const auto found = std::find_if(views.begin(), views.end(), [&](const TargetTable& view) {
    return sameName(view.name, wanted);
  });
  return found == views.end() ? nullptr : &*found;
}

/// A translation as the plan has it, with the types that the target's view has; else what SQLite
/// and the target say of it. Absent where their columns do not agree.
std::optional<ViewPlan> shapeOf(sqlite::SqliteReader& reader, const SourceObject& source,
                                const TargetTable& target, const ViewPlan* planned) {
  const DoubleQuotedStrings asSqlite(reader);
  const sqlite::Statement statement =
      reader.prepare("SELECT * FROM main." + quoteIdentifier(source.name));
  if (static_cast<std::size_t>(statement.columnCount()) != target.columns.size())
    return std::nullopt;
  ViewPlan view;
  view.shape.source = source.name;
  view.shape.target = target.name;
  view.source = source.sql;
  for (std::size_t i = 0; i < target.columns.size(); ++i) {
    ColumnPlan column = target.columns[i].plan;
    column.source = statement.columnName(static_cast<int>(i));
    const bool floating = column.type == PgType::doublePrecision;
    const bool exact = planned != nullptr &&
                       std::find(planned->approximate.begin(), planned->approximate.end(), i) ==
                           planned->approximate.end();
    if (floating && !exact) view.approximate.push_back(i);
    view.shape.columns.push_back(std::move(column));
  }
  return view;
}

}  // namespace

void verifyMissingViews(VerifyContext& context, const Plan& plan,
                        const std::vector<InventoryItem>& actual) {
  std::vector<const ViewPlan*> missing;
  for (const ViewPlan& view : plan.views) {
    const bool there = std::any_of(actual.begin(), actual.end(), [&](const InventoryItem& item) {
      return item.table == view.shape.target &&
             (item.kind == "view" || item.kind == "materialized-view");
    });
    if (!there) missing.push_back(&view);
  }
  if (missing.empty()) return;
  postgresql::BulkConnection connection(context.target);
  context.snapshot.enter(connection, true);
  connection.execute("SET LOCAL search_path = pg_temp, " + quoteIdentifier(context.schema()) +
                     ", pg_catalog");
  for (const ViewPlan* view : missing) {
    std::string failure;
    connection.execute("SAVEPOINT view");
    try {
      connection.execute(view->sql);
      const ViewOutcome outcome =
          compareViewRows(context.reader, connection, "pg_temp", *view, context.progress);
      if (!outcome.difference.empty())
        failure = "its translation has other rows: " + outcome.difference;
      if (!outcome.notCompared.empty()) connection.execute("ROLLBACK TO SAVEPOINT view");
    } catch (const Error& error) {
      context.progress.throwIfStopped();
      if (error.kind() == ErrorKind::connection || error.kind() == ErrorKind::internal) throw;
      failure = "its translation fails: " + std::string(error.what());
      connection.execute("ROLLBACK TO SAVEPOINT view");
    }
    if (failure.empty()) {
      context.report.verification.objectFaults.push_back("the view \"" + view->shape.target +
                                                         "\" is missing");
    } else {
      context.report.findings.push_back(viewNotCarriedOver(*view, failure));
    }
  }
}

void verifyViewRows(VerifyContext& context, const Plan& plan) {
  const std::vector<TargetTable> views = readTargetViews(context.control, context.schema());
  std::vector<std::string>& faults = context.report.verification.objectFaults;
  for (const SourceObject& source : context.pairing.schema.views) {
    context.progress.throwIfStopped();
    const auto planned =
        std::find_if(plan.views.begin(), plan.views.end(),
                     [&](const ViewPlan& view) { return view.shape.source == source.name; });
    const bool isPlanned = planned != plan.views.end();
    const TargetTable* target = findView(views, isPlanned ? planned->shape.target : source.name);
    if (target == nullptr) continue;
    const std::string name = "the view \"" + target->name + "\"";
    try {
      const auto view = shapeOf(context.reader, source, *target, isPlanned ? &*planned : nullptr);
      if (!view) {
        faults.push_back(name + " has other columns than in the source");
        continue;
      }
      postgresql::BulkConnection connection(context.target);
      context.snapshot.enter(connection);
      const ViewOutcome outcome =
          compareViewRows(context.reader, connection, context.schema(), *view, context.progress);
      if (!outcome.difference.empty())
        faults.push_back(name + " has other rows: " + outcome.difference);
      if (!outcome.notCompared.empty())
        context.report.findings.push_back(viewNotCompared(*view, outcome.notCompared));
    } catch (const Error& error) {
      context.progress.throwIfStopped();
      if (error.kind() == ErrorKind::connection || error.kind() == ErrorKind::internal) throw;
      faults.push_back(name + " cannot be compared: " + std::string(error.what()));
    }
  }
}

}  // namespace repot::migrate
