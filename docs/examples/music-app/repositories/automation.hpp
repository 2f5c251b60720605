// Which artists are due for a look, and which rules apply.
#pragma once

#include "entities/automation.hpp"

#include <vector>

namespace music {

class Watchlists : public repot::Repository<ArtistWatchlist> {
 public:
  explicit Watchlists(repot::UnitOfWork& work) : Repository(work), work_(work) {}
  /// Active ones that were never looked at, or not since their own frequency before `moment`.
  std::vector<ArtistWatchlist> due(repot::Timestamp moment, std::int64_t limit);
  void checked(const std::string& id, std::int32_t releases, std::int32_t downloads);

 private:
  repot::UnitOfWork& work_;
};

class FilterRules : public repot::Repository<FilterRule> {
 public:
  explicit FilterRules(repot::UnitOfWork& work) : Repository(work) {}
  std::vector<FilterRule> enabled(FilterType type);  ///< The highest priority first.
};

class AutomationRules : public repot::Repository<AutomationRule> {
 public:
  explicit AutomationRules(repot::UnitOfWork& work) : Repository(work) {}
  std::vector<AutomationRule> enabled(Trigger trigger);  ///< The highest priority first.
  void executed(const std::string& id, bool success);
};

}  // namespace music
