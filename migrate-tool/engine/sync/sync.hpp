// repot sync: after a migration, brings what changed in the source since. docs/moving-live.md is
// the guide, docs/decisions/0010-sync-by-digests.md tells why it is done so.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/control.hpp"
#include "engine/run/ledger.hpp"
#include "engine/run/progress.hpp"
#include "engine/run/report.hpp"
#include "engine/run/run_owner.hpp"
#include "engine/sync/apply.hpp"
#include "engine/sync/capture.hpp"
#include "engine/sync/changes.hpp"
#include "engine/sync/source_parts.hpp"
#include "engine/sync/sync_report.hpp"

#include <repot/postgresql/silence_watch.hpp>
#include <repot/sqlite/bulk.hpp>
#include <repot/url.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace repot::migrate {

struct SyncOptions {
  std::string schema = "public";
  std::size_t jobs = 2;     ///< Streams that read the source.
  bool copySource = false;  ///< Reads a private copy; see SourceOptions::privateCopy.
  /// The source is fenced off, as by a cutover that goes on; else that is refused.
  bool fenced = false;
  bool remember = false;   ///< Keeps what makes later rounds of the same object cheaper.
  bool overwrite = false;  ///< Takes the source's rows where others changed the target.
  bool dryRun = false;     ///< Only finds what would change.
  /// Adds a log of changes to the source, and reads what that names; see capture.hpp. Not with
  /// dryRun and copySource.
  bool capture = false;
  std::chrono::milliseconds silentAfter{30'000};
};

/// Rounds of synchronisation of one source with one target, which is claimed for as long as this
/// lives. Thread-safety: one thread at a time.
class Syncer {
 public:
  /// Claims the target and reads its ledger. Throws StageError: `target`, or `refused` where no
  /// finished migration of this source is in it.
  Syncer(std::string sourcePath, const DatabaseUrl& target, SyncOptions options,
         Progress& progress);

  /// Whether the files tell that nothing was written since the last round that was committed. Never
  /// so after round(), which has the source open.
  bool unchangedByFiles() const;
  /// Whether somebody wrote to the source since the last round of this object.
  bool sourceChanged();
  /// Reads the source in one snapshot, and makes the target equal to that: all or nothing. Throws
  /// StageError; the target is then as it was. A report with foreign() changed nothing.
  SyncReport round();
  /// Bounds what the server may take for each statement of the next rounds; 0: nothing.
  void limitStatements(std::chrono::milliseconds limit) { statementLimit_ = limit; }
  /// Whether the target holds what the ledger says, every row of it, and objects as planned; what
  /// does not, as sentences. Reads all of the target. Throws StageError.
  std::vector<std::string> targetFaults();
  /// Indexes, constraints and identities that are not as planned, after a round that was committed.
  std::vector<std::string> objectFaults();
  /// The report of a round that was not needed.
  SyncReport nothingToDo() const;
  const RunRecord& run() const noexcept { return run_; }

 private:
  void readLedger();
  void openSource();
  SourceSchema checkSchemas();
  /// What a round found so far.
  struct Found {
    SourceTables source;
    std::vector<bool> whole;  ///< By table: it was read as a whole.
    std::vector<StagedTable> staged;
  };
  Found readSource();
  void readWhole(Found& found, const std::vector<bool>& tables);
  ChangeTask taskOf(postgresql::BulkConnection& target, const Found& found, std::size_t table,
                    bool stage);
  void findAll(postgresql::BulkConnection& target, Found& found, SyncReport& report);
  void findIn(postgresql::BulkConnection& target, Found& found, std::size_t table,
              TableChange& change);
  void establishCapture(const std::string& since, SyncReport& report);
  std::vector<RowMemory> newMemory(const std::vector<PartDigests>& known) const;
  void lock(postgresql::BulkConnection& target);
  void commit(postgresql::BulkConnection& target);
  void change(postgresql::BulkConnection& target, SyncReport& report);
  void setSequences(postgresql::BulkConnection& target);
  std::vector<std::string> ledgerSql(const std::vector<PartDigests>& now);
  void throwStaged(const Error& error);

  const std::string path_;
  const DatabaseUrl url_;
  const SyncOptions options_;
  Progress& progress_;
  const postgresql::SilenceWatch watch_;
  Control control_;
  RunOwner owner_;
  RunRecord run_;
  SyncRecord record_;
  Plan plan_;
  std::vector<std::vector<ChunkRecord>> chunks_;  ///< By the plan's tables.
  std::vector<PartDigests> known_;
  std::optional<Capture> capture_;
  std::vector<RowMemory> memory_;  ///< By table, of the last round; empty: of none.
  std::string fileState_;
  std::chrono::milliseconds statementLimit_{0};
  std::optional<sqlite::SqliteSource> source_;
};

}  // namespace repot::migrate
