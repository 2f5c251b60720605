// Writes the page of a plan; see plan_page.hpp.
#include "engine/plan_page.hpp"

#include <repot/figures_text.hpp>

#include <algorithm>
#include <array>
#include <iterator>

namespace repot::migrate {
namespace {

using Level = Finding::Level;

struct LevelWords {
  Level level;
  Page::Tone tone;
  const char* word;
  const char* title;
};
constexpr std::array<LevelWords, 4> levels{{
    {Level::refused, Page::Tone::bad, "refused", "Refused: nothing is written until it is settled"},
    {Level::reported, Page::Tone::warning, "not carried over", "Not carried over"},
    {Level::warning, Page::Tone::warning, "warning", "Kept, with a difference"},
    {Level::info, Page::Tone::neutral, "note", "To know"},
}};

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines)
    text += (text.empty() ? "" : "\n") + line;
  return text;
}

std::string detailsOf(const Finding& finding) {
  std::string text = joined(finding.examples);
  if (!finding.sql.empty()) text += (text.empty() ? "" : "\n") + finding.sql;
  return text;
}

/// What the type alone does not say.
std::string propertiesOf(const ColumnPlan& column) {
  std::vector<std::string> parts;
  if (column.notNull) parts.emplace_back("not null");
  if (column.identity) parts.push_back("identity, next " + std::to_string(column.identityNext));
  if (column.generatedSql) parts.push_back("generated: " + *column.generatedSql);
  if (column.defaultSql) parts.push_back("default " + *column.defaultSql);
  if (!column.collation.empty()) parts.push_back("collation " + column.collation);
  std::string text;
  for (const std::string& part : parts)
    text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::string reasonOf(const ColumnPlan& column) {
  std::string text = column.reason;
  if (column.misfits > 0) text += "; " + countText(column.misfits) + " values set aside";
  if (column.repairs > 0) text += "; " + countText(column.repairs) + " values repaired";
  return text;
}

void writeSizes(Page& page, const Plan& plan) {
  if (plan.tables.empty()) return;
  std::vector<const TablePlan*> tables;
  std::int64_t most = 1;
  for (const TablePlan& table : plan.tables) {
    tables.push_back(&table);
    most = std::max(most, table.bytes);
  }
  std::stable_sort(tables.begin(), tables.end(),
                   [](const TablePlan* a, const TablePlan* b) { return a->bytes > b->bytes; });
  Page::Table sizes{"Tables, the largest first", {"table", "rows", "bytes of values"}, {}};
  for (const TablePlan* table : tables) {
    sizes.rows.push_back({{table->target},
                          {countText(table->rows)},
                          {bytesText(static_cast<double>(table->bytes)),
                           {},
                           static_cast<double>(table->bytes) / static_cast<double>(most)}});
  }
  page.heading("Tables").table(sizes);
}

void writeObjects(Page& page, const Plan& plan) {
  if (!plan.objects.empty()) {
    Page::Table table{"In the order in which they are made", {"name", "statement"}, {}};
    for (const ObjectPlan& object : plan.objects)
      table.rows.push_back({{object.name}, {object.sql, {}, {}, true}});
    page.heading("Keys, indexes and constraints")
        .foldedTable(countText(std::ssize(plan.objects)) + " statements", table);
  }
  if (plan.views.empty()) return;
  Page::Table table{"Views, each after those that it reads", {"name", "statement"}, {}};
  for (const ViewPlan& view : plan.views)
    table.rows.push_back({{view.shape.target}, {view.sql, {}, {}, true}});
  page.heading("Views").foldedTable(countText(std::ssize(plan.views)) + " statements", table);
}

}  // namespace

std::string countText(std::int64_t count) {
  std::string text = std::to_string(count);
  const std::size_t sign = count < 0 ? 1 : 0;
  for (std::size_t place = text.size(); place > sign + 3;) {
    place -= 3;
    text.insert(place, 1, ',');
  }
  return text;
}

void writeVerdict(Page& page, const Verdict& verdict) {
  page.badge(verdict.tone, verdict.word, verdict.text);
  if (!verdict.exit.empty()) page.paragraph("Exit code " + verdict.exit);
}

void writeFindings(Page& page, const std::vector<Finding>& findings) {
  if (findings.empty()) return;
  page.heading("Findings");
  for (const LevelWords& words : levels) {
    Page::Table table{words.title, {"object", "what", "advice", "examples and SQL"}, {}};
    for (const Finding& finding : findings) {
      if (finding.level != words.level) continue;
      table.rows.push_back(
          {{finding.object},
           {finding.message + (finding.count > 0 ? " (" + countText(finding.count) + ")" : "") +
            " [" + finding.code + "]"},
           {finding.advice, {}, {}, finding.advice.find('\n') != std::string::npos},
           {detailsOf(finding), {}, {}, true}});
    }
    if (table.rows.empty()) continue;
    page.badge(words.tone, words.word, countText(std::ssize(table.rows)));
    // Notes are many, and nothing has to be done about them.
    words.level == Level::info ? page.foldedTable("The notes", table) : page.table(table);
  }
}

void writeTypes(Page& page, const std::vector<TablePlan>& tables) {
  if (tables.empty()) return;
  page.heading("Types, and why");
  for (const TablePlan& table : tables) {
    Page::Table columns{
        "Columns of " + table.target, {"column", "declared", "type", "why", "properties"}, {}};
    for (const ColumnPlan& column : table.columns) {
      columns.rows.push_back(
          {{column.target == column.source ? column.target
                                           : column.target + " (was " + column.source + ")"},
           {column.declaredType},
           {typeSql(column)},
           {reasonOf(column)},
           {propertiesOf(column)}});
    }
    const std::string was = table.source == table.target ? "" : " (was " + table.source + ")";
    page.foldedTable(table.target + was, columns);
  }
}

std::string planToHtml(const Plan& plan, const Verdict& verdict,
                       const std::vector<std::string>& problems, const std::string& next) {
  Page page("Plan for " + plan.sourcePath);
  writeVerdict(page, verdict);
  if (!problems.empty()) {
    Page::Table table{
        "A migration would be refused for these", {"no.", "problem of the target"}, {}};
    for (const std::string& problem : problems)
      table.rows.push_back({{countText(std::ssize(table.rows) + 1)}, {problem}});
    page.heading("The target").table(table);
  }
  if (!next.empty()) page.paragraph("Next:").command(next);
  std::int64_t rows = 0;
  for (const TablePlan& table : plan.tables)
    rows += table.rows;
  Page::Facts facts{{"source", plan.sourcePath},
                    {"size of the file", bytesText(static_cast<double>(plan.sourceBytes))},
                    {"into the schema", plan.targetSchema},
                    {"tables", countText(std::ssize(plan.tables))},
                    {"rows", countText(rows)},
                    {"keys, indexes and constraints", countText(std::ssize(plan.objects))},
                    {"views", countText(std::ssize(plan.views))}};
  if (!plan.quarantine.empty()) facts.emplace_back("quarantine", plan.quarantine);
  page.facts(facts);
  writeFindings(page, plan.findings);
  writeSizes(page, plan);
  writeTypes(page, plan.tables);
  writeObjects(page, plan);
  return std::move(page).finish();
}

}  // namespace repot::migrate
