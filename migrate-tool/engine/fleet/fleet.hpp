// A fleet: SQLite files, one for each tenant, each moved by migrate() into a schema of its own of
// one PostgreSQL database, some at the same time.
#pragma once

#include "engine/fleet/shapes.hpp"
#include "engine/fleet/sources.hpp"
#include "engine/run/migrate.hpp"

#include <repot/url.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace repot::migrate {

/// How it ended for one tenant; of plans: how it would.
enum class TenantState {
  moved,       ///< Now, every row equal; or by a plan: would be moved.
  standing,    ///< Finished before, and the file was not written to since; the ledger tells.
  verified,    ///< Finished before, and compared now: equal.
  incomplete,  ///< Moved and equal, without objects that cannot be carried over.
  refused,
  source,  ///< The file is missing, no database, damaged, …
  target,  ///< The server or a right is missing.
  failed,  ///< On the way; nothing of it was published.
  different,
  stopped,  ///< By the operator's wish; the same command goes on.
  waiting,  ///< Was not begun.
};
std::string_view toString(TenantState state) noexcept;
/// All that is wanted of the tenant is there and equal.
bool isDone(TenantState state) noexcept;

/// What is kept of a tenant: as little as the report needs, as there may be many.
struct TenantResult {
  std::string source;
  std::string schema;
  TenantState state = TenantState::waiting;
  std::string message;     ///< Why it is not done; without secrets.
  std::int64_t bytes = 0;  ///< Of the file.
  std::int64_t tables = 0;
  std::int64_t rows = 0;
  double seconds = 0;
  int attempt = 0;             ///< Of its run; 0: none was needed.
  bool sourceChanged = false;  ///< Written to after its snapshot.
  bool concernsAll = false;    ///< The next tenant would meet what ended this one, too.
};

struct FleetOptions {
  /// Of each tenant; its schema and `resume` are set by the fleet.
  MigrateOptions each;
  std::size_t atOnce = 1;       ///< Tenants at the same time.
  bool verifyFinished = false;  ///< Compares also what the ledger says is finished and unchanged.
  bool failFast = false;        ///< Begins no other tenant after one that is not done.
};

/// Shared with whoever draws it.
struct FleetProgress {
  std::atomic<std::size_t> tenants{0}, done{0}, notDone{0};
  /// Bytes of files, those of small ones rounded up, as each tenant has its fixed costs.
  std::atomic<std::int64_t> work{0}, workDone{0};
  std::atomic<bool> stop{false};
};

struct FleetReport {
  static constexpr int formatVersion = 1;
  std::string command;  ///< "fleet migrate" or "fleet plan".
  std::string target;   ///< Without secrets; empty: none was named.
  std::chrono::sys_seconds startedAt{};
  double seconds = 0;
  std::size_t atOnce = 1;
  std::vector<TenantResult> tenants;  ///< In the order of the sources.
  std::vector<std::string> skipped;   ///< Files of folders that are no databases, the first few.
  std::size_t skippedCount = 0;
  std::vector<Shape> shapes;  ///< Of plans: the schemas that the files have, the commonest first.

  std::size_t count(TenantState state) const;
  std::int64_t rows() const;
  std::int64_t bytes() const;
};

/// Moves all tenants, whose names are checked. One that fails stops no other. Throws StageError
/// where the target cannot take any.
FleetReport migrateFleet(const std::vector<Tenant>& tenants, const DatabaseUrl& target,
                         const FleetOptions& options, FleetProgress& progress);

/// What migrateFleet() would do; reads all values of all files and writes nothing. `target`: null
/// where there is none to be asked. `refusals`: by index, of tenants whose names cannot be.
FleetReport planFleet(const std::vector<Tenant>& tenants,
                      const std::map<std::size_t, std::string>& refusals, const DatabaseUrl* target,
                      const FleetOptions& options, FleetProgress& progress);

/// For people: sums, every tenant that is not done (the first few of each kind), and the shapes.
std::string reportToText(const FleetReport& report);
/// JSON of format version 1 with all tenants; see docs/formats/fleet-report.md.
std::string reportToJson(const FleetReport& report);
/// As a page. `exit` is the exit code of the command, and what it means.
std::string reportToHtml(const FleetReport& report, const std::string& exit);

}  // namespace repot::migrate
