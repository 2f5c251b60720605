// What the library does by itself: artists that it watches, and rules of what to take and to do.
#pragma once

#include "entities/common.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace music {

enum class WatchStatus { active, paused };
BOOST_DESCRIBE_ENUM(WatchStatus, active, paused)

struct ArtistWatchlist {
  std::string id;
  std::string artistId;
  WatchStatus status = WatchStatus::active;
  std::int32_t checkFrequencyHours = 24;
  bool autoDownload = true;
  Quality qualityProfile = Quality::high;
  std::optional<repot::Timestamp> lastCheckedAt, lastReleaseDate;
  std::int32_t totalReleasesFound = 0, totalDownloadsTriggered = 0;
  repot::Timestamp createdAt{}, updatedAt{};
};
BOOST_DESCRIBE_STRUCT(ArtistWatchlist, (),
                      (id, artistId, status, checkFrequencyHours, autoDownload, qualityProfile,
                       lastCheckedAt, lastReleaseDate, totalReleasesFound, totalDownloadsTriggered,
                       createdAt, updatedAt))

enum class FilterType { whitelist, blacklist };
BOOST_DESCRIBE_ENUM(FilterType, whitelist, blacklist)
enum class FilterTarget { keyword, user, format, bitrate };
BOOST_DESCRIBE_ENUM(FilterTarget, keyword, user, format, bitrate)

struct FilterRule {
  std::string id;
  std::string name;
  FilterType filterType = FilterType::whitelist;
  FilterTarget target = FilterTarget::keyword;
  std::string pattern;
  bool isRegex = false;
  bool enabled = true;
  std::int32_t priority = 0;
  std::optional<std::string> description;
  repot::Timestamp createdAt{}, updatedAt{};
};
BOOST_DESCRIBE_STRUCT(FilterRule, (),
                      (id, name, filterType, target, pattern, isRegex, enabled, priority,
                       description, createdAt, updatedAt))

// Enumerators are spelt as they are stored.
enum class Trigger { new_release, missing_album, quality_upgrade };
BOOST_DESCRIBE_ENUM(Trigger, new_release, missing_album, quality_upgrade)
enum class RuleAction { search_and_download, notify_only };
BOOST_DESCRIBE_ENUM(RuleAction, search_and_download, notify_only)

struct AutomationRule {
  std::string id;
  std::string name;
  Trigger trigger = Trigger::new_release;
  RuleAction action = RuleAction::notify_only;
  bool enabled = true;
  std::int32_t priority = 0;
  Quality qualityProfile = Quality::high;
  bool applyFilters = true;
  bool autoProcess = true;
  std::optional<std::string> description;
  std::optional<repot::Timestamp> lastTriggeredAt;
  std::int32_t totalExecutions = 0, successfulExecutions = 0, failedExecutions = 0;
  repot::Timestamp createdAt{}, updatedAt{};
};
BOOST_DESCRIBE_STRUCT(AutomationRule, (),
                      (id, name, trigger, action, enabled, priority, qualityProfile, applyFilters,
                       autoProcess, description, lastTriggeredAt, totalExecutions,
                       successfulExecutions, failedExecutions, createdAt, updatedAt))

}  // namespace music

template <>
struct repot::Mapping<music::ArtistWatchlist> {
  static EntityMap<music::ArtistWatchlist> map() {
    using music::ArtistWatchlist;
    return described<ArtistWatchlist>("artist_watchlists",
                                      Roles<ArtistWatchlist>().key(&ArtistWatchlist::id))
        .references(&ArtistWatchlist::artistId, "artists", "id", OnDelete::cascade)
        .index(&ArtistWatchlist::artistId)
        .index(&ArtistWatchlist::status)
        .index(&ArtistWatchlist::lastCheckedAt);
  }
};

template <>
struct repot::Mapping<music::FilterRule> {
  static EntityMap<music::FilterRule> map() {
    using music::FilterRule;
    return described<FilterRule>("filter_rules", Roles<FilterRule>().key(&FilterRule::id))
        .index(&FilterRule::name)
        .index(&FilterRule::filterType)
        .index(&FilterRule::filterType, &FilterRule::enabled)
        .index(&FilterRule::target)
        .index(&FilterRule::enabled)
        .index(&FilterRule::priority);
  }
};

template <>
struct repot::Mapping<music::AutomationRule> {
  static EntityMap<music::AutomationRule> map() {
    using music::AutomationRule;
    return described<AutomationRule>("automation_rules",
                                     Roles<AutomationRule>().key(&AutomationRule::id))
        .index(&AutomationRule::name)
        .index(&AutomationRule::trigger)
        .index(&AutomationRule::trigger, &AutomationRule::enabled)
        .index(&AutomationRule::enabled)
        .index(&AutomationRule::priority);
  }
};
