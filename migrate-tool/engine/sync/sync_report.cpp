// See sync_report.hpp.
#include "engine/sync/sync_report.hpp"

#include "engine/sync/sync_page.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace repot::migrate {
namespace {

namespace json = boost::json;

std::string captureText(const CaptureReport& capture, const std::string& source) {
  std::string text;
  if (capture.installed) {
    text += fmt::format(
        "added to {}: the table repot_capture and {} triggers repot_capture_*, which write the "
        "keys "
        "of rows that change\ninto it; --capture-stop takes them away\n",
        source, capture.triggers);
    for (const std::string& table : capture.wholeTables)
      text += "read as a whole when something in it changed: " + table + '\n';
  }
  if (!capture.trusted) text += "everything was read: " + capture.reason + '\n';
  return text;
}

std::string verdict(const SyncReport& report) {
  if (!report.faults.empty()) {
    std::string text;
    for (const std::string& fault : report.faults)
      text += "fault: " + fault + '\n';
    return text +
           "DIFFERENT: somebody else changed the target. What changed in the source was written; "
           "--overwrite compares every row\n";
  }
  if (report.foreign()) {
    return "DIFFERENT: rows of the target were changed by somebody else since the last sync; "
           "nothing was written. --overwrite\ntakes the source's rows in their place\n";
  }
  if (report.unchanged) return "nothing was written to the source since the last sync\n";
  const TableChange sum = report.sum();
  const std::string counts = fmt::format("{} rows inserted, {} updated, {} deleted", sum.inserted,
                                         sum.updated, sum.deleted);
  if (report.dryRun) return "would be: " + counts + "; nothing was written\n";
  if (!sum.any()) return fmt::format("equal already ({:.2f} s)\n", secondsOf(report));
  return fmt::format("synchronised: {} ({:.2f} s)\n", counts, secondsOf(report));
}

}  // namespace

TableChange SyncReport::sum() const {
  TableChange sum;
  for (const SyncTable& table : tables) {
    sum.inserted += table.change.inserted;
    sum.updated += table.change.updated;
    sum.deleted += table.change.deleted;
    sum.partsRead += table.change.partsRead;
    sum.foreign = sum.foreign || table.change.foreign;
  }
  return sum;
}

bool SyncReport::foreign() const {
  return (!committed && sum().foreign) || !faults.empty();
}

std::string reportToJson(const SyncReport& report) {
  json::array tables;
  for (const SyncTable& table : report.tables) {
    tables.push_back(json::object{{"source", table.source},
                                  {"target", table.target},
                                  {"rows", table.rows},
                                  {"inserted", table.change.inserted},
                                  {"updated", table.change.updated},
                                  {"deleted", table.change.deleted},
                                  {"parts_read", table.change.partsRead},
                                  {"changed_by_others", table.change.foreign}});
  }
  json::array findings;
  for (const Finding& finding : report.findings) {
    findings.push_back(json::object{{"code", finding.code},
                                    {"object", finding.object},
                                    {"message", finding.message},
                                    {"advice", finding.advice}});
  }
  json::object phases;
  for (const PhaseTime& phase : report.phases)
    phases[phase.name] = phase.seconds;
  const TableChange sum = report.sum();
  json::value capture;
  if (report.capture) {
    capture = json::object{{"installed", report.capture->installed},
                           {"trusted", report.capture->trusted},
                           {"reason", report.capture->reason},
                           {"triggers", report.capture->triggers},
                           {"whole_tables", json::array(report.capture->wholeTables.begin(),
                                                        report.capture->wholeTables.end())}};
  }
  return json::serialize(
             json::object{{"format", "repot-sync-report"},
                          {"version", SyncReport::formatVersion},
                          {"source", report.source},
                          {"target", report.target},
                          {"schema", report.schema},
                          {"run", report.run},
                          {"unchanged", report.unchanged},
                          {"dry_run", report.dryRun},
                          {"committed", report.committed},
                          {"inserted", sum.inserted},
                          {"updated", sum.updated},
                          {"deleted", sum.deleted},
                          {"tables", std::move(tables)},
                          {"capture", std::move(capture)},
                          {"faults", json::array(report.faults.begin(), report.faults.end())},
                          {"findings", std::move(findings)},
                          {"phase_seconds", std::move(phases)}}) +
         "\n";
}

std::string reportToText(const SyncReport& report) {
  std::string text;
  std::size_t width = 5;
  for (const SyncTable& table : report.tables) {
    if (table.change.any() || table.change.foreign) width = std::max(width, table.target.size());
  }
  for (const SyncTable& table : report.tables) {
    if (!table.change.any() && !table.change.foreign) continue;
    if (text.empty()) {
      text = fmt::format("{:<{}}  {:>12}  {:>10}  {:>10}  {:>10}\n", "table", width, "rows",
                         "inserted", "updated", "deleted");
    }
    text += fmt::format("{:<{}}  {:>12}  {:>10}  {:>10}  {:>10}{}\n", table.target, width,
                        table.rows, table.change.inserted, table.change.updated,
                        table.change.deleted, table.change.foreign ? "  changed by others" : "");
  }
  if (report.capture) text += captureText(*report.capture, report.source);
  return text + findingsToText(report.findings) + verdict(report);
}

}  // namespace repot::migrate
