// The report as JSON; see report.hpp.
#include "engine/run/report.hpp"

#include <repot/figures_text.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>

namespace repot::migrate {
namespace {

namespace json = boost::json;

std::string_view levelName(Finding::Level level) {
  switch (level) {
    case Finding::Level::info:
      return "info";
    case Finding::Level::warning:
      return "warning";
    case Finding::Level::reported:
      return "reported";
    case Finding::Level::refused:
      return "refused";
  }
  return "";
}

std::string_view levelName(ObjectsLevel level) {
  switch (level) {
    case ObjectsLevel::none:
      return "none";
    case ObjectsLevel::sequences:
      return "sequences";
    case ObjectsLevel::structure:
      return "structure";
    case ObjectsLevel::definition:
      return "definition";
  }
  return "";
}

json::array columnsJson(const TablePlan& table, const TableLoad* load) {
  json::array columns;
  std::size_t loaded = 0;
  for (const ColumnPlan& column : table.columns) {
    json::object entry{
        {"source", column.source}, {"target", column.target}, {"type", typeSql(column)}};
    if (!column.generatedSql && load != nullptr && loaded < load->columns.size()) {
      const ColumnLedger& ledger = load->columns[loaded++];
      entry["read"] = ledger.read();
      entry["written"] = ledger.written;
      entry["converted"] = ledger.converted;
      entry["nulls"] = ledger.nulls;
      entry["replaced_by_null"] = ledger.setNull;
      entry["quarantined"] = ledger.quarantined;
    }
    columns.push_back(std::move(entry));
  }
  return columns;
}

json::array differentRowsJson(const std::vector<RowDifference>& rows) {
  using Kind = RowDifference::Kind;
  json::array entries;
  for (const RowDifference& row : rows) {
    json::object key;
    for (const auto& [column, value] : row.key)
      key[column] = value;
    json::array cells;
    for (const RowDifference::Cell& cell : row.cells) {
      json::object entry{{"column", cell.column}};
      if (row.kind != Kind::extra) entry["source"] = cell.source;
      if (row.kind != Kind::missing) entry["target"] = cell.target;
      cells.push_back(std::move(entry));
    }
    entries.push_back(json::object{{"kind", row.kind == Kind::missing ? "missing"
                                            : row.kind == Kind::extra ? "extra"
                                                                      : "changed"},
                                   {"key", std::move(key)},
                                   {"columns", std::move(cells)}});
  }
  return entries;
}

json::object tableJson(const Report& report, std::size_t index) {
  const TablePlan& table = report.tables[index];
  const TableLoad* load = index < report.loads.size() ? &report.loads[index] : nullptr;
  json::object entry{{"source", table.source}, {"target", table.target}};
  if (load != nullptr) {
    entry["bytes"] = load->bytes;
    entry["rows_set_aside"] = load->rowsSetAside;
    entry["seconds"] = load->seconds;
  }
  if (index < report.reverts.size()) {
    const TableRevert& revert = report.reverts[index];
    entry["rows_kept"] = revert.kept;
    entry["rows_written"] = revert.written;
    entry["rows_removed"] = revert.removed;
  }
  entry["columns"] = columnsJson(table, load);
  // Of a run that failed before it compared anything.
  const bool checked = index < report.verification.tables.size();
  entry["verified"] = checked && report.verification.tables[index].equal();
  if (!checked) {
    entry["rows"] = load != nullptr ? load->rows : table.rows;
    return entry;
  }
  const TableVerification& check = report.verification.tables[index];
  entry["rows"] = check.source.rows;
  entry["target_rows"] = check.target.rows;
  entry["source_digest"] = check.source.hex();
  entry["target_digest"] = check.target.hex();
  entry["chunks"] = check.chunks;
  entry["different_chunks"] = check.differentChunks;
  entry["differences"] = json::array(check.differences.begin(), check.differences.end());
  entry["different_rows"] = differentRowsJson(check.rows);
  return entry;
}

std::string_view levelName(GrowthSignal::Level level) {
  switch (level) {
    case GrowthSignal::Level::none:
      return "none";
    case GrowthSignal::Level::prepare:
      return "prepare";
    case GrowthSignal::Level::act:
      return "act";
  }
  return "";
}

json::array signalsJson(const std::vector<GrowthSignal>& signals) {
  json::array entries;
  for (const GrowthSignal& signal : signals) {
    entries.push_back(json::object{{"name", signal.name},
                                   {"measured", signal.measured},
                                   {"limits", signal.limits},
                                   {"level", levelName(signal.level)}});
  }
  return entries;
}

/// Milliseconds: more digits would only be noise.
double rounded(double seconds) {
  return std::round(seconds * 1000) / 1000;
}

json::object timelineJson(const Timeline& timeline) {
  json::array phases;
  for (const Timeline::Span& span : timeline.spans) {
    phases.push_back(json::object{{"name", toString(span.phase)},
                                  {"begin", rounded(span.begin)},
                                  {"end", rounded(span.end)},
                                  {"rows", span.rows}});
  }
  json::array samples;
  for (const Timeline::Sample& sample : timeline.samples) {
    samples.push_back(json::object{
        {"at", rounded(sample.at)}, {"phase", toString(sample.phase)}, {"rows", sample.rows}});
  }
  return {{"started_at", timeText(timeline.startedAt)},
          {"seconds", rounded(timeline.seconds)},
          {"phases", std::move(phases)},
          {"samples", std::move(samples)}};
}

json::array standbysJson(const std::vector<Standby>& standbys) {
  json::array entries;
  for (const Standby& standby : standbys) {
    entries.push_back(json::object{{"name", standby.name},
                                   {"state", standby.state},
                                   {"sync_state", standby.sync},
                                   {"replayed", standby.replayed},
                                   {"bytes_behind", standby.behind}});
  }
  return entries;
}

json::array findingsJson(const std::vector<Finding>& findings) {
  json::array entries;
  for (const Finding& finding : findings) {
    entries.push_back(
        json::object{{"level", levelName(finding.level)},
                     {"code", finding.code},
                     {"object", finding.object},
                     {"message", finding.message},
                     {"advice", finding.advice},
                     {"sql", finding.sql},
                     {"count", finding.count},
                     {"examples", json::array(finding.examples.begin(), finding.examples.end())}});
  }
  return entries;
}

}  // namespace

bool Report::hasReported() const {
  return std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.level == Finding::Level::reported;
  });
}

