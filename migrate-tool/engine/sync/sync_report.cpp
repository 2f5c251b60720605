// See sync_report.hpp.
#include "engine/sync/sync_report.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace repot::migrate {
namespace {

namespace json = boost::json;

double secondsOf(const SyncReport& report) {
  double seconds = 0;
  for (const PhaseTime& phase : report.phases)
    seconds += phase.seconds;
  return seconds;
}

std::string verdict(const SyncReport& report) {
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
  return !committed && sum().foreign;
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
  return json::serialize(json::object{{"format", "repot-sync-report"},
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
  return text + findingsToText(report.findings) + verdict(report);
}

}  // namespace repot::migrate
