// Places in the log, compared; see standbys.hpp.
#include "engine/run/standbys.hpp"

#include "engine/run/ledger.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <charconv>
#include <thread>

namespace repot::migrate {
namespace {

using Clock = std::chrono::steady_clock;

/// Tries `done` until it is true; false where `patience` is over before.
template <typename Done>
bool waitFor(std::chrono::milliseconds patience, Progress& progress, Done done) {
  constexpr std::chrono::milliseconds pause{200};
  progress.begin(Progress::Phase::replay, 0);
  const auto end = Clock::now() + patience;
  for (;;) {
    if (done()) return true;
    if (Clock::now() > end) return false;
    progress.throwIfStopped();
    std::this_thread::sleep_for(pause);
  }
}

/// Where the log is on the disk of the primary; a commit that waits for the disk is before it.
std::string place(Control& primary) {
  return primary.value("SELECT pg_catalog.pg_current_wal_flush_lsn()");
}

/// Those that stream the log as a whole; logical replication has its own ways.
std::vector<Standby> standbysAt(Control& primary, const std::string& place) {
  std::vector<Standby> standbys;
  for (const auto& row : primary.query(
           "SELECT r.application_name, r.state, r.sync_state, "
           "pg_catalog.pg_wal_lsn_diff($1::pg_catalog.pg_lsn, r.replay_lsn)::bigint "
           "FROM pg_catalog.pg_stat_replication r WHERE (r.state IS NULL OR r.state IN ('catchup', "
           "'streaming')) AND NOT EXISTS (SELECT FROM pg_catalog.pg_replication_slots s "
           "WHERE s.active_pid = r.pid AND s.slot_type = 'logical') ORDER BY 1, r.pid",
           {place})) {
    Standby& standby = standbys.emplace_back(Standby{row[0], row[1], row[2]});
    if (row[1].empty()) {
      throw Error(ErrorKind::permission,
                  "the primary does not tell this role how far its standbys are; run GRANT "
                  "pg_monitor TO " +
                      quoteIdentifier(primary.value("SELECT current_user")));
    }
    // None: it has not said yet.
    std::int64_t behind = INT64_MAX;
    std::from_chars(row[3].data(), row[3].data() + row[3].size(), behind);
    standby.replayed = behind <= 0;
    standby.behind = std::max<std::int64_t>(behind, 0);
  }
  return standbys;
}

bool fulfils(const std::vector<Standby>& standbys, const StandbyWish& wish) {
  const auto replayed = [](const Standby& standby) { return standby.replayed; };
  if (wish.all && !std::all_of(standbys.begin(), standbys.end(), replayed)) return false;
  const auto count = std::count_if(standbys.begin(), standbys.end(), replayed);
  if (static_cast<std::size_t>(count) < wish.count) return false;
  return std::all_of(wish.names.begin(), wish.names.end(), [&](const std::string& name) {
    const auto named = [&](const Standby& one) { return one.name == name; };
    return std::any_of(standbys.begin(), standbys.end(), named) &&
           std::all_of(standbys.begin(), standbys.end(),
                       [&](const Standby& one) { return !named(one) || one.replayed; });
  });
}

}  // namespace

StandbyWish parseStandbyWish(std::string_view text) {
  StandbyWish wish;
  if (text == "all") {
    wish.all = true;
    return wish;
  }
  const bool digits = text.find_first_not_of("0123456789") == std::string_view::npos;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), wish.count);
  if (digits && error == std::errc() && wish.count > 0) return wish;
  wish.count = 0;
  if (!digits) {
    for (std::size_t start = 0, comma = 0; comma != std::string_view::npos; start = comma + 1) {
      comma = text.find(',', start);
      wish.names.emplace_back(text.substr(start, comma - start));
    }
    const bool complete = std::none_of(wish.names.begin(), wish.names.end(),
                                       [](const std::string& name) { return name.empty(); });
    if (complete) return wish;
  }
  throw Error(ErrorKind::usage,
              "standbys to wait for are \"all\", a number from 1 on, or their names with commas "
              "between them, as pg_stat_replication calls them");
}

