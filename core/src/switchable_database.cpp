// Looks at the marker in the file, and opens the successor once; see switchable_database.hpp.
#include <repot/backend.hpp>
#include <repot/error.hpp>
#include <repot/move_marker.hpp>
#include <repot/switchable_database.hpp>

#include <atomic>
#include <mutex>
#include <string>
#include <thread>

namespace repot {
namespace {

using Clock = std::chrono::steady_clock;

/// What the file says; empty where it was not left.
std::string markOf(Database& file) {
  return file.read([](UnitOfWork& unit) {
    std::string mark;
    bool there = false;
    unit.query("SELECT count(*) FROM sqlite_schema WHERE name = $1",
               {std::string(moveMarker::table)}, {ColumnType::integer},
               [&](std::vector<Value>& row) { there = std::get<std::int64_t>(row[0]) > 0; });
    if (!there) return mark;
    unit.query(std::string("SELECT state FROM ") + moveMarker::table, {}, {ColumnType::text},
               [&](std::vector<Value>& row) { mark = std::get<std::string>(row[0]); });
    return mark;
  });
}

}  // namespace

struct SwitchableDatabase::State {
  State(Database first, DatabaseUrl second, SwitchOptions how)
      : database(std::move(first)), successor(std::move(second)), options(std::move(how)) {}

  /// Looks at the file, and switches where it was left. True where the application may go on.
  bool look() {
    const std::lock_guard lock(mutex);
    if (moved) return true;
    const std::string mark = markOf(database);
    if (mark == moveMarker::moved) {
      Database next = Database::open(successor, options.database);
      if (options.switched) options.switched(next);
      // Units of work that still run on the file keep it by their own copies.
      database = std::move(next);
      moved = true;
    }
    return mark != moveMarker::fenced;
  }

  std::mutex mutex;
  Database database;
  const DatabaseUrl successor;
  const SwitchOptions options;
  std::atomic<bool> moved = false;
  std::atomic<bool> looks = true;  ///< Not where the first database is no SQLite file.
  std::atomic<Clock::rep> nextLook = 0;
};

SwitchableDatabase SwitchableDatabase::open(std::string_view file, std::string_view successor,
                                            const SwitchOptions& options) {
  auto state = std::make_shared<State>(Database::open(file, options.database),
                                       DatabaseUrl::parse(successor), options);
  state->looks = state->database.url().scheme() == "sqlite";
  if (state->looks) state->look();
  return SwitchableDatabase(std::move(state));
}

Database SwitchableDatabase::current() {
  State& state = *state_;
  if (state.looks && !state.moved) {
    const Clock::rep now = Clock::now().time_since_epoch().count();
    Clock::rep due = state.nextLook;
    const Clock::rep next =
        now + std::chrono::duration_cast<Clock::duration>(state.options.lookEvery).count();
    if (now >= due && state.nextLook.compare_exchange_strong(due, next)) state.look();
  }
  const std::lock_guard lock(state.mutex);
  return state.database;
}

bool SwitchableDatabase::moved() const noexcept {
  return state_->moved;
}

bool SwitchableDatabase::mayRunAgain(const Error& error) {
  constexpr std::chrono::milliseconds pause{2};
  if (std::string_view(error.what()).find(moveMarker::refusal) == std::string_view::npos)
    return false;
  const auto end = Clock::now() + state_->options.patience;
  while (!state_->look()) {
    if (Clock::now() > end) return false;
    std::this_thread::sleep_for(pause);
  }
  return true;
}

}  // namespace repot
