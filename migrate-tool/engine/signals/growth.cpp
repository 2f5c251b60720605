// The limits of the signals and their words; see growth.hpp.
#include "engine/signals/growth.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace repot::migrate {
namespace {

using Level = GrowthSignal::Level;

// Decimal gigabytes, as disks and tools that list files count them.
constexpr std::int64_t gigabyte = 1'000'000'000;
constexpr std::int64_t sizePrepare = 800'000'000, sizeAct = gigabyte;
constexpr int usersPrepare = 5, usersAct = 10;

std::string bytesText(std::int64_t bytes) {
  if (bytes >= gigabyte / 10) return fmt::format("{:.2f} GB", static_cast<double>(bytes) / 1e9);
  if (bytes >= 1'000'000) return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
  return fmt::format("{:.1f} kB", static_cast<double>(bytes) / 1e3);
}

std::string_view levelText(Level level) {
  switch (level) {
    case Level::none:
      return "not reached";
    case Level::prepare:
      return "prepare";
    case Level::act:
      return "act";
  }
  return "";
}

std::int64_t pragma(sqlite::SqliteSource& source, const char* name) {
  sqlite::Statement statement = source.prepare("PRAGMA main." + std::string(name));
  return statement.step() ? statement.int64(0) : 0;
}

}  // namespace

SourceFigures readFigures(sqlite::SqliteSource& source) {
  return {source.bytes(), pragma(source, "page_count"), pragma(source, "freelist_count"),
          pragma(source, "page_size")};
}

std::vector<GrowthSignal> growthSignals(const SourceFigures& figures, const DeclaredNeeds& needs) {
  const auto above = [](auto value, auto prepare, auto act) {
    return value >= act ? Level::act : value >= prepare ? Level::prepare : Level::none;
  };
  return {
      // Free pages are no reason to move: VACUUM gives them back.
      {"size", bytesText(figures.usedBytes()) + " in use", "prepare from 0.8 GB, act from 1 GB",
       above(figures.usedBytes(), sizePrepare, sizeAct)},
      {"users", needs.users == 0 ? "not said" : std::to_string(needs.users) + " at the same time",
       "prepare above 5, act above 10", above(needs.users, usersPrepare + 1, usersAct + 1)},
      {"regions", std::to_string(needs.regions), "act above 1", above(needs.regions, 2, 2)},
      {"replicas", std::to_string(needs.replicas), "act above 0", above(needs.replicas, 1, 1)},
  };
}

bool anyReached(const std::vector<GrowthSignal>& signals) {
  return std::any_of(signals.begin(), signals.end(),
                     [](const GrowthSignal& signal) { return signal.level != Level::none; });
}

std::string growthToText(const SourceFigures& figures, const std::vector<GrowthSignal>& signals) {
  std::string text;
  for (const GrowthSignal& signal : signals) {
    text += fmt::format("  {:<9} {:<22} {:<12} ({})\n", signal.name, signal.measured,
                        levelText(signal.level), signal.limits);
  }
  if (figures.freePages > figures.pages / 10) {
    text += fmt::format("  {} of {} pages are free: VACUUM makes the file smaller by {}\n",
                        figures.freePages, figures.pages,
                        bytesText(figures.freePages * figures.pageBytes));
  }
  return text;
}

}  // namespace repot::migrate
