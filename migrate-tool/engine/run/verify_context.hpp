// What the parts of a verification share.
#pragma once

#include "engine/run/control.hpp"
#include "engine/run/migrate.hpp"
#include "engine/run/pairing.hpp"
#include "engine/run/progress.hpp"
#include "engine/run/report.hpp"
#include "engine/run/target_snapshot.hpp"

#include <repot/sqlite/bulk.hpp>
#include <repot/url.hpp>

namespace repot::migrate {

struct VerifyContext {
  const Pairing& pairing;
  sqlite::SqliteReader& reader;
  Control& control;  ///< Within the snapshot.
  TargetSnapshot& snapshot;
  const DatabaseUrl& target;
  const MigrateOptions& options;
  Progress& progress;
  Report& report;  ///< What is found is appended to its faults and findings.

  const std::string& schema() const { return pairing.plan.targetSchema; }
};

}  // namespace repot::migrate
