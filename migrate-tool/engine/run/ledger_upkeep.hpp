// The ledger for whoever moves many files into one target: whether a finished run still stands, and
// that the ledger stays while runs begin and end beside each other.
#pragma once

#include "engine/run/control.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace repot::migrate {

/// What tells without reading any row whether a finished run still stands.
struct FinishedRun {
  std::string run;
  std::string source;
  std::string sourceState;  ///< As in SyncRecord.
  std::int64_t tables = 0;
  std::int64_t missingTables = 0;  ///< That the target no longer has.
};

/// The last that was finished into the schema. Nothing where the run is of a version that did not
/// keep its plan. Throws Error, conflict for tables of these names that are no ledger.
std::optional<FinishedRun> finishedRun(Control& control, const std::string& targetSchema);

/// Notes the state of the file that a finished run was of, unless a sync noted one.
void noteSourceState(Control& control, const std::string& run, const std::string& state);

/// As long as the session lives, or until letLedgerGo(), the last run that goes leaves the ledger.
void keepLedger(Control& control);
/// Ends that, and removes a ledger without runs.
void letLedgerGo(Control& control);

/// Removes a ledger without runs that nobody keeps, and its schema where a run made it and nothing
/// else is in it.
void removeEmptyLedger(Control& control);

}  // namespace repot::migrate
