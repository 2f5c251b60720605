// One thread for all sessions, which asks the server only about those that wait for long; see
// silence_watch.hpp.
#include "postgresql/deadline_guard.hpp"

#include <repot/error.hpp>
#include <repot/postgresql/bulk.hpp>
#include <repot/postgresql/silence_watch.hpp>

#include <libpq-fe.h>
#include <sys/socket.h>

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

namespace repot::postgresql {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

std::int64_t now() {
  return Clock::now().time_since_epoch().count();
}

struct Registry {
  std::mutex mutex;
  std::set<WatchedSession*> sessions;
  std::atomic<int> watches{0};
  static Registry& instance() {
    static Registry registry;
    return registry;
  }
};

}  // namespace

WatchedSession::WatchedSession() = default;

WatchedSession::~WatchedSession() {
  forget();
}

void WatchedSession::watch(int socket, int backend) {
  Registry& registry = Registry::instance();
  const std::lock_guard lock(registry.mutex);
  socket_ = socket;
  backend_ = backend;
  registry.sessions.insert(this);
}

void WatchedSession::watchBy(int socket, const std::string& answer) {
  const int backend = std::atoi(answer.c_str());
  backend == 0 ? forget() : watch(socket, backend);
}

void WatchedSession::forget() {
  Registry& registry = Registry::instance();
  const std::lock_guard lock(registry.mutex);
  registry.sessions.erase(this);
}

WatchedSession::Wait::Wait(WatchedSession& session) : session_(session) {
  session_.since_ = now();
}

bool SilenceWatch::active() noexcept {
  return Registry::instance().watches > 0;
}

struct SilenceWatch::State {
  /// A wait, told from the next of the same session by its beginning.
  using Waiting = std::pair<WatchedSession*, std::int64_t>;

  State(DatabaseUrl target, std::chrono::milliseconds waits)
      : url(std::move(target)),
        patience(waits),
        thread([this](const std::stop_token& stop) { run(stop); }) {}

  void run(const std::stop_token& stop);
  std::map<Waiting, int> longWaits();
  std::optional<std::set<int>> atWork();
  void end(const Waiting& waiting);

  const DatabaseUrl url;
  const std::chrono::milliseconds patience;
  std::jthread thread;  ///< The last, as it uses the others.
};

void SilenceWatch::State::run(const std::stop_token& stop) {
  const auto pause = std::clamp<std::chrono::milliseconds>(patience / 10, 50ms, 2000ms);
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  std::set<Waiting> suspected;
  while (!wake.wait_for(lock, stop, pause, [&] { return stop.stop_requested(); })) {
    const std::map<Waiting, int> waits = longWaits();
    const auto working = waits.empty() ? std::nullopt : atWork();
    std::set<Waiting> silent;
    for (const auto& [waiting, backend] : waits) {
      if (working && !working->contains(backend)) silent.insert(waiting);
    }
    for (const Waiting& waiting : silent) {
      if (suspected.contains(waiting)) end(waiting);
    }
    suspected = std::move(silent);
  }
}

std::map<SilenceWatch::State::Waiting, int> SilenceWatch::State::longWaits() {
  const std::int64_t longAgo =
      now() - std::chrono::duration_cast<Clock::duration>(patience).count();
  std::map<Waiting, int> waits;
  Registry& registry = Registry::instance();
  const std::lock_guard lock(registry.mutex);
  for (WatchedSession* session : registry.sessions) {
    const std::int64_t since = session->since_;
    if (since != 0 && since < longAgo) waits[{session, since}] = session->backend_;
  }
  return waits;
}

/// Processes of the server that do something else than to wait for their client, or may do so: of
/// another role's, and where `track_activities` is off, it does not tell. Nothing where it answers,
/// but not that: then no session is known to be silent.
std::optional<std::set<int>> SilenceWatch::State::atWork() {
  constexpr auto longest = 10s;
  std::set<int> working;
  try {
    // No BulkConnection, which would wait for an answer without a bound itself.
    const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(
        PQconnectdb(connectionString(url.withOption("connect_timeout", "10")).c_str()), &PQfinish);
    DeadlineGuard guard(connection.get());
    guard.set(Clock::now() + longest);
    const std::unique_ptr<PGresult, decltype(&PQclear)> found(
        PQexec(connection.get(),
               "SELECT pid FROM pg_catalog.pg_stat_activity WHERE state IS NULL OR "
               "state = 'disabled' OR state = 'active' "
               "AND wait_event_type IS DISTINCT FROM 'Client'"),
        &PQclear);
    const bool refused = PQresultErrorField(found.get(), PG_DIAG_SQLSTATE) != nullptr;
    if (refused && PQstatus(connection.get()) == CONNECTION_OK) return std::nullopt;
    for (int i = 0; i < PQntuples(found.get()); ++i)
      working.insert(std::atoi(PQgetvalue(found.get(), i, 0)));
  } catch (const Error&) {
    // No connection: who cannot be asked does not answer the others either.
  }
  return working;
}

void SilenceWatch::State::end(const Waiting& waiting) {
  Registry& registry = Registry::instance();
  // Under the lock, so that the session, and with it the socket, is still there.
  const std::lock_guard lock(registry.mutex);
  if (!registry.sessions.contains(waiting.first)) return;
  if (waiting.first->since_ == waiting.second) ::shutdown(waiting.first->socket_, SHUT_RDWR);
}

SilenceWatch::SilenceWatch(DatabaseUrl url, std::chrono::milliseconds patience)
    : state_(std::make_unique<State>(std::move(url), patience)) {
  ++Registry::instance().watches;
}

SilenceWatch::~SilenceWatch() {
  --Registry::instance().watches;
}

}  // namespace repot::postgresql
