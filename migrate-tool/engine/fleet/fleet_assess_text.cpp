// The assessment of a fleet for people and, as JSON, for machines; see fleet_assess.hpp.
#include "engine/fleet/fleet_assess.hpp"
#include "engine/shell_word.hpp"

#include <repot/figures_text.hpp>

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace repot::migrate {
namespace {

namespace json = boost::json;
using Level = GrowthSignal::Level;

std::string bytes(std::int64_t count) {
  return bytesText(static_cast<double>(count));
}

std::string sizesText(const FleetAssessment& fleet) {
  if (fleet.buckets.empty()) return {};
  std::string text = "\nSizes:\n";
  std::size_t most = 1;
  for (const auto& bucket : fleet.buckets)
    most = std::max(most, bucket.tenants);
  for (std::size_t i = 0; i < fleet.buckets.size(); ++i) {
    constexpr std::size_t width = 30;
    const auto& bucket = fleet.buckets[i];
    const std::size_t drawn = (bucket.tenants * width + most - 1) / most;
    text += fmt::format("  {:<20} {:>7} tenants {:>9}  {}\n", rangeText(fleet, i), bucket.tenants,
                        bytes(bucket.bytes), std::string(drawn, '#'));
  }
  for (const auto& [percent, size] : fleet.quantiles) {
    const std::string name = percent == 0     ? "the smallest"
                             : percent == 100 ? "the largest"
                                              : fmt::format("{} of 100 up to", percent);
    text += fmt::format("  {:<20} {}\n", name, bytes(size));
  }
  return text;
}

std::string nearestText(const FleetAssessment& fleet) {
  if (fleet.nearest.empty()) return {};
  std::string text = "\nNearest to their limits, which are to move first:\n";
  for (const FleetAssessment::Near& near : fleet.nearest) {
    text += fmt::format(
        "  {:>4.0f} %  {:<11} {:<12} {} ({})\n", near.nearness * 100, near.signal.name,
        toString(near.signal.level), near.source,
        near.signal.measured + (near.signal.trend.empty() ? "" : ", " + near.signal.trend));
  }
  return text;
}

std::string nextText(const FleetAssessment& fleet) {
  constexpr std::size_t most = 5;
  std::string files;
  for (const FleetAssessment::Near& near : fleet.nearest) {
    if (near.signal.level == Level::none || &near - fleet.nearest.data() >= std::ptrdiff_t{most})
      break;
    files += ' ' + shellWord(near.source);
  }
  const std::string command =
      fleet.verdict() == Level::act ? "repot fleet migrate" : "repot fleet plan";
  if (fleet.verdict() == Level::none || files.empty()) return "repot fleet assess, in a while";
  return command + files + " postgresql://USER@HOST/DATABASE";
}

}  // namespace

std::string rangeText(const FleetAssessment& assessment, std::size_t bucket) {
  const std::int64_t below = assessment.buckets.at(bucket).below;
  return below <= 1000 ? "below " + bytes(below) : bytes(below / 10) + " to " + bytes(below);
}

std::string assessmentToText(const FleetAssessment& fleet) {
  std::string text = fmt::format("{} tenants at {}: {} in use", fleet.tenants, timeText(fleet.at),
                                 bytes(fleet.usedBytes));
  if (fleet.freeBytes > fleet.usedBytes / 10)
    text += ", " + bytes(fleet.freeBytes) + " more in free pages, which VACUUM gives back";
  text += fmt::format("\n{} of them have a history", fleet.histories);
  if (fleet.trends > 0) {
    text += fmt::format("; {} of these have a trend, together {} a day", fleet.trends,
                        (fleet.perDay < 0 ? "-" : "+") + bytesText(std::abs(fleet.perDay)));
  }
  if (fleet.users > 0) text += fmt::format("; {} users are active", fleet.users);
  text += '\n';
  for (const Level level : {Level::act, Level::prepare, Level::none}) {
    text += fmt::format("  {:>6} {}\n", fleet.levels.at(static_cast<std::size_t>(level)),
                        verdictText(level));
  }
  if (fleet.unreadableCount > 0) {
    text += fmt::format("  {:>6} cannot be read:\n", fleet.unreadableCount);
    for (const auto& one : fleet.unreadable)
      text += "         " + one.message + '\n';
    if (fleet.unreadableCount > fleet.unreadable.size()) text += "         …\n";
  }
  text += sizesText(fleet) + nearestText(fleet);
  text += fmt::format("\nVerdict: {} – {}.\nNext: {}\n", verdictText(fleet.verdict()),
                      fleet.verdict() == Level::none
                          ? "SQLite serves these tenants well"
                          : fmt::format("{} of {} tenants near or at a limit",
                                        fleet.levels[1] + fleet.levels[2], fleet.tenants),
                      nextText(fleet));
  return text;
}

std::string assessmentToJson(const FleetAssessment& fleet) {
  json::object root;
  root["format"] = "repot-fleet-assessment";
  root["version"] = FleetAssessment::formatVersion;
  root["at"] = timeText(fleet.at);
  root["tenants"] = fleet.tenants;
  std::string verdict(verdictText(fleet.verdict()));
  std::replace(verdict.begin(), verdict.end(), ' ', '_');
  root["verdict"] = verdict;
  root["levels"] = json::object{
      {"none", fleet.levels[0]}, {"prepare", fleet.levels[1]}, {"act", fleet.levels[2]}};
  root["used_bytes"] = fleet.usedBytes;
  root["free_bytes"] = fleet.freeBytes;
  root["active_users"] = fleet.users;
  root["histories"] = fleet.histories;
  root["trends"] = fleet.trends;
  root["bytes_per_day"] = static_cast<std::int64_t>(fleet.perDay);
  json::object quantiles;
  for (const auto& [percent, size] : fleet.quantiles)
    quantiles[std::to_string(percent)] = size;
  root["size_quantiles"] = std::move(quantiles);
  json::array buckets;
  for (const auto& bucket : fleet.buckets) {
    buckets.push_back(json::object{
        {"below", bucket.below}, {"tenants", bucket.tenants}, {"bytes", bucket.bytes}});
  }
  root["sizes"] = std::move(buckets);
  json::array nearest;
  for (const auto& near : fleet.nearest) {
    nearest.push_back(json::object{
        {"source", near.source},
        {"signal", near.signal.name},
        {"level", near.signal.level == Level::none ? "none" : toString(near.signal.level)},
        {"measured", near.signal.measured},
        {"trend", near.signal.trend},
        {"nearness", near.nearness},
        {"used_bytes", near.usedBytes}});
  }
  root["nearest"] = std::move(nearest);
  json::array unreadable;
  for (const auto& one : fleet.unreadable)
    unreadable.push_back(json::object{{"source", one.source}, {"message", one.message}});
  root["unreadable"] = std::move(unreadable);
  root["unreadable_count"] = fleet.unreadableCount;
  return json::serialize(root) + '\n';
}

}  // namespace repot::migrate
