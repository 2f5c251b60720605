// One exported snapshot, taken over by each stream; see target_snapshot.hpp.
#include "engine/run/target_snapshot.hpp"

#include "engine/plan.hpp"

#include <repot/error.hpp>

namespace repot::migrate {
namespace {

// Policies that hide rows from this role are an error then, not a silent difference.
constexpr const char* beginReading =
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL row_security = off";

}  // namespace

TargetSnapshot::TargetSnapshot(Control& control, const DatabaseUrl& target, std::size_t streams)
    : control_(&control) {
  control.execute(beginReading);
  try {
    const std::string snapshot = control.value("SELECT pg_catalog.pg_export_snapshot()");
    for (std::size_t i = 0; i < streams; ++i) {
      owned_.push_back(std::make_unique<postgresql::BulkConnection>(target));
      owned_.back()->execute(beginReading);
      owned_.back()->execute("SET TRANSACTION SNAPSHOT " + quoteLiteral(snapshot));
      streams_.push_back(owned_.back().get());
    }
  } catch (...) {
    control.execute("ROLLBACK");
    throw;
  }
}

TargetSnapshot::TargetSnapshot(postgresql::BulkConnection& working) : streams_{&working} {}

TargetSnapshot::~TargetSnapshot() {
  if (control_ == nullptr) return;
  try {
    control_->execute("ROLLBACK");
  } catch (const Error&) {
    // The connection is gone, and the snapshot with it.
  }
}

}  // namespace repot::migrate
