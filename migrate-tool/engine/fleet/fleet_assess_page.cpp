// The assessment of a fleet as a page; see fleet_assess.hpp.
#include "engine/fleet/fleet_assess.hpp"
#include "engine/page/page.hpp"
#include "engine/plan_page.hpp"

#include <repot/figures_text.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace repot::migrate {
namespace {

using Level = GrowthSignal::Level;

Page::Tone toneOf(Level level) {
  return level == Level::act       ? Page::Tone::bad
         : level == Level::prepare ? Page::Tone::warning
                                   : Page::Tone::good;
}

std::string bytes(std::int64_t count) {
  return bytesText(static_cast<double>(count));
}

std::string number(std::size_t count) {
  return countText(static_cast<std::int64_t>(count));
}

void writeSizes(Page& page, const FleetAssessment& fleet) {
  Page::Table table{"Tenants by the size in use", {"size", "tenants", "together"}, {}};
  std::size_t most = 1;
  for (const auto& bucket : fleet.buckets)
    most = std::max(most, bucket.tenants);
  for (std::size_t i = 0; i < fleet.buckets.size(); ++i) {
    const auto& bucket = fleet.buckets[i];
    table.rows.push_back({{rangeText(fleet, i)},
                          {number(bucket.tenants),
                           {},
                           static_cast<double>(bucket.tenants) / static_cast<double>(most)},
                          {bytes(bucket.bytes)}});
  }
  page.heading("Sizes").table(table);
}

void writeNearest(Page& page, const FleetAssessment& fleet) {
  Page::Table table{"The first are to move first",
                    {"file", "level", "of its limit", "signal", "measured", "trend", "size"},
                    {}};
  for (const auto& near : fleet.nearest) {
    table.rows.push_back(
        {{near.source},
         {std::string(toString(near.signal.level)), toneOf(near.signal.level)},
         {fmt::format("{:.0f} %", near.nearness * 100), {}, std::min(near.nearness, 1.0)},
         {near.signal.name},
         {near.signal.measured},
         {near.signal.trend},
         {bytes(near.usedBytes)}});
  }
  page.heading("Nearest to their limits").table(table);
}

}  // namespace

std::string assessmentToHtml(const FleetAssessment& fleet) {
  Page page("repot fleet assess");
  page.badge(toneOf(fleet.verdict()), verdictText(fleet.verdict()),
             fmt::format("{} of {} tenants are near or at a limit.",
                         number(fleet.levels[1] + fleet.levels[2]), number(fleet.tenants)));
  Page::Facts facts{
      {"tenants", number(fleet.tenants)},    {"at", timeText(fleet.at)},
      {"in use", bytes(fleet.usedBytes)},    {"free pages", bytes(fleet.freeBytes)},
      {"move now", number(fleet.levels[2])}, {"prepare", number(fleet.levels[1])},
      {"stay", number(fleet.levels[0])},     {"with a history", number(fleet.histories)}};
  if (fleet.trends > 0) facts.emplace_back("growth a day", bytesText(fleet.perDay));
  for (const auto& [percent, size] : fleet.quantiles) {
    if (percent != 0 && percent != 100)
      facts.emplace_back(std::to_string(percent) + " of 100 up to", bytes(size));
  }
  page.facts(facts);
  if (!fleet.buckets.empty()) writeSizes(page, fleet);
  if (!fleet.nearest.empty()) writeNearest(page, fleet);
  if (fleet.unreadableCount > 0) {
    Page::Table table{"Cannot be read", {"file", "why"}, {}};
    for (const auto& one : fleet.unreadable)
      table.rows.push_back({{one.source}, {one.message}});
    page.heading("Cannot be read: " + number(fleet.unreadableCount)).table(table);
  }
  return std::move(page).finish();
}

}  // namespace repot::migrate