void requireStandbys(Control& primary, StandbyWish& wish) {
  const std::vector<Standby> standbys = standbysAt(primary, place(primary));
  std::string found;
  for (const Standby& standby : standbys)
    found += (found.empty() ? "" : ", ") + quoteIdentifier(standby.name);
  found = found.empty() ? "none streams from the target" : "there are " + found;
  for (const std::string& name : wish.names) {
    const bool there = std::any_of(standbys.begin(), standbys.end(),
                                   [&](const Standby& one) { return one.name == name; });
    if (there) continue;
    throw Error(ErrorKind::notFound,
                "the standby " + quoteIdentifier(name) + " is to be waited for; " + found);
  }
  if (wish.all) wish.count = std::max<std::size_t>(standbys.size(), 1);
  if (standbys.size() >= wish.count) return;
  throw Error(ErrorKind::notFound, std::to_string(wish.count) +
                                       (wish.count == 1 ? " standby is" : " standbys are") +
                                       " to be waited for; " + found);
}

std::vector<Standby> awaitStandbys(Control& primary, const StandbyWish& wish,
                                   std::chrono::milliseconds patience, Progress& progress,
                                   bool& reached) {
  const std::string goal = place(primary);
  std::vector<Standby> standbys;
  reached = waitFor(patience, progress, [&] {
    standbys = standbysAt(primary, goal);
    return fulfils(standbys, wish);
  });
  for (const std::string& name : wish.names) {
    const bool there = std::any_of(standbys.begin(), standbys.end(),
                                   [&](const Standby& one) { return one.name == name; });
    if (!there) standbys.push_back(Standby{name, "gone", ""});
  }
  return standbys;
}

void requireStandbyOf(Control& primary, Control& standby) {
  if (standby.value("SELECT pg_catalog.pg_is_in_recovery()") != "t") {
    throw Error(ErrorKind::schema,
                "the server to verify on is no standby, but a primary of its own");
  }
  const auto clusterOf = [](Control& server) {
    const bool may = server.value(
                         "SELECT pg_catalog.has_function_privilege("
                         "'pg_catalog.pg_control_system()', 'EXECUTE')") == "t";
    return may ? server.value("SELECT system_identifier FROM pg_catalog.pg_control_system()")
               : std::string();
  };
  const std::string ours = clusterOf(primary), theirs = clusterOf(standby);
  // Where a service does not tell, the ledger does, which is the target's own.
  if (ours.empty() || theirs.empty() || ours == theirs) return;
  throw Error(ErrorKind::schema, "the server to verify on is a standby of another primary");
}

void awaitReplay(Control& primary, Control& standby, const std::string& run,
                 std::chrono::milliseconds patience, Progress& progress) {
  // Commits before it may not have waited for the disk; this one does, and for all of them.
  primary.transaction(
      {"SELECT pg_catalog.set_config('synchronous_commit', 'local', true)",
       "UPDATE repot.runs SET updated_at = pg_catalog.now() WHERE run = " + quoteLiteral(run)});
  const std::string goal = place(primary);
  const bool reached = waitFor(patience, progress, [&] {
    return standby.value("SELECT pg_catalog.pg_last_wal_replay_lsn() >= $1::pg_catalog.pg_lsn",
                         {goal}) == "t";
  });
  if (!reached) {
    throw Error(ErrorKind::timeout,
                "the standby to verify on has not replayed what was loaded in " +
                    std::to_string(patience.count() / 1000) + " s: it is at " +
                    standby.value("SELECT pg_catalog.pg_last_wal_replay_lsn()") +
                    " of the log, and is to come to " + goal);
  }
  if (Ledger(standby).find(run)) return;
  throw Error(ErrorKind::conflict, "the server to verify on does not know the run " + run +
                                       ": it is no standby of the target, or of another database");
}

}  // namespace repot::migrate
