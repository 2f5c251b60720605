// The report for people; see report.hpp.
#include "engine/run/report.hpp"

#include <repot/figures_text.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace repot::migrate {
namespace {

std::string_view heading(Finding::Level level) {
  switch (level) {
    case Finding::Level::info:
      return "note";
    case Finding::Level::warning:
      return "warning";
    case Finding::Level::reported:
      return "not carried over";
    case Finding::Level::refused:
      return "does not fit";
  }
  return "";
}

std::string indented(const std::string& text) {
  std::string result = "      ";
  for (const char c : text) {
    result += c;
    if (c == '\n') result += "      ";
  }
  return result + '\n';
}

/// What became of values that did not arrive as they were.
std::string ledgerLines(const Report& report, std::size_t index) {
  std::string text;
  const TablePlan& table = report.tables[index];
  const TableLoad& load = report.loads[index];
  std::size_t place = 0;
  for (const ColumnPlan& column : table.columns) {
    if (column.generatedSql || place >= load.columns.size()) continue;
    const ColumnLedger& ledger = load.columns[place++];
    const std::int64_t alone = ledger.quarantined - load.rowsSetAside;
    std::string parts;
    const auto add = [&](std::int64_t count, const char* what) {
      if (count > 0) parts += fmt::format("{}{} {}", parts.empty() ? "" : ", ", count, what);
    };
    add(ledger.converted, "converted");
    add(ledger.setNull, "became NULL");
    add(alone, "in the quarantine");
    if (!parts.empty()) text += "    " + column.source + ": " + parts + '\n';
  }
  if (load.rowsSetAside > 0) {
    text += fmt::format("    {} whole rows in the quarantine\n", load.rowsSetAside);
  }
  return text;
}

std::string revertLine(const TableRevert& revert) {
  if (revert.written == 0 && revert.removed == 0) return {};
  return fmt::format("    {} rows stayed as they were, {} written, {} removed\n", revert.kept,
                     revert.written, revert.removed);
}

std::string tableLines(const Report& report) {
  std::size_t width = 5;
  for (const TablePlan& table : report.tables)
    width = std::max(width, table.target.size());
  std::string text = fmt::format("{:<{}}  {:>12}  {:>10}  {:>9}  {}\n", "table", width, "rows",
                                 "bytes", "time", "verified");
  for (std::size_t i = 0; i < report.tables.size(); ++i) {
    const TableVerification& check = report.verification.tables[i];
    const bool loaded = i < report.loads.size();
    text += fmt::format("{:<{}}  {:>12}  {:>10}  {:>9}  {}\n", report.tables[i].target, width,
                        check.source.rows,
                        loaded ? bytesText(static_cast<double>(report.loads[i].bytes)) : "-",
                        secondsText(loaded ? report.loads[i].seconds : check.seconds),
                        check.equal() ? "yes" : "NO");
    if (loaded) text += ledgerLines(report, i);
    if (i < report.reverts.size()) text += revertLine(report.reverts[i]);
    for (const std::string& difference : check.differences)
      text += "    " + difference + '\n';
    if (check.source.rows != check.target.rows) {
      text += fmt::format("    {} rows in the source, {} in the target\n", check.source.rows,
                          check.target.rows);
    }
  }
  return text;
}

std::string resumptionText(const Report::Resumption& resumption) {
  if (resumption.attempt == 1) return {};
  std::string text = fmt::format("resumed: attempt {}, {} chunks were there already",
                                 resumption.attempt, resumption.kept);
  if (resumption.renewed > 0) {
    text += fmt::format("; {} copied anew, as the source has other rows now or a quarantine:",
                        resumption.renewed);
    for (const std::string& table : resumption.tables)
      text += ' ' + table;
  }
  return text + '\n';
}

std::string standbysText(const Report& report) {
  std::string text;
  if (!report.verifiedOn.empty()) text += "read back on the standby " + report.verifiedOn + '\n';
  for (const Standby& standby : report.standbys) {
    text += fmt::format("standby {}: {}, {}: ", standby.name, standby.state,
                        standby.sync.empty() ? "not connected" : standby.sync);
    text += standby.replayed ? "has replayed the run\n"
                             : fmt::format("is {} behind\n",
                                           standby.sync.empty()
                                               ? "who knows how far"
                                               : bytesText(static_cast<double>(standby.behind)));
  }
  if (!report.standbysReached)
    text += "warning: done on the primary, but not replayed in time by the standbys waited for\n";
  if (!report.acknowledged)
    text +=
        "warning: committed on the primary alone: no synchronous standby acknowledged it in time\n";
  return text;
}

std::string verdict(const Report& report) {
  std::int64_t rows = 0;
  for (const TableVerification& table : report.verification.tables)
    rows += table.source.rows;
  if (!report.verified()) {
    return report.command != "verify" && !report.published
               ? "NOT verified: the target differs from the source; nothing was published\n"
               : "NOT verified: the target differs from the source\n";
  }
  return fmt::format(
      "verified: {} tables, {} rows, every value equal{}\n", report.tables.size(), rows,
      report.hasReported() ? "; some objects were not carried over (see above)" : "");
}

}  // namespace

std::string findingsToText(const std::vector<Finding>& findings) {
  std::vector<const Finding*> sorted;
  for (const Finding& finding : findings)
    sorted.push_back(&finding);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Finding* a, const Finding* b) { return a->level > b->level; });
  std::string text;
  for (const Finding* finding : sorted) {
    text +=
        fmt::format("{}: {}: {}{}\n", heading(finding->level), finding->object, finding->message,
                    finding->count > 0 ? fmt::format(" ({})", finding->count) : "");
    for (const std::string& example : finding->examples)
      text += indented(example);
    if (!finding->sql.empty()) text += indented(finding->sql);
    if (!finding->advice.empty()) text += "    → " + indented(finding->advice).substr(6);
  }
  return text;
}

std::string reportToText(const Report& report) {
  std::string text = tableLines(report);
  for (const std::string& fault : report.verification.objectFaults)
    text += "fault: " + fault + '\n';
  if (!report.findings.empty()) text += '\n' + findingsToText(report.findings);
  text += resumptionText(report.resumption) + standbysText(report);
  if (report.sourceChanged) {
    text +=
        "warning: the source was written to after the snapshot; those changes are not in the "
        "target\n";
  }
  text += '\n';
  std::string phases;
  for (const PhaseTime& phase : report.phases) {
    phases += (phases.empty() ? "" : ", ") + phase.name + ' ' + secondsText(phase.seconds);
  }
  if (!phases.empty()) text += "time: " + phases + '\n';
  return text + verdict(report);
}

}  // namespace repot::migrate
