// Standbys of a target: a migration may wait until they have replayed it, and may read back there
// what it loaded, in place of on the primary.
#pragma once

#include "engine/run/control.hpp"
#include "engine/run/progress.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace repot::migrate {

/// Which standbys are to have replayed a run before it counts as done.
struct StandbyWish {
  bool all = false;                ///< That stream when the run begins.
  std::size_t count = 0;           ///< So many, whichever.
  std::vector<std::string> names;  ///< These, by their application_name.
  bool any() const { return all || count > 0 || !names.empty(); }
};
/// "all", a number, or names with commas between them. Throws Error(usage).
StandbyWish parseStandbyWish(std::string_view text);

/// As the primary tells of it.
struct Standby {
  std::string name;
  std::string state;        ///< Of pg_stat_replication; "gone" where it does not stream any more.
  std::string sync;         ///< "async", "potential", "sync" or "quorum".
  std::int64_t behind = 0;  ///< Bytes of the log that it had still to replay.
  bool replayed = false;    ///< Everything up to the run's commit.
};

/// Makes of `all` a number. Throws Error (permission, notFound) where the primary does not tell of
/// its standbys to this role, or they are fewer than is wished.
void requireStandbys(Control& primary, StandbyWish& wish);
/// Waits until as many as is wished have replayed all that is committed by now, but not longer than
/// `patience`; all of them as they are then. `reached`: whether they have.
std::vector<Standby> awaitStandbys(Control& primary, const StandbyWish& wish,
                                   std::chrono::milliseconds patience, Progress& progress,
                                   bool& reached);

/// Throws Error(schema) where `standby` is no standby of `primary`, as far as both tell.
void requireStandbyOf(Control& primary, Control& standby);
/// Waits until `standby` has replayed what the run has committed by now, and finds the run in its
/// ledger there. Throws Error(timeout) after `patience`.
void awaitReplay(Control& primary, Control& standby, const std::string& run,
                 std::chrono::milliseconds patience, Progress& progress);

}  // namespace repot::migrate
