// The report of a cutover for machines and for people.
#include "engine/cutover/cutover.hpp"

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

}  // namespace repot::migrate
