// Whether the quarantine holds exactly the values that the plan sets aside.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/progress.hpp"

#include <repot/postgresql/bulk.hpp>
#include <repot/sqlite/bulk.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace repot::migrate {

struct QuarantineCheck {
  std::vector<std::int64_t>
      values;                       ///< Set aside by the source's judgement, per table of the plan.
  std::vector<std::string> faults;  ///< Sentences; empty where both sides agree.
};

/// Reads the source's tables that the plan sets values aside of, and the quarantine in `schema`;
/// compares table, column, key, storage class and bytes of every value. Read-only. Does nothing for
/// a plan without quarantine.
QuarantineCheck checkQuarantine(sqlite::SqliteReader& reader,
                                postgresql::BulkConnection& connection, const std::string& schema,
                                const Plan& plan, Progress& progress);

}  // namespace repot::migrate
