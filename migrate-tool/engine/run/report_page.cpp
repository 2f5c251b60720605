// The report as a page; see report.hpp.
#include "engine/page/chart.hpp"
#include "engine/page/page.hpp"
#include "engine/page/spans.hpp"
#include "engine/plan_page.hpp"
#include "engine/run/report.hpp"

#include <repot/figures_text.hpp>

#include <algorithm>
#include <iterator>
#include <map>

namespace repot::migrate {
namespace {

std::int64_t rowsOf(const Report& report) {
  std::int64_t rows = 0;
  for (const TableVerification& table : report.verification.tables)
    rows += table.source.rows;
  return rows;
}

/// Without the findings, which the page lists.
std::string lastLine(const std::string& message) {
  const std::size_t at = message.find_last_of('\n');
  return at == std::string::npos ? message : message.substr(at + 1);
}

Verdict verdictOf(const Report& report, const std::string& exit) {
  using Tone = Page::Tone;
  if (report.failure) {
    const bool refused = report.failure->stage == "refused";
    const bool listed = refused && !report.findings.empty();
    std::string text = listed ? lastLine(report.failure->message) : report.failure->message;
    if (report.failure->staging.empty()) {
      if (!refused && report.command != "verify") text += "\nNothing was published.";
    } else {
      text += "\nNothing was published. What was loaded is kept out of sight, in the schema " +
              report.failure->staging + ": the same command goes on from there.";
    }
    return {Tone::bad, refused ? "refused" : "failed", text, exit};
  }
  if (!report.verified()) {
    return {
        Tone::bad, "not equal",
        "The target differs from the source." +
            std::string(report.command != "verify" && !report.published ? " Nothing was published."
                                                                        : ""),
        exit};
  }
  const std::string text = countText(std::ssize(report.tables)) + " tables, " +
                           countText(rowsOf(report)) + " rows, every value equal";
  if (report.lags()) {
    return {Tone::warning, "verified", text + "; not yet on the standbys, see below.", exit};
  }
  if (report.hasReported()) {
    return {Tone::warning, "verified", text + "; some objects were not carried over, see below.",
            exit};
  }
  return {Tone::good, "verified", text + ".", exit};
}

Page::Facts factsOf(const Report& report) {
  Page::Facts facts{{"source", report.source},
                    {"target", report.target},
                    {"schema", report.targetSchema},
                    {"begun", timeText(report.timeline.startedAt)},
                    {"duration", secondsText(report.timeline.seconds)}};
  if (report.command != "verify") facts.emplace_back("published", report.published ? "yes" : "no");
  if (!report.run.empty()) facts.emplace_back("run", report.run);
  if (!report.verifiedOn.empty()) facts.emplace_back("read back on", report.verifiedOn);
  if (!report.quarantine.empty()) facts.emplace_back("quarantine", report.quarantine);
  const Report::Resumption& resumption = report.resumption;
  if (resumption.attempt > 1) {
    facts.emplace_back("resumed", "attempt " + countText(resumption.attempt) + ", " +
                                      countText(static_cast<std::int64_t>(resumption.kept)) +
                                      " chunks were there already, " +
                                      countText(static_cast<std::int64_t>(resumption.renewed)) +
                                      " copied anew");
  }
  return facts;
}

/// Rows a second between two samples; nought where no rows are read or written.
Chart::Points speedOf(const Timeline& timeline) {
  Chart::Points points{{0, 0}};
  for (const Timeline::Span& span : timeline.spans) {
    if (span.phase != Progress::Phase::load && span.phase != Progress::Phase::verify) continue;
    double before = span.begin;
    std::int64_t rows = 0;
    points.emplace_back(before, 0);
    const auto upTo = [&](double at, std::int64_t done) {
      if (done < rows) rows = 0;  // The phase was begun anew.
      if (at - before < 1e-3) return;
      const double speed = static_cast<double>(done - rows) / (at - before);
      points.emplace_back(before, speed);
      points.emplace_back(at, speed);
      before = at;
      rows = done;
    };
    for (const Timeline::Sample& sample : timeline.samples) {
      if (sample.phase == span.phase && sample.at > span.begin && sample.at < span.end)
        upTo(sample.at, sample.rows);
    }
    upTo(span.end, std::max(span.rows, rows));
    points.emplace_back(span.end, 0);
  }
  points.emplace_back(timeline.seconds, 0);
  return points;
}

void writeTimeline(Page& page, const Timeline& timeline) {
  if (timeline.spans.empty()) return;
  Spans spans;
  spans.title = "Phases over time";
  spans.end = timeline.seconds;
  spans.text = [](double seconds) { return secondsText(seconds); };
  Page::Table figures{"Phases in their order", {"phase", "from", "to", "duration", "rows"}, {}};
  const Timeline::Span* longest = &timeline.spans.front();
  for (const Timeline::Span& span : timeline.spans) {
    const std::string name(toString(span.phase));
    spans.spans.push_back({name, span.begin, span.end});
    figures.rows.push_back({{name},
                            {secondsText(span.begin)},
                            {secondsText(span.end)},
                            {secondsText(span.end - span.begin)},
                            {countText(span.rows)}});
    if (span.end - span.begin > longest->end - longest->begin) longest = &span;
  }
  spans.describe = countText(std::ssize(timeline.spans)) + " phases in " +
                   secondsText(timeline.seconds) + ", the longest " +
                   std::string(toString(longest->phase)) + " with " +
                   secondsText(longest->end - longest->begin);
  page.heading("Time line").figure(spansSvg(spans), spans.describe + ".");
  page.foldedTable("The figures", figures);
  Chart chart;
  chart.line = speedOf(timeline);
  const double most =
      std::max_element(chart.line.begin(), chart.line.end(), [](const auto& a, const auto& b) {
        return a.second < b.second;
      })->second;
  if (most <= 0) return;
  chart.title = "Rows a second";
  chart.describe = "at most " + countText(static_cast<std::int64_t>(most)) + " rows a second";
  chart.xText = [](double seconds) { return secondsText(seconds); };
  chart.yText = [](double rows) { return countText(static_cast<std::int64_t>(rows)); };
  page.figure(chartSvg(chart),
              "Rows a second while loading and verifying, " + chart.describe + ".");
}

/// What became of the values of a table that did not arrive as they were.
std::string fateOf(const TablePlan& table, const TableLoad& load) {
  std::string text;
  const auto add = [&](const std::string& line) { text += (text.empty() ? "" : "\n") + line; };
  if (load.rowsSetAside > 0) add(countText(load.rowsSetAside) + " whole rows in the quarantine");
  std::size_t place = 0;
  for (const ColumnPlan& column : table.columns) {
    if (column.generatedSql || place >= load.columns.size()) continue;
    const ColumnLedger& ledger = load.columns[place++];
    const std::int64_t alone = ledger.quarantined - load.rowsSetAside;
    if (ledger.converted > 0)
      add(column.source + ": " + countText(ledger.converted) + " converted");
    if (ledger.setNull > 0) add(column.source + ": " + countText(ledger.setNull) + " became NULL");
    if (alone > 0) add(column.source + ": " + countText(alone) + " in the quarantine");
  }
  return text;
}

Page::Cell verifiedCell(const Report& report, std::size_t index) {
  if (index >= report.verification.tables.size()) return {"not compared", Page::Tone::neutral};
  return report.verification.tables[index].equal() ? Page::Cell{"equal", Page::Tone::good}
                                                   : Page::Cell{"different", Page::Tone::bad};
}

void writeTables(Page& page, const Report& report) {
  if (report.tables.empty()) return;
  struct Line {
    std::size_t index = 0;
    std::int64_t rows = 0;
    std::int64_t bytes = 0;
  };
  std::vector<Line> lines;
  const bool loaded = !report.loads.empty();
  for (std::size_t i = 0; i < report.tables.size(); ++i) {
    Line line{i, report.tables[i].rows, report.tables[i].bytes};
    if (i < report.verification.tables.size())
      line.rows = report.verification.tables[i].source.rows;
    if (i < report.loads.size()) line.bytes = report.loads[i].bytes;
    lines.push_back(line);
  }
  const auto size = [&](const Line& line) { return loaded ? line.bytes : line.rows; };
  std::stable_sort(lines.begin(), lines.end(),
                   [&](const Line& a, const Line& b) { return size(a) > size(b); });
  const double most = std::max(1.0, static_cast<double>(size(lines.front())));
  Page::Table table{"Tables, the largest first", {"table", "verified", "rows"}, {}};
  if (loaded) table.columns.insert(table.columns.end(), {"bytes", "time", "not as it was"});
  const bool reverted = !report.reverts.empty();
  if (reverted) table.columns.emplace_back("written, removed");
  for (const Line& line : lines) {
    const double share = static_cast<double>(size(line)) / most;
    std::vector<Page::Cell> cells{{report.tables[line.index].target},
                                  verifiedCell(report, line.index),
                                  {countText(line.rows)}};
    if (!loaded) cells.back().share = share;
    if (loaded) {
      const TableLoad& load = report.loads[line.index];
      cells.push_back({bytesText(static_cast<double>(line.bytes)), {}, share});
      cells.push_back({secondsText(load.seconds)});
      cells.push_back({fateOf(report.tables[line.index], load), {}, {}, true});
    }
    if (reverted) {
      const bool done = line.index < report.reverts.size();
      const TableRevert revert = done ? report.reverts[line.index] : TableRevert();
      cells.push_back({countText(revert.written) + ", " + countText(revert.removed)});
    }
    table.rows.push_back(std::move(cells));
  }
  page.heading("Tables").table(table);
}

std::string keyText(const RowDifference& row) {
  std::string text;
  for (const auto& [column, value] : row.key)
    text += (text.empty() ? "" : ", ") + column + "=" + value;
  return text;
}

void writeDifferences(Page& page, const Report& report) {
  /// More would be a page that nobody opens; the JSON has them all.
  constexpr std::size_t mostCells = 500;
  Page::Table rows{"Rows that differ; of each table the first",
                   {"table", "row", "column", "source", "target"},
                   {}};
  Page::Table tables{
      "Tables that differ", {"table", "rows of the source", "rows of the target", "what"}, {}};
  using Kind = RowDifference::Kind;
  for (std::size_t i = 0; i < report.verification.tables.size(); ++i) {
    const TableVerification& check = report.verification.tables[i];
    if (check.equal()) continue;
    const std::string& name = report.tables[i].target;
    std::string what;
    for (const std::string& difference : check.differences)
      what += (what.empty() ? "" : "\n") + difference;
    tables.rows.push_back({{name},
                           {countText(check.source.rows)},
                           {countText(check.target.rows)},
                           {what, {}, {}, true}});
    for (const RowDifference& row : check.rows) {
      for (const RowDifference::Cell& cell : row.cells) {
        if (rows.rows.size() >= mostCells) break;
        rows.rows.push_back({{name},
                             {keyText(row)},
                             {cell.column},
                             {row.kind == Kind::extra ? "no such row" : cell.source},
                             {row.kind == Kind::missing ? "no such row" : cell.target}});
      }
    }
  }
  const std::vector<std::string>& faults = report.verification.objectFaults;
  if (tables.rows.empty() && faults.empty()) return;
  page.heading("Differences");
  if (!tables.rows.empty()) page.table(tables);
  if (!rows.rows.empty()) page.foldedTable("The rows", rows);
  if (faults.empty()) return;
  Page::Table objects{"Keys, indexes, constraints, sequences and the like", {"no.", "fault"}, {}};
  for (const std::string& fault : faults)
    objects.rows.push_back({{countText(std::ssize(objects.rows) + 1)}, {fault}});
  page.table(objects);
}

void writeStandbys(Page& page, const Report& report) {
  if (!report.acknowledged) {
    page.badge(Page::Tone::warning, "warning",
               "Committed on the primary alone: no synchronous standby acknowledged it in time.");
  }
  if (report.standbys.empty()) return;
  Page::Table table{
      "Standbys of the target", {"standby", "state", "kind", "replayed", "behind"}, {}};
  for (const Standby& standby : report.standbys) {
    table.rows.push_back(
        {{standby.name},
         {standby.state},
         {standby.sync.empty() ? "-" : standby.sync},
         {standby.replayed ? "yes" : "no",
          standby.replayed ? Page::Tone::good : Page::Tone::warning},
         {standby.sync.empty() ? "-" : bytesText(static_cast<double>(standby.behind))}});
  }
  page.heading("Standbys").table(table);
}

void writeSignals(Page& page, const Report& report) {
  if (report.signals.empty()) return;
  Page::Table table{"Growth signals", {"signal", "level", "measured", "limits"}, {}};
  for (const GrowthSignal& signal : report.signals) {
    const bool reached = signal.level != GrowthSignal::Level::none;
    table.rows.push_back(
        {{signal.name},
         {std::string(toString(signal.level)), reached ? Page::Tone::warning : Page::Tone::neutral},
         {signal.measured},
         {signal.limits}});
  }
  page.heading("Why the source is left").table(table);
}

std::string titleOf(const Report& report) {
  if (report.command == "verify") return "Verification of " + report.source;
  if (report.command == "revert") return "Way back to " + report.source;
  return "Migration of " + report.source;
}

}  // namespace

std::string reportToHtml(const Report& report, const std::string& exit) {
  Page page(titleOf(report));
  writeVerdict(page, verdictOf(report, exit));
  if (report.sourceChanged) {
    page.badge(
        Page::Tone::warning, "warning",
        "The source was written to after the snapshot; those changes are not in the target.");
  }
  page.facts(factsOf(report));
  writeStandbys(page, report);
  writeDifferences(page, report);
  writeFindings(page, report.findings);
  writeTimeline(page, report.timeline);
  writeTables(page, report);
  writeTypes(page, report.tables);
  writeSignals(page, report);
  return std::move(page).finish();
}

}  // namespace repot::migrate
