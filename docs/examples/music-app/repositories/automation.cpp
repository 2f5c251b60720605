#include "repositories/automation.hpp"

namespace music {

using repot::assign;
using repot::increase;
using repot::where;

std::vector<ArtistWatchlist> Watchlists::due(repot::Timestamp moment, std::int64_t limit) {
  // Databases differ in how they add hours to a time, and there are few frequencies: each becomes
  // a criterion of its own.
  auto due = where(&ArtistWatchlist::lastCheckedAt).isNull();
  for (const auto& [hours] : repot::Query(work_).from<ArtistWatchlist>().distinct().select(
           repot::column(&ArtistWatchlist::checkFrequencyHours))) {
    due = due || (where(&ArtistWatchlist::checkFrequencyHours) == hours &&
                  where(&ArtistWatchlist::lastCheckedAt) <= moment - std::chrono::hours(hours));
  }
  return find(where(&ArtistWatchlist::status) == WatchStatus::active && due,
              repot::Selection<ArtistWatchlist>()
                  .orderBy(&ArtistWatchlist::lastCheckedAt)
                  .orderBy(&ArtistWatchlist::id)
                  .limit(limit));
}

void Watchlists::checked(const std::string& id, std::int32_t releases, std::int32_t downloads) {
  updateWhere(where(&ArtistWatchlist::id) == id,
              assign(&ArtistWatchlist::lastCheckedAt, std::optional(now())),
              increase(&ArtistWatchlist::totalReleasesFound, releases),
              increase(&ArtistWatchlist::totalDownloadsTriggered, downloads),
              assign(&ArtistWatchlist::updatedAt, now()));
}

std::vector<FilterRule> FilterRules::enabled(FilterType type) {
  return find(where(&FilterRule::filterType) == type && where(&FilterRule::enabled) == true,
              repot::Selection<FilterRule>()
                  .orderBy(&FilterRule::priority, true)
                  .orderBy(&FilterRule::name));
}

std::vector<AutomationRule> AutomationRules::enabled(Trigger trigger) {
  return find(where(&AutomationRule::trigger) == trigger && where(&AutomationRule::enabled) == true,
              repot::Selection<AutomationRule>()
                  .orderBy(&AutomationRule::priority, true)
                  .orderBy(&AutomationRule::name));
}

void AutomationRules::executed(const std::string& id, bool success) {
  updateWhere(where(&AutomationRule::id) == id, increase(&AutomationRule::totalExecutions, 1),
              increase(&AutomationRule::successfulExecutions, success ? 1 : 0),
              increase(&AutomationRule::failedExecutions, success ? 0 : 1),
              assign(&AutomationRule::lastTriggeredAt, std::optional(now())),
              assign(&AutomationRule::updatedAt, now()));
}

}  // namespace music
