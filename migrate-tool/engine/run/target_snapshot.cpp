// One exported snapshot, taken over by each stream; see target_snapshot.hpp.
#include "engine/run/target_snapshot.hpp"

#include "engine/plan.hpp"

#include <repot/error.hpp>

namespace repot::migrate {
namespace {

// Policies that hide rows from this role are an error then, not a silent difference.
std::string beginning(bool writable) {
  return std::string("BEGIN ISOLATION LEVEL REPEATABLE READ ") +
         (writable ? "READ WRITE" : "READ ONLY") + "; SET LOCAL row_security = off";
}

}  // namespace

TargetSnapshot::TargetSnapshot(Control& control, const DatabaseUrl& target, std::size_t streams)
    : control_(&control) {
  control.execute(beginning(false));
  try {
    snapshot_ = control.value("SELECT pg_catalog.pg_export_snapshot()");
    for (std::size_t i = 0; i < streams; ++i) {
      owned_.push_back(std::make_unique<postgresql::BulkConnection>(target));
      enter(*owned_.back());
      streams_.push_back(owned_.back().get());
    }
  } catch (...) {
    control.execute("ROLLBACK");
    throw;
  }
}

TargetSnapshot::TargetSnapshot(postgresql::BulkConnection& working) : streams_{&working} {}

void TargetSnapshot::enter(postgresql::BulkConnection& connection, bool writable) const {
  connection.execute(beginning(writable));
  connection.execute("SET TRANSACTION SNAPSHOT " + quoteLiteral(snapshot_));
}

TargetSnapshot::~TargetSnapshot() {
  if (control_ == nullptr) return;
  try {
    control_->execute("ROLLBACK");
  } catch (const Error&) {
    // The connection is gone, and the snapshot with it.
  }
}

}  // namespace repot::migrate
