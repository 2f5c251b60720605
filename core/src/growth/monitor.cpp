// The thread that keeps the history; see growth_monitor.hpp.
#include "forks.hpp"
#include "repot/backend.hpp"
#include "repot/error.hpp"
#include "repot/growth_history.hpp"
#include "repot/growth_monitor.hpp"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

namespace repot {

struct GrowthMonitor::State {
  State(const Database& watched, std::shared_ptr<Metrics> counted, GrowthOptions given)
      : database(watched),
        metrics(std::move(counted)),
        options(std::move(given)),
        history(GrowthHistory::beside(database.url())) {}

  void update();
  void explainSlow();
  std::vector<GrowthSignal> updated();
  bool tryUpdate() noexcept;
  /// In memory there is nothing that another connection could see.
  bool hasWork() const { return history || database.backend().hasServer(); }
  void tell(const std::vector<GrowthSignal>& fresh);
  void run(const std::stop_token& stop);

  /// Of another process than the one that made it: its thread is not here, its locks may be held
  /// for ever, and its connection is the parent's.
  bool isForked() const noexcept { return generation != detail::generation(); }

  const unsigned generation = detail::generation();
  Database database;
  const std::shared_ptr<Metrics> metrics;
  const GrowthOptions options;
  const std::optional<GrowthHistory> history;

  std::timed_mutex updating;  ///< One update at a time.
  std::unique_ptr<Connection> connection;
  WorkCounts written;
  std::chrono::steady_clock::time_point usersWritten{};
  /// A child that is forked by another thread could not use SQLite, whose locks this one holds.
  detail::ForkWaits forkWaits{updating};

  std::mutex telling;  ///< Of what follows; not held while a fork waits, which the told may do.
  std::map<std::string, GrowthSignal::Level> told;

  mutable std::mutex mutex;  ///< Of what follows.
  std::vector<GrowthSignal> signals;
  std::string error;

  std::jthread thread;  ///< The last, so that it ends first.
};

/// Where there is no history to keep, the plans of slow statements are still worth having.
void GrowthMonitor::State::explainSlow() {
  const auto statements = metrics->slowStatements();
  const bool wanted = std::any_of(statements.begin(), statements.end(),
                                  [](const SlowStatement& one) { return one.plan.empty(); });
  if (!wanted) return;
  if (!connection) {
    connection =
        database.backend().connect(database.url(), database.options(), ConnectionRole::reader);
  }
  metrics->explain(*connection);
}

/// Writes the history, and judges.
std::vector<GrowthSignal> GrowthMonitor::State::updated() {
  const std::lock_guard lock(updating);
  if (!history) {
    explainSlow();
    return {};
  }
  if (!connection) {
    connection =
        database.backend().connect(database.url(), database.options(), ConnectionRole::reader);
  }
  GrowthUpdate update;
  const auto now = std::chrono::floor<std::chrono::seconds>(options.now());
  const auto steady = std::chrono::steady_clock::now();
  const WorkCounts counts = metrics->counts();
  update.sample.start = now;
  update.sample.length = std::chrono::seconds(0);
  update.sample.storage = connection->storage();
  update.sample.work = counts;
  update.sample.work -= written;
  update.usersWindow = metrics->options().usersWindow;
  update.settings = options.settings;
  for (const Metrics::SeenUser& user : metrics->usersSince(usersWritten)) {
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(steady - user.seen);
    update.users.push_back({user.hash, now - std::max(age, std::chrono::seconds(0))});
  }
  metrics->explain(*connection);
  history->add(update);
  written = counts;
  usersWritten = steady;
  const std::chrono::seconds judged(
      static_cast<std::int64_t>(2 * options.settings.lookback * 3600));
  return growthSignals(update.sample.storage, history->read(now - judged).samples, options.settings,
                       now);
}

void GrowthMonitor::State::update() {
  std::vector<GrowthSignal> fresh = updated();
  tell(fresh);
  const std::lock_guard lock(mutex);
  signals = std::move(fresh);
}

void GrowthMonitor::State::tell(const std::vector<GrowthSignal>& fresh) {
  const std::lock_guard lock(telling);
  for (const GrowthSignal& signal : fresh) {
    GrowthSignal::Level& highest = told[signal.name];
    if (signal.level <= highest) continue;
    highest = signal.level;
    if (!options.onReached) continue;
    try {
      options.onReached(signal);
    } catch (...) {
      // The application's own affair; the history goes on.
    }
  }
}

bool GrowthMonitor::State::tryUpdate() noexcept {
  std::string failure;
  try {
    update();
  } catch (const std::exception& thrown) {
    failure = thrown.what();
    const std::lock_guard lock(updating);
    connection.reset();  // It may be what is broken.
  }
  const bool done = failure.empty();
  const std::lock_guard lock(mutex);
  error = std::move(failure);
  return done;
}

void GrowthMonitor::State::run(const std::stop_token& stop) {
  std::mutex waiting;
  std::condition_variable_any wake;
  std::unique_lock lock(waiting);
  while (!wake.wait_for(lock, stop, options.interval, [&] { return stop.stop_requested(); })) {
    tryUpdate();
  }
}

GrowthMonitor::GrowthMonitor(const Database& database, std::shared_ptr<Metrics> metrics,
                             GrowthOptions options)
    : state_(std::make_unique<State>(database, std::move(metrics), std::move(options))) {
  if (!state_->hasWork() || state_->options.interval.count() <= 0) return;
  state_->thread =
      std::jthread([state = state_.get()](const std::stop_token& stop) { state->run(stop); });
}

GrowthMonitor::~GrowthMonitor() {
  if (state_->isForked()) {
    static_cast<void>(state_.release());  // Nothing of it can be ended from here.
    return;
  }
  state_->thread = {};
  update();
}

bool GrowthMonitor::update() noexcept {
  if (state_->isForked()) return false;
  return !state_->hasWork() || state_->tryUpdate();
}

std::vector<GrowthSignal> GrowthMonitor::signals() const {
  if (state_->isForked()) return {};
  const std::lock_guard lock(state_->mutex);
  return state_->signals;
}

std::string GrowthMonitor::lastError() const {
  if (state_->isForked())
    return "the monitor was made before fork(); make one in the child process, with a Metrics and "
           "a "
           "Database of its own";
  const std::lock_guard lock(state_->mutex);
  return state_->error;
}

}  // namespace repot
