// Keys, indexes, checks, foreign keys, identity positions and statistics, after the rows are there.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/progress.hpp"

#include <repot/url.hpp>

#include <string>
#include <vector>

namespace repot::migrate {

struct FinishOptions {
  std::size_t jobs = 2;
  /// Go on without an index that PostgreSQL cannot build, and report it.
  bool skipUntranslatable = false;
};

/// Makes every object of the plan; views come later. Returns findings about objects that PostgreSQL
/// refused although the plan had them (an index row beyond its limit); throws Error for all else.
std::vector<Finding> finishTables(const DatabaseUrl& target, const std::string& schema,
                                  const Plan& plan, const FinishOptions& options,
                                  Progress& progress);

}  // namespace repot::migrate
