// The report of a cutover for machines and for people.
#include "engine/cutover/cutover.hpp"
#include "engine/plan_page.hpp"
#include "engine/sync/sync_page.hpp"

#include <repot/figures_text.hpp>

#include <boost/json.hpp>
#include <fmt/format.h>

namespace repot::migrate {

namespace json = boost::json;

std::string reportToJson(const CutoverReport& report) {
  json::array rounds;
  for (const SyncReport& round : report.rounds)
    rounds.push_back(json::parse(reportToJson(round)));
  return json::serialize(
             json::object{{"format", "repot-cutover-report"},
                          {"version", CutoverReport::formatVersion},
                          {"source", report.source},
                          {"target", report.target},
                          {"schema", report.schema},
                          {"run", report.run},
                          {"moved", report.moved},
                          {"moved_before", report.before},
                          {"went_on", report.wentOn},
                          {"undone", report.undone},
                          {"downtime_seconds", report.downtimeSeconds},
                          {"faults", json::array(report.faults.begin(), report.faults.end())},
                          {"flips", json::array(report.flips.begin(), report.flips.end())},
                          {"rounds", std::move(rounds)}}) +
         "\n";
}

std::string reportToText(const CutoverReport& report) {
  std::string text;
  for (std::size_t i = 0; i < report.rounds.size(); ++i)
    text += fmt::format("round {}: {}", i + 1, reportToText(report.rounds[i]));
  for (const std::string& fault : report.faults)
    text += "fault: " + fault + '\n';
  for (const std::string& flip : report.flips)
    text += flip + '\n';
  if (report.undone)
    return text + "undone: the application is on SQLite, which takes writes again\n";
  if (report.before) return text + "the application has moved already; nothing was done\n";
  if (report.moved)
    return text + fmt::format("moved to {}: writers waited for {:.3f} s\n", report.target,
                              report.downtimeSeconds);
  return text +
         "NOT done: the target is not what the last sync left there. Where the application has not "
         "moved yet, it goes on in\nSQLite; where it has, `repot revert` brings back what was "
         "written since\n";
}

std::string reportToHtml(const CutoverReport& report, const std::string& exit) {
  Page page("Cutover of " + report.source);
  if (report.moved) {
    const std::string text = report.before
                                 ? "The application had moved already; nothing was done."
                                 : "The application has moved to PostgreSQL. Writers waited for " +
                                       secondsText(report.downtimeSeconds) + ".";
    writeVerdict(page, {Page::Tone::good, "moved", text, exit});
  } else if (report.undone) {
    writeVerdict(page, {Page::Tone::good, "undone",
                        "The application is on SQLite, which takes writes again.", exit});
  } else {
    writeVerdict(page, {Page::Tone::bad, "not done",
                        "The target is not what the last sync left there.", exit});
  }
  page.facts({{"source", report.source},
              {"target", report.target},
              {"schema", report.schema},
              {"run", report.run}});
  for (const std::string& fault : report.faults)
    page.badge(Page::Tone::bad, "fault", fault);
  for (const std::string& flip : report.flips)
    page.badge(Page::Tone::good, "done", flip);
  if (report.rounds.empty()) return std::move(page).finish();
  Page::Table rounds{"Rounds of synchronisation", {"round", "time", "what changed"}, {}};
  for (const SyncReport& round : report.rounds) {
    const bool last = &round == &report.rounds.back();
    rounds.rows.push_back({{countText(std::ssize(rounds.rows) + 1) +
                            (last && report.moved ? ", with writers kept out" : "")},
                           {secondsText(secondsOf(round))},
                           {syncText(round)}});
  }
  page.heading("Rounds").table(rounds);
  for (const SyncReport& round : report.rounds)
    writeSyncedTables(page, round);
  writeFindings(page, report.rounds.back().findings);
  return std::move(page).finish();
}

}  // namespace repot::migrate
