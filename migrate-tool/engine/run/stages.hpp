// What the runs of the engine – a migration, a filling, a verification – have in common: opening
// the source, the stage of an error, and the time that each phase took.
#pragma once

#include "engine/run/migrate.hpp"

#include <repot/error.hpp>
#include <repot/sqlite/bulk.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace repot::migrate {

/// Runs `action`, and says the stage of what it throws.
template <typename Action>
auto during(Stage stage, Action action) {
  try {
    return action();
  } catch (const Error& error) {
    throw StageError{stage, error};
  }
}

/// The same for the source, whose errors all name the file.
template <typename Action>
auto reading(const std::string& path, Action action) {
  try {
    return action();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::usage) throw StageError{Stage::refused, error};
    const bool named = std::string_view(error.what()).find(path) != std::string_view::npos;
    // A saved plan that does not belong to the source is no fault of the source.
    const Stage stage = error.kind() == ErrorKind::conflict ? Stage::refused : Stage::source;
    throw StageError{stage, named ? error : error.within(path)};
  }
}

/// Notes whether the source was written to after its snapshot. Where that cannot be seen any more
/// it is a finding of the report: the rows are moved and compared by now.
void noteSourceChanges(sqlite::SqliteSource& source, Report& report);

/// Makes it the report of a run that failed.
void noteFailure(Report& report, const StageError& failure);

/// Runs `action`, which fills `report`, and gives it its time line. What it throws takes along what
/// was known by then.
Report reporting(Report report, const Progress& progress,
                 const std::function<void(Report&)>& action);

class Stopwatch {
 public:
  explicit Stopwatch(std::vector<PhaseTime>& phases) : phases_(phases) {}
  void lap(const std::string& name) {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - last_).count();
    last_ = now;
    // A stage that is done again goes on with its time.
    for (PhaseTime& phase : phases_) {
      if (phase.name != name) continue;
      phase.seconds += seconds;
      return;
    }
    phases_.push_back({name, seconds});
  }

 private:
  std::vector<PhaseTime>& phases_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

/// The report of a run that begins; safe to print, whatever the URL holds.
Report newReport(const std::string& command, const std::string& sourcePath,
                 const DatabaseUrl& target);

/// Opens the source with as many handles in one snapshot.
sqlite::SqliteSource openUnchecked(const std::string& path, std::size_t readers,
                                   bool privateCopy = false);
/// Does `work` while the source is checked, both of which take a pass over all of it. Damage is
/// told rather than what `work` throws, which is likely its consequence; only errors of kind usage
/// do not wait for the check.
void whileChecking(const sqlite::SqliteSource& source, const std::function<void()>& work);
/// Opens it, and refuses a damaged file.
sqlite::SqliteSource openSource(const std::string& path, std::size_t readers,
                                bool privateCopy = false);

}  // namespace repot::migrate
