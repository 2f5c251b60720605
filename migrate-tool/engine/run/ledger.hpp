// The ledger: what runs of `repot migrate` did to a target, in its schema `repot`, so that a run
// that was stopped can go on. docs/formats/ledger.md describes the tables.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/control.hpp"
#include "engine/run/load.hpp"
#include "engine/run/table_digest.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace repot::migrate {

/// The schema of the ledger, which is no target of a migration.
inline constexpr const char* ledgerSchema = "repot";

/// How far a run came. What is before `loading` is done anew by whoever goes on with it.
enum class RunState { creating, loading, published };

struct RunRecord {
  std::string run;  ///< Eight hexadecimal digits; they name it in the report and quarantine, too.
  RunState state = RunState::creating;
  std::string targetSchema;
  std::string stagingSchema;
  std::string source;          ///< Its path on `host`, without symbolic links.
  std::string sourceIdentity;  ///< JSON: size, change counter and so on, when the run began.
  std::string planDigest;      ///< Empty until `loading`.
  std::string options;         ///< JSON: the settings of the plan.
  std::string startedAt;       ///< As the server writes a timestamptz.
  std::string finishedAt;      ///< Empty until it is published.
  std::string host;            ///< Of the process that works, or worked, on it;
  std::string process;         ///< its number there,
  std::string backend;         ///< and the process of its control session on the server.
  int attempt = 1;             ///< How often somebody began to work on it.
};

/// A part of a table that was committed together with its record.
struct ChunkRecord {
  static constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  static constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();
  std::string table;  ///< As the target names it.
  /// Rowids; from `lowest` to `highest`: the whole table, whether it has rowids or not.
  KeyRange range{lowest, highest};
  TableLoad load;
  TableDigest digest;  ///< Of the source's rows in canonical form.
  std::string parts;   ///< Their digests part by part: PartDigests::encode().
};

/// What `repot sync` has to know of a finished run.
struct SyncRecord {
  std::string plan;         ///< As it was carried out, in the format of plans.
  std::string sourceState;  ///< As stateOfFile() tells it when it was read last; empty: unknown.
  std::string syncedAt;     ///< Empty: never since the run.
  std::int64_t syncs = 0;   ///< That were committed.
};

/// Reads and writes the ledger through a session. Every function throws Error; one that finds
/// tables of these names that are none of Repot's, or of a newer format, throws Error(conflict).
class Ledger {
 public:
  explicit Ledger(Control& control) : control_(control) {}

  /// The run that is under way, or was stopped, of a schema.
  std::optional<RunRecord> unfinished(const std::string& targetSchema);
  /// The last that was finished.
  std::optional<RunRecord> published(const std::string& targetSchema);
  std::optional<RunRecord> find(const std::string& run);

  /// Writes a new run, and makes the ledger where there is none.
  void begin(const RunRecord& record);
  /// Notes the attempt, and that this process and session work on it.
  void takeOver(const RunRecord& record);
  void setLoading(const std::string& run, const std::string& planDigest);
  /// What a sync goes by once the run is closed, in the format of plans. Not a part of closing, as
  /// the plan of thousands of tables would be there in several copies with that script.
  void notePlan(const std::string& run, std::string plan);
  std::vector<ChunkRecord> chunks(const std::string& run);
  /// Nothing where the run is of a version that did not keep its plan.
  std::optional<SyncRecord> syncRecord(const std::string& run);
  /// Removes the run, and the ledger itself with the last one.
  void remove(const std::string& run);

 private:
  bool exists();
  void requireReadable();
  int format();
  std::optional<RunRecord> select(const std::string& condition, const std::string& value);
  Control& control_;
};

/// Whether this process is the one that works on the run.
bool isThisProcess(const RunRecord& record);

/// Statements for a transaction that does more.
std::string insertChunkSql(const std::string& run, const ChunkRecord& chunk);
/// Of the chunks of a table that begin in `range`.
std::string forgetChunksSql(const std::string& run, const std::string& table,
                            const KeyRange& range);
std::vector<std::string> closeRunSql(const RunRecord& record);
/// Takes a chunk's rows, digests and range anew; its range may begin elsewhere than `first`.
std::string renewChunkSql(const std::string& run, std::int64_t first, const ChunkRecord& chunk);
/// Notes one more sync.
std::string noteSyncSql(const std::string& run, const SyncRecord& record);

}  // namespace repot::migrate
