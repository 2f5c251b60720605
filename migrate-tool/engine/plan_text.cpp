// Prints a plan. Order is the plan's own, so that two plans can be compared line by line.
#include "plan_text.hpp"

#include <algorithm>
#include <array>

namespace repot::migrate {
namespace {

/// Text from the source may hold line breaks and control characters, which must not forge lines.
std::string oneLine(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    line += byte < 0x20 || byte == 0x7f ? ' ' : c;
  }
  return line;
}

std::string_view titleOf(Finding::Level level) {
  switch (level) {
    case Finding::Level::refused:
      return "Refused: nothing is written until this is settled";
    case Finding::Level::reported:
      return "Not carried over";
    case Finding::Level::warning:
      return "Kept, with a difference";
    case Finding::Level::info:
      break;
  }
  return "To know";
}

std::string findingText(const Finding& finding) {
  std::string text =
      "  [" + finding.code + "] " + oneLine(finding.object) + ": " + oneLine(finding.message);
  if (finding.count > 0) text += " (" + std::to_string(finding.count) + ")";
  text += '\n';
  for (const std::string& example : finding.examples)
    text += "      " + oneLine(example) + '\n';
  if (!finding.sql.empty()) text += "      source: " + oneLine(finding.sql) + '\n';
  if (!finding.advice.empty()) text += "      advice: " + oneLine(finding.advice) + '\n';
  return text;
}

std::string columnText(const ColumnPlan& column) {
  std::string text = "    " + quoteIdentifier(column.target) + " " + typeSql(column);
  if (column.source != column.target) text += " (was " + quoteIdentifier(column.source) + ")";
  if (column.identity) text += " identity, next " + std::to_string(column.identityNext);
  if (column.notNull) text += " not null";
  if (column.generatedSql) text += " generated";
  if (column.defaultSql) text += " default " + *column.defaultSql;
  text += "  -- " + column.reason;
  if (column.misfits > 0) text += "; " + std::to_string(column.misfits) + " values set aside";
  if (column.repairs > 0) text += "; " + std::to_string(column.repairs) + " values repaired";
  return oneLine(text) + '\n';
}

}  // namespace

std::string planToSql(const Plan& plan) {
  std::string sql = "CREATE SCHEMA IF NOT EXISTS " + quoteIdentifier(plan.targetSchema) + ";\n";
  sql += "SET search_path = " + quoteIdentifier(plan.targetSchema) + ";\n\n";
  for (const TablePlan& table : plan.tables)
    sql += createTableSql(table) + ";\n\n";
  for (const ObjectPlan& object : plan.objects)
    sql += object.sql + ";\n";
  for (const ViewPlan& view : plan.views)
    sql += view.sql + ";\n";
  for (const TablePlan& table : plan.tables) {
    for (const ColumnPlan& column : table.columns) {
      if (!column.identity || column.identityNext == 1) continue;
      sql += "ALTER TABLE " + quoteIdentifier(table.target) + " ALTER COLUMN " +
             quoteIdentifier(column.target) + " RESTART WITH " +
             std::to_string(column.identityNext) + ";\n";
    }
  }
  return sql;
}

std::string planToText(const Plan& plan) {
  std::string text = "Plan for " + oneLine(plan.sourcePath) + " -> schema " +
                     quoteIdentifier(plan.targetSchema) + "\n\n";
  for (const TablePlan& table : plan.tables) {
    const std::string was =
        table.source == table.target ? "" : " (was " + quoteIdentifier(table.source) + ")";
    text += "  " + oneLine(quoteIdentifier(table.target) + was) + ": " +
            std::to_string(table.rows) + " rows, " + std::to_string(table.bytes) + " bytes\n";
    for (const ColumnPlan& column : table.columns)
      text += columnText(column);
  }
  if (!plan.objects.empty()) text += "\nKeys, indexes and constraints\n";
  for (const ObjectPlan& object : plan.objects)
    text += "  " + oneLine(object.sql) + '\n';
  if (!plan.views.empty()) text += "\nViews\n";
  for (const ViewPlan& view : plan.views)
    text += "  " + oneLine(view.sql) + '\n';
  constexpr std::array levels{Finding::Level::refused, Finding::Level::reported,
                              Finding::Level::warning, Finding::Level::info};
  for (const Finding::Level level : levels) {
    const auto count = std::count_if(plan.findings.begin(), plan.findings.end(),
                                     [level](const Finding& item) { return item.level == level; });
    if (count == 0) continue;
    text += "\n" + std::string(titleOf(level)) + " (" + std::to_string(count) + ")\n";
    for (const Finding& finding : plan.findings) {
      if (finding.level == level) text += findingText(finding);
    }
  }
  return text;
}

}  // namespace repot::migrate
