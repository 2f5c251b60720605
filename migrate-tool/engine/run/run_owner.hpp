// The right to work on a schema of a target: one run at a time has it, and nobody else's sessions
// are in its way. See docs/decisions/0009-ledger-and-recovery.md.
#pragma once

#include "engine/run/control.hpp"
#include "engine/run/ledger.hpp"
#include "engine/run/progress.hpp"

#include <repot/url.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace repot::migrate {

class RunOwner {
 public:
  RunOwner(Control& control, const DatabaseUrl& target, std::string targetSchema);
  /// Takes the lock of the schema, which is the control session's as long as that lives, and looks
  /// whether a run was left there. Throws Error(conflict) that names the one who has it.
  void claim();

  /// A run that was stopped, until begin() or goOn().
  const std::optional<RunRecord>& left() const noexcept { return left_; }
  /// Where nothing is left: what the ledger knows of the last run that was finished.
  std::optional<RunRecord> finished();

  /// Writes a new run into the ledger.
  void begin(const std::string& source, const std::string& sourceIdentity,
             const std::string& options);
  /// Goes on with the run that is left: ends what its sessions still do, and waits for that.
  void goOn();
  /// After a connection that was lost before begin() or goOn() came to its end: claim() again by a
  /// new one. Tries as recover() does.
  void claimAgain(std::chrono::steady_clock::time_point lost, std::chrono::milliseconds patience,
                  Progress& progress);
  /// After a lost connection: a new one, the lock and the run again. Tries until `patience` is over
  /// since `lost`; throws the last failure then, and Error(conflict) where somebody else has taken
  /// the run over. False where it is published, as the ledger tells.
  bool recover(std::chrono::steady_clock::time_point lost, std::chrono::milliseconds patience,
               Progress& progress);

  const RunRecord& record() const noexcept { return record_; }
  /// For every session of the run: they bear its name.
  DatabaseUrl target() const;
  std::string trialSchema() const { return record_.stagingSchema + "_trial"; }
  /// Notes that the tables are there.
  void loading(const std::string& planDigest);
  bool hasChunks() { return !ledger_.chunks(record_.run).empty(); }
  /// Removes the run's schemas and its rows in the ledger.
  void remove();

 private:
  bool takeUp();
  void lock();
  bool tryLock();
  std::string holder();
  void bearName();
  void endSessions(const std::string& pattern);

  Control& control_;
  const DatabaseUrl target_;
  const std::string targetSchema_;
  Ledger ledger_;
  std::optional<RunRecord> left_;
  RunRecord record_;
  std::string name_;  ///< Of its sessions.
};

}  // namespace repot::migrate
