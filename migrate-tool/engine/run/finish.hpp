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

/// Makes every object of the plan; views come later. What PostgreSQL refuses because of the rows is
/// written into the plan with a finding: an index that it cannot build is no longer part of it, a
/// CHECK that it cannot evaluate in every row is left NOT VALID. Throws Error for all else.
void finishTables(const DatabaseUrl& target, const std::string& schema, Plan& plan,
                  const FinishOptions& options, Progress& progress);

}  // namespace repot::migrate
