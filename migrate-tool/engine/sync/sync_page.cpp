// The report of a sync as a page; see sync_page.hpp.
#include "engine/sync/sync_page.hpp"

#include "engine/plan_page.hpp"

#include <repot/figures_text.hpp>

#include <algorithm>

namespace repot::migrate {

double secondsOf(const SyncReport& report) {
  double seconds = 0;
  for (const PhaseTime& phase : report.phases)
    seconds += phase.seconds;
  return seconds;
}

std::string syncText(const SyncReport& report) {
  if (report.unchanged) return "nothing was written to the source since the last sync";
  const TableChange sum = report.sum();
  if (!sum.any()) return "equal already";
  return countText(sum.inserted) + " rows inserted, " + countText(sum.updated) + " updated, " +
         countText(sum.deleted) + " deleted";
}

void writeSyncedTables(Page& page, const SyncReport& report) {
  Page::Table table{
      "Tables that changed", {"table", "rows", "inserted", "updated", "deleted", "by others"}, {}};
  for (const SyncTable& one : report.tables) {
    if (!one.change.any() && !one.change.foreign) continue;
    table.rows.push_back(
        {{one.target},
         {countText(one.rows)},
         {countText(one.change.inserted)},
         {countText(one.change.updated)},
         {countText(one.change.deleted)},
         one.change.foreign ? Page::Cell{"changed", Page::Tone::bad} : Page::Cell{}});
  }
  if (!table.rows.empty()) page.table(table);
}

std::string reportToHtml(const SyncReport& report, const std::string& exit) {
  Page page("Synchronisation of " + report.source);
  if (report.foreign()) {
    writeVerdict(page, {Page::Tone::bad, "different",
                        "Rows of the target were changed by somebody else since the last sync." +
                            std::string(report.committed ? "" : " Nothing was written."),
                        exit});
  } else {
    const std::string text = syncText(report);
    writeVerdict(page, {Page::Tone::good, report.dryRun ? "would be" : "synchronised",
                        report.dryRun ? text + "; nothing was written." : text + ".", exit});
  }
  page.facts({{"source", report.source},
              {"target", report.target},
              {"schema", report.schema},
              {"run", report.run},
              {"duration", secondsText(secondsOf(report))}});
  for (const std::string& fault : report.faults)
    page.badge(Page::Tone::bad, "fault", fault);
  if (report.capture && !report.capture->trusted)
    page.badge(Page::Tone::neutral, "capture",
               "Everything was read: " + report.capture->reason + ".");
  if (!report.tables.empty()) {
    page.heading("Tables");
    writeSyncedTables(page, report);
    if (!report.sum().any() && !report.sum().foreign) page.paragraph("No row changed.");
  }
  if (!report.phases.empty()) {
    Page::Table table{"Phases in their order", {"phase", "time"}, {}};
    const double whole = std::max(secondsOf(report), 1e-9);
    for (const PhaseTime& phase : report.phases)
      table.rows.push_back({{phase.name}, {secondsText(phase.seconds), {}, phase.seconds / whole}});
    page.heading("Time").table(table);
  }
  writeFindings(page, report.findings);
  return std::move(page).finish();
}

}  // namespace repot::migrate
