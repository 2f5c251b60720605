// The report of a fleet as a page; see fleet.hpp.
#include "engine/fleet/fleet.hpp"
#include "engine/fleet/words.hpp"
#include "engine/plan_page.hpp"

#include <repot/figures_text.hpp>

#include <algorithm>

namespace repot::migrate {
namespace {

using Tone = Page::Tone;

/// A page of more rows helps nobody; the JSON has all.
constexpr std::size_t mostRows = 500;

Tone toneOf(TenantState state) {
  if (isDone(state)) return Tone::good;
  const bool passing = state == TenantState::incomplete || state == TenantState::stopped ||
                       state == TenantState::waiting;
  return passing ? Tone::warning : Tone::bad;
}

Verdict verdictOf(const FleetReport& report, const std::string& exit) {
  Tone worst = Tone::good;
  for (const TenantResult& tenant : report.tenants) {
    const Tone tone = toneOf(tenant.state);
    if (tone == Tone::bad || worst == Tone::good) worst = tone;
  }
  const bool plan = isPlan(report);
  const std::string word = worst == Tone::good      ? plan ? "ready" : "verified"
                           : worst == Tone::warning ? "look"
                                                    : "not all";
  return {worst, word, verdictSentence(report), exit};
}

void writeStates(Page& page, const FleetReport& report) {
  Page::Table table{"Tenants by how they ended", {"tenants", "state"}, {}};
  for (const TenantState state : statesInOrder) {
    const std::size_t count = report.count(state);
    if (count == 0) continue;
    const double share = static_cast<double>(count) / static_cast<double>(report.tenants.size());
    table.rows.push_back({{countText(static_cast<std::int64_t>(count)), {}, share},
                          {std::string(stateWords(state, isPlan(report))), toneOf(state)}});
  }
  page.heading("Tenants").table(table);
}

void writeTenants(Page& page, const FleetReport& report, bool done) {
  Page::Table table{done ? "Done" : "Not done",
                    {"file", "schema", "state", "tables", "rows", "size", "time", "why"},
                    {}};
  std::size_t count = 0;
  for (const TenantResult& tenant : report.tenants) {
    if (isDone(tenant.state) != done || ++count > mostRows) continue;
    table.rows.push_back({{tenant.source},
                          {tenant.schema},
                          {std::string(toString(tenant.state)), toneOf(tenant.state)},
                          {countText(tenant.tables)},
                          {countText(tenant.rows)},
                          {bytesText(static_cast<double>(tenant.bytes))},
                          {secondsText(tenant.seconds)},
                          {tenant.message}});
  }
  if (count == 0) return;
  const std::string all = countText(static_cast<std::int64_t>(count));
  const std::string summary = (done ? "Done: " : "Not done: ") + all +
                              (count > mostRows ? ", of which the first are shown" : "");
  if (done) {
    page.foldedTable(summary, table);
  } else {
    page.subheading(summary).table(table);
  }
}

void writeShapes(Page& page, const std::vector<Shape>& shapes) {
  if (shapes.empty()) return;
  page.heading("Schemas");
  if (shapes.size() == 1) {
    page.paragraph("All files have the same schema.");
    return;
  }
  Page::Table table{"Files with the same schema, the commonest first",
                    {"digest", "tenants", "such as", "differs from the first"},
                    {}};
  for (std::size_t i = 0; i < std::min(shapes.size(), mostRows); ++i) {
    const Shape& shape = shapes[i];
    std::string differences;
    for (const std::string& difference : shape.differences)
      differences += (differences.empty() ? "" : "\n") + difference;
    if (shape.differenceCount > shape.differences.size()) differences += "\n…";
    table.rows.push_back({{shape.digest.substr(0, 8)},
                          {countText(static_cast<std::int64_t>(shape.tenants))},
                          {shape.sources.front()},
                          {differences, {}, {}, true}});
  }
  page.table(table);
}

}  // namespace

std::string reportToHtml(const FleetReport& report, const std::string& exit) {
  Page page("repot " + report.command);
  writeVerdict(page, verdictOf(report, exit));
  Page::Facts facts{{"tenants", countText(std::ssize(report.tenants))},
                    {"size", bytesText(static_cast<double>(report.bytes()))},
                    {"rows", countText(report.rows())},
                    {"begun", timeText(report.startedAt)},
                    {"duration", secondsText(report.seconds)},
                    {"at once", std::to_string(report.atOnce)}};
  if (!report.target.empty()) facts.emplace_back("target", report.target);
  if (report.skippedCount > 0)
    facts.emplace_back("files left out", countText(static_cast<std::int64_t>(report.skippedCount)) +
                                             ", as they are no SQLite databases");
  page.facts(facts);
  writeStates(page, report);
  writeTenants(page, report, false);
  writeShapes(page, report.shapes);
  writeTenants(page, report, true);
  return std::move(page).finish();
}

}  // namespace repot::migrate