std::string reportToJson(const Report& report) {
  json::object root;
  root["format"] = "repot-report";
  root["version"] = Report::formatVersion;
  root["command"] = report.command;
  root["source"] = report.source;
  root["target"] = report.target;
  root["schema"] = report.targetSchema;
  root["published"] = report.published;
  root["quarantine"] = report.quarantine;
  root["run"] = report.run;
  const Report::Resumption& resumption = report.resumption;
  root["resumption"] = json::object{
      {"attempt", resumption.attempt},
      {"chunks_kept", resumption.kept},
      {"chunks_renewed", resumption.renewed},
      {"tables_renewed", json::array(resumption.tables.begin(), resumption.tables.end())}};
  root["verified"] = report.verified();
  root["verified_on"] = report.verifiedOn;
  root["standbys"] = standbysJson(report.standbys);
  root["standbys_reached"] = report.standbysReached;
  root["acknowledged"] = report.acknowledged;
  root["source_changed"] = report.sourceChanged;
  root["growth_signals"] = signalsJson(report.signals);
  json::object phases;
  for (const PhaseTime& phase : report.phases)
    phases[phase.name] = phase.seconds;
  root["phase_seconds"] = std::move(phases);
  root["timeline"] = timelineJson(report.timeline);
  if (report.failure) {
    root["failure"] = json::object{{"stage", report.failure->stage},
                                   {"message", report.failure->message},
                                   {"kept_in", report.failure->staging}};
  }
  json::array tables;
  for (std::size_t i = 0; i < report.tables.size(); ++i)
    tables.push_back(tableJson(report, i));
  root["tables"] = std::move(tables);
  root["objects_compared"] = levelName(report.verification.objects);
  root["object_faults"] =
      json::array(report.verification.objectFaults.begin(), report.verification.objectFaults.end());
  root["findings"] = findingsJson(report.findings);
  return json::serialize(root) + "\n";
}

}  // namespace repot::migrate
