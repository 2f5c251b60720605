// An assessment as a page; see assess.hpp.
#include "engine/page/chart.hpp"
#include "engine/page/page.hpp"
#include "engine/signals/assess.hpp"

#include <repot/figures_text.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>

namespace repot::migrate {
namespace {

using Level = GrowthSignal::Level;
using std::chrono::sys_seconds;

/// More points than these cannot be told apart.
constexpr std::size_t mostPoints = 240;

Page::Tone toneOf(Level level) {
  return level == Level::act       ? Page::Tone::bad
         : level == Level::prepare ? Page::Tone::warning
                                   : Page::Tone::good;
}

double number(sys_seconds time) {
  return static_cast<double>(time.time_since_epoch().count());
}
std::string whenText(double seconds, bool withTime) {
  const sys_seconds time{std::chrono::seconds(static_cast<std::int64_t>(seconds))};
  if (!withTime) return dateText(time);
  return timeText(time).substr(5, 11).replace(5, 1, " ");  // "11-26 10:30"
}

const GrowthSignal& signalOf(const Assessment& assessment, std::string_view name) {
  return *std::find_if(assessment.signals.begin(), assessment.signals.end(),
                       [&](const GrowthSignal& one) { return one.name == name; });
}

/// The history in at most mostPoints stretches of the same number of samples, each added up.
std::vector<GrowthSample> thinned(const std::vector<GrowthSample>& history) {
  const std::size_t step = history.size() / mostPoints + 1;
  std::vector<GrowthSample> samples;
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (i % step == 0) {
      samples.push_back(history[i]);
      continue;
    }
    GrowthSample& sample = samples.back();
    sample.length = history[i].start + history[i].length - sample.start;
    sample.storage = history[i].storage;
    sample.users = std::max(sample.users, history[i].users);
    sample.work += history[i].work;
  }
  return samples;
}

struct Drawing {
  std::string signal;
  std::string title;
  std::function<double(const GrowthSample&)> value;
  std::function<std::string(double)> text;
};

/// Up to when the trend is drawn: its limit, or as long again as the history is.
Chart::Points forecastOf(const GrowthSignal& size, const Chart::Points& line) {
  if (!size.perDay || *size.perDay <= 0 || line.size() < 2) return {};
  const auto [end, last] = line.back();
  const double horizon = end + std::max(end - line.front().first, 30.0 * 86'400);
  const double until = size.actAt ? std::min(number(*size.actAt), horizon) : horizon;
  return {{end, last}, {until, last + *size.perDay * (until - end) / 86'400}};
}

void draw(Page& page, const Assessment& assessment, const std::vector<GrowthSample>& samples,
          const Drawing& drawing) {
  const GrowthSignal& signal = signalOf(assessment, drawing.signal);
  Chart chart;
  Page::Table table{drawing.title, {"until", drawing.title}, {}};
  for (const GrowthSample& sample : samples) {
    const sys_seconds end = sample.start + sample.length;
    const double value = drawing.value(sample);
    chart.line.emplace_back(number(end), value);
    table.rows.push_back({{timeText(end)}, {drawing.text(value)}});
  }
  if (chart.line.size() < 2) return;
  if (drawing.signal == "size") chart.forecast = forecastOf(signal, chart.line);
  if (signal.prepare && *signal.prepare < signal.act)
    chart.limits.push_back({"prepare", *signal.prepare});
  chart.limits.push_back({"act", signal.act});
  const double last =
      chart.forecast.empty() ? chart.line.back().first : chart.forecast.back().first;
  const bool withTime = last - chart.line.front().first < 4 * 86'400;
  chart.xText = [withTime](double x) { return whenText(x, withTime); };
  chart.yText = drawing.text;
  chart.title = drawing.title;
  chart.describe = signal.measured + (signal.trend.empty() ? "" : ", " + signal.trend);
  page.heading(drawing.title);
  page.figure(chartSvg(chart), signal.measured + "; " + signal.limits +
                                   (signal.trend.empty() ? "" : "; " + signal.trend) +
                                   (chart.forecast.empty() ? "." : ". Dashed: the forecast."));
  page.foldedTable("The figures", table);
}

void writeSignals(Page& page, const Assessment& assessment) {
  Page::Table table{"Each with its limits, trend and evidence",
                    {"signal", "level", "measured", "limits", "trend", "evidence"},
                    {}};
  for (const GrowthSignal& signal : assessment.signals) {
    table.rows.push_back({{signal.name},
                          {std::string(toString(signal.level)), toneOf(signal.level)},
                          {signal.measured},
                          {signal.limits},
                          {signal.trend.empty() ? "–" : signal.trend},
                          {signal.evidence}});
  }
  page.heading("Growth signals").table(table);
}

void writeMove(Page& page, const MoveEstimate& estimate) {
  const std::string about = estimate.isLowerBound() ? "at least " : "about ";
  page.heading("What a migration would take")
      .facts({{"size in PostgreSQL", bytesText(estimate.targetBytes)},
              {"duration", about + secondsText(estimate.seconds)},
              {"downtime of writers", about + secondsText(estimate.seconds)},
              {"rows", std::to_string(estimate.rows)},
              {"measured", estimate.basis}});
}

void writeCharts(Page& page, const Assessment& assessment) {
  const std::vector<GrowthSample> samples = thinned(assessment.history);
  const auto plain = [](double value) { return plainText(value); };
  draw(page, assessment, samples,
       {"size", "Size in use",
        [](const GrowthSample& one) { return static_cast<double>(one.storage.usedBytes()); },
        [](double bytes) { return bytesText(bytes); }});
  draw(page, assessment, samples,
       {"lock-waits", "Lock waits: 95 of 100 writes waited less",
        [](const GrowthSample& one) {
          const auto wait = one.work.lockWaits.quantile(0.95);
          const bool none = wait.count() <= DurationCounts::bounds.front();
          return none ? 0 : std::chrono::duration<double>(wait).count();
        },
        [](double seconds) { return secondsText(seconds); }});
  draw(page, assessment, samples,
       {"busy-errors", "Busy errors an hour",
        [](const GrowthSample& one) {
          const double hours = std::max(1.0, static_cast<double>(one.length.count()) / 3600);
          return static_cast<double>(one.work.busyErrors) / hours;
        },
        plain});
  draw(page, assessment, samples,
       {"users", "Users at the same time",
        [](const GrowthSample& one) { return static_cast<double>(one.users); }, plain});
}

}  // namespace

std::string assessmentToHtml(const Assessment& assessment, const std::string& target) {
  Page page("Assessment of " + assessment.source);
  const Level verdict = assessment.verdict();
  page.paragraph("Judged at " + timeText(assessment.at) + " by Repot.")
      .badge(toneOf(verdict), verdictText(verdict), verdictReason(verdict) + ".")
      .paragraph("Next:")
      .command(nextCommand(assessment, target));
  if (!assessment.historyNote.empty())
    page.badge(Page::Tone::warning, "note", assessment.historyNote);
  if (const std::string free = freePagesText(assessment); !free.empty())
    page.badge(Page::Tone::neutral, "note", free);
  writeSignals(page, assessment);
  if (assessment.estimate) writeMove(page, *assessment.estimate);
  writeCharts(page, assessment);
  Page::Facts settings;
  for (const GrowthField& field : growthFields())
    settings.emplace_back(field.name, plainText(assessment.settings.*field.value));
  page.heading("Limits and declared needs").facts(settings);
  return std::move(page).finish();
}

}  // namespace repot::migrate
