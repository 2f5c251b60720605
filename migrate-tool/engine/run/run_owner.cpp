// An advisory lock, and sessions known by their name; see run_owner.hpp.
#include "engine/run/run_owner.hpp"

#include "engine/run/staging.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <thread>
#include <utility>

namespace repot::migrate {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// "repo": locks of others are most likely elsewhere.
constexpr const char* lockClass = "1919250543";

/// Each process has a name of its own, so that one that was lost cannot end those of a later one.
std::string sessionsOf(const std::string& run) {
  return "repot-migrate-" + run + "-";
}
std::string sessionName(const std::string& run, int attempt) {
  return sessionsOf(run) + std::to_string(attempt);
}

/// Whoever may not see the sessions of a run cannot know that they are gone.
void requireActivity(Control& control) {
  if (control.value("SELECT pg_catalog.has_table_privilege('pg_catalog.pg_stat_activity', "
                    "'SELECT')") == "t")
    return;
  const std::string role = control.value("SELECT current_user");
  throw Error(ErrorKind::permission,
              "the role \"" + role +
                  "\" may not look for sessions that a stopped run left at the server; run GRANT "
                  "SELECT ON pg_catalog.pg_stat_activity TO " +
                  quoteIdentifier(role));
}

/// Tries until it succeeds, or `patience` is over since `lost`.
template <typename Action>
auto persist(Clock::time_point lost, std::chrono::milliseconds patience, Progress& progress,
             Action action) {
  constexpr auto longestPause = 5000ms;
  progress.begin(Progress::Phase::reconnect, 0);
  for (auto pause = 50ms;; pause = std::min(2 * pause, longestPause)) {
    try {
      return action();
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::connection || Clock::now() + pause - lost > patience) throw;
    }
    const auto until = Clock::now() + pause;
    while (Clock::now() < until) {
      progress.throwIfStopped();
      std::this_thread::sleep_for(std::min<Clock::duration>(until - Clock::now(), 50ms));
    }
  }
}

}  // namespace

RunOwner::RunOwner(Control& control, const DatabaseUrl& target, std::string targetSchema)
    : control_(control), target_(target), targetSchema_(std::move(targetSchema)), ledger_(control) {
  record_.run = newRunName();
  name_ = sessionName(record_.run, record_.attempt);
}

void RunOwner::claim() {
  bearName();
  lock();
  left_ = ledger_.unfinished(targetSchema_);
}

bool RunOwner::tryLock() {
  return control_.value("SELECT pg_catalog.pg_try_advisory_lock(" + std::string(lockClass) +
                            ", pg_catalog.hashtext($1))",
                        {targetSchema_}) == "t";
}

void RunOwner::lock() {
  // The session of a process that just ended may have to be noticed by the server first.
  constexpr auto patience = 2s;
  const auto end = Clock::now() + patience;
  while (!tryLock()) {
    if (Clock::now() > end) throw Error(ErrorKind::conflict, holder());
    std::this_thread::sleep_for(50ms);
  }
}

/// Who has the lock, and what can be done about it.
std::string RunOwner::holder() {
  std::string message = "another run of repot is at work on the schema \"" + targetSchema_ +
                        "\" of this target; nothing was changed. ";
  const auto sessions = control_.query(
      "SELECT l.pid, a.backend_start FROM pg_catalog.pg_locks l "
      "LEFT JOIN pg_catalog.pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory' "
      "AND l.granted AND l.objsubid = 2 AND l.classid = " +
          std::string(lockClass) +
          " AND l.objid::bigint = pg_catalog.hashtext($1)::bigint & 4294967295 AND l.database = "
          "(SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())",
      {targetSchema_});
  if (sessions.empty()) return message + "It ended just now; try again";
  const std::string& backend = sessions[0][0];
  const auto run = ledger_.unfinished(targetSchema_);
  if (run && run->backend == backend) {
    message += "It is the run " + run->run + ", begun at " + run->startedAt + ", of " +
               run->source + " by the process " + run->process + " on the host " + run->host +
               ", in the staging schema " + run->stagingSchema;
  } else {
    message += "It connected at " + sessions[0][1];
  }
  return message + "; its session on the server has the process " + backend +
         ". Wait for its end; if it is dead and the server does not know it yet, end the session "
         "by SELECT pg_terminate_backend(" +
         backend + ")";
}

