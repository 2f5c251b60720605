// The report of a rehearsal for machines, for people, and as a page.
#include "engine/plan_page.hpp"
#include "engine/rehearse/rehearse.hpp"

#include <repot/figures_text.hpp>

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace repot::migrate {
namespace {

namespace json = boost::json;

std::string verdict(const RehearsalReport& report) {
  if (report.stages.empty()) return "the migration would be refused";
  if (report.refused()) return "the migration goes well; a sync and a cutover would be refused";
  if (!report.equal) return "the move would fail";
  if (report.hasReported())
    return "the move goes well with --skip-untranslatable: some objects are not carried over";
  return "the move goes well";
}

std::string expectation(const RehearsalReport& report) {
  if (report.stages.empty()) return {};
  std::string text = fmt::format("migrating takes about {}", secondsText(report.migrateSeconds));
  if (report.downtimeSeconds > 0)
    text += fmt::format(", a sync of {} changed rows {}, and in a cutover writers wait for {}",
                        countText(report.changedRows), secondsText(report.syncSeconds),
                        secondsText(report.downtimeSeconds));
  return text;
}

std::string serverText(const RehearsalReport& report) {
  return "PostgreSQL " + report.serverVersion +
         (report.target.empty() ? ", a server made for it" : ", " + report.target);
}

}  // namespace

bool RehearsalReport::hasReported() const {
  return std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.level == Finding::Level::reported;
  });
}

std::string reportToJson(const RehearsalReport& report) {
  json::object stages;
  for (const PhaseTime& stage : report.stages)
    stages[stage.name] = stage.seconds;
  constexpr std::array levels{"info", "warning", "reported", "refused"};
  json::array findings;
  for (const Finding& finding : report.findings) {
    findings.push_back(json::object{{"level", levels[static_cast<std::size_t>(finding.level)]},
                                    {"code", finding.code},
                                    {"object", finding.object},
                                    {"message", finding.message},
                                    {"advice", finding.advice},
                                    {"count", finding.count}});
  }
  return json::serialize(json::object{
             {"format", "repot-rehearsal-report"},
             {"version", RehearsalReport::formatVersion},
             {"source", report.source},
             {"target", report.target.empty() ? json::value() : json::value(report.target)},
             {"server_version", report.serverVersion},
             {"source_bytes", report.sourceBytes},
             {"target_bytes", report.targetBytes},
             {"tables", report.tables},
             {"rows", report.rows},
             {"equal", report.equal},
             {"refusals", json::array(report.refusal.begin(), report.refusal.end())},
             {"faults", json::array(report.faults.begin(), report.faults.end())},
             {"migrate_seconds", report.migrateSeconds},
             {"sync_seconds", report.syncSeconds},
             {"sync_table", report.changedTable},
             {"sync_rows", report.changedRows},
             {"downtime_seconds", report.downtimeSeconds},
             {"stage_seconds", std::move(stages)},
             {"findings", std::move(findings)}}) +
         "\n";
}

std::string reportToText(const RehearsalReport& report) {
  std::string text = fmt::format("rehearsed on {}\n{} in SQLite", serverText(report),
                                 bytesText(static_cast<double>(report.sourceBytes)));
  if (report.targetBytes > 0)
    text += fmt::format(", {} in PostgreSQL; {} tables, {} rows",
                        bytesText(static_cast<double>(report.targetBytes)), report.tables,
                        countText(report.rows));
  text += "\n\n";
  for (const PhaseTime& stage : report.stages)
    text += fmt::format("  {:<9} {:>9}\n", stage.name, secondsText(stage.seconds));
  if (!report.stages.empty()) text += '\n';
  text += findingsToText(report.findings);
  for (const std::string& fault : report.faults)
    text += "fault: " + fault + '\n';
  for (const std::string& refusal : report.refusal)
    text += "refused: " + refusal + '\n';
  const std::string expected = expectation(report);
  if (!expected.empty()) text += "expected: " + expected + '\n';
  return text + "rehearsed: " + verdict(report) + "; nothing was left behind\n";
}

std::string reportToHtml(const RehearsalReport& report, const std::string& exit) {
  Page page("Rehearsal of " + report.source);
  const Page::Tone tone = report.refused() || !report.equal ? Page::Tone::bad
                          : report.hasReported()            ? Page::Tone::warning
                                                            : Page::Tone::good;
  const std::string expected = expectation(report);
  writeVerdict(page, {tone, tone == Page::Tone::bad ? "not yet" : "rehearsed",
                      verdict(report) + (expected.empty() ? "." : ": " + expected + "."), exit});
  Page::Facts facts{{"source", report.source},
                    {"server", serverText(report)},
                    {"size in SQLite", bytesText(static_cast<double>(report.sourceBytes))}};
  if (report.targetBytes > 0) {
    facts.emplace_back("size in PostgreSQL", bytesText(static_cast<double>(report.targetBytes)));
    facts.emplace_back("tables, rows", countText(report.tables) + ", " + countText(report.rows));
  }
  page.facts(facts);
  for (const std::string& refusal : report.refusal)
    page.badge(Page::Tone::bad, "refused", refusal);
  for (const std::string& fault : report.faults)
    page.badge(Page::Tone::bad, "fault", fault);
  if (!report.stages.empty()) {
    double most = 1e-9;
    for (const PhaseTime& stage : report.stages)
      most = std::max(most, stage.seconds);
    Page::Table table{"Stages in their order", {"stage", "time"}, {}};
    for (const PhaseTime& stage : report.stages)
      table.rows.push_back({{stage.name}, {secondsText(stage.seconds), {}, stage.seconds / most}});
    page.heading("Expected times").table(table);
  }
  writeFindings(page, report.findings);
  return std::move(page).finish();
}

}  // namespace repot::migrate