DatabaseUrl RunOwner::target() const {
  return target_.withOption("application_name", name_);
}

void RunOwner::begin(const std::string& source, const std::string& sourceIdentity,
                     const std::string& options) {
  record_.targetSchema = targetSchema_;
  record_.stagingSchema = stagingSchemaOf(record_.run);
  record_.source = source;
  record_.sourceIdentity = sourceIdentity;
  record_.options = options;
  ledger_.begin(record_);
}

void RunOwner::goOn() {
  if (left_) record_ = *std::exchange(left_, std::nullopt);
  endSessions(sessionsOf(record_.run) + "%");
  ++record_.attempt;
  name_ = sessionName(record_.run, record_.attempt);
  bearName();
  ledger_.takeOver(record_);
}

void RunOwner::bearName() {
  control_.execute("SET application_name = " + quoteLiteral(name_));
  // What nobody sees yet need not be on standbys; the transaction that publishes it waits for them.
  control_.commitLocally();
}

/// Until the last is gone: what it committed is in the ledger then, and it commits nothing more.
void RunOwner::endSessions(const std::string& pattern) {
  constexpr auto patience = 60s;
  const auto end = Clock::now() + patience;
  const std::string others =
      " FROM pg_catalog.pg_stat_activity WHERE application_name LIKE $1 AND datname = "
      "pg_catalog.current_database() AND pid <> pg_catalog.pg_backend_pid()";
  requireActivity(control_);
  for (;;) {
    control_.query("SELECT pg_catalog.pg_terminate_backend(pid)" + others, {pattern});
    if (control_.value("SELECT pg_catalog.count(*)" + others, {pattern}) == "0") return;
    if (Clock::now() > end) {
      throw Error(ErrorKind::busy, "sessions of the run " + record_.run +
                                       " are still at work on the target and do not end");
    }
    std::this_thread::sleep_for(20ms);
  }
}

void RunOwner::claimAgain(Clock::time_point lost, std::chrono::milliseconds patience,
                          Progress& progress) {
  persist(lost, patience, progress, [&] {
    control_.reconnect();
    // The session that was lost may live on at the server, with the lock.
    endSessions(name_);
    claim();
  });
}

bool RunOwner::recover(Clock::time_point lost, std::chrono::milliseconds patience,
                       Progress& progress) {
  return persist(lost, patience, progress, [&] {
    control_.reconnect();
    endSessions(name_);
    bearName();
    lock();
    return takeUp();
  });
}

/// The run as the ledger has it; false where it is published.
bool RunOwner::takeUp() {
  const auto found = ledger_.find(record_.run);
  if (!found) {
    throw Error(ErrorKind::conflict,
                "the ledger of the target has no run " + record_.run +
                    " any more: somebody removed it, or a failover lost it; the "
                    "same command begins anew");
  }
  // The answer to an earlier try may have been lost.
  const bool next = found->attempt == record_.attempt + 1 && isThisProcess(*found);
  if (found->attempt != record_.attempt && !next) {
    throw Error(ErrorKind::conflict, "the process " + found->process + " on the host " +
                                         found->host + " has taken the run over");
  }
  record_ = *found;
  if (record_.state == RunState::published) return false;
  RunRecord again = record_;
  ++again.attempt;
  ledger_.takeOver(again);
  record_ = again;
  return true;
}

void RunOwner::loading(const std::string& planDigest) {
  ledger_.setLoading(record_.run, planDigest);
  record_.state = RunState::loading;
  record_.planDigest = planDigest;
}

void RunOwner::remove() {
  dropStaging(control_, trialSchema());
  dropStaging(control_, record_.stagingSchema);
  ledger_.remove(record_.run);
}

std::optional<RunRecord> RunOwner::finished() {
  return ledger_.published(targetSchema_);
}

}  // namespace repot::migrate
