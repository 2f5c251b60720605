// See cutover.hpp. The order of what is durable: the target has everything; the file refuses
// writes; the switch is flipped; the file says so.
#include "engine/cutover/cutover.hpp"

#include "engine/cutover/fence.hpp"
#include "engine/run/stages.hpp"

#include <repot/error.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace repot::migrate {
namespace {

using Clock = std::chrono::steady_clock;

/// Ends what is at work once writers have waited long enough.
class DowntimeLimit {
 public:
  DowntimeLimit(std::chrono::milliseconds limit, Progress& progress)
      : thread_([this, limit, &progress](std::stop_token stop) {
          std::unique_lock lock(mutex_);
          wake_.wait_for(lock, stop, limit, [] { return false; });
          if (stop.stop_requested()) return;
          passed_ = true;
          // Threads that fail take the mark back for others.
          while (!stop.stop_requested()) {
            progress.failed = true;
            wake_.wait_for(lock, stop, std::chrono::milliseconds(5), [] { return false; });
          }
          progress.failed = false;
        }) {}
  bool passed() const noexcept { return passed_; }

 private:
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::atomic<bool> passed_ = false;
  std::jthread thread_;
};

[[noreturn]] void refuse(ErrorKind kind, const std::string& message) {
  throw StageError{Stage::refused, Error(kind, message)};
}

class Cutover {
 public:
  Cutover(const std::string& path, const DatabaseUrl& target, const CutoverOptions& options,
          Progress& progress)
      : path_(path), target_(target), options_(options), progress_(progress) {
    report_.source = path;
    report_.target = target.toString();
    report_.schema = options.sync.schema;
    options_.sync.remember = true;
  }

  CutoverReport move() {
    // What can be refused is refused before anything begins.
    flips_ = during(Stage::refused, [&] { return Flips(options_.flip); });
    const auto standing = reading(path_, [&] { return readFence(path_); });
    if (standing && standing->state == FenceRecord::State::moved) {
      report_.run = standing->run;
      report_.moved = report_.before = true;
      return report_;
    }
    if (standing) {
      goOn(*standing);
      return report_;
    }
    Syncer syncer(path_, target_, options_.sync, progress_);
    report_.run = syncer.run().run;
    Fence fence = reading(path_, [&] { return Fence(path_); });
    if (!catchUp(syncer)) return report_;
    if (const auto start = lockAndSync(syncer, fence)) finish(fence, *start);
    return report_;
  }

  CutoverReport undo() {
    const auto standing = reading(path_, [&] { return readFence(path_); });
    if (!standing) refuse(ErrorKind::conflict, path_ + " is not fenced off: nothing to undo");
    report_.run = standing->run;
    // Killed behind its fence, a cutover may have led the application there.
    if (!nothingWrittenSince()) return report_;
    during(Stage::run, [&] {
      // Killed in between the application finds a file that it cannot write to yet.
      Flips::recorded(standing->flips).undo();
      Fence(path_).takeDown();
    });
    report_.undone = true;
    return report_;
  }

 private:
  bool nothingWrittenSince() {
    options_.sync.fenced = true;
    report_.faults = Syncer(path_, target_, options_.sync, progress_).targetFaults();
    return report_.faults.empty();
  }

  /// Rounds until little is left, and a look at all of the target, while the application goes on.
  bool catchUp(Syncer& syncer) {
    for (int round = 1;; ++round) {
      report_.rounds.push_back(syncer.round());
      if (report_.rounds.back().foreign()) return false;
      const TableChange change = report_.rounds.back().sum();
      if (change.inserted + change.updated + change.deleted <= options_.rowsLeft) break;
      if (round >= options_.roundsMax)
        refuse(ErrorKind::timeout,
               "the application writes faster than its rows are synchronised: after " +
                   std::to_string(round) + " rounds more than " +
                   std::to_string(options_.rowsLeft) +
                   " rows are left each time; try at a quiet time, or with more --rows-left");
    }
    report_.faults = syncer.targetFaults();
    if (!report_.faults.empty()) return false;
    // What was written while the target was looked at.
    report_.rounds.push_back(syncer.round());
    return !report_.rounds.back().foreign();
  }

  /// The last round, with writers kept out; nothing where it is given up.
  std::optional<Clock::time_point> lockAndSync(Syncer& syncer, Fence& fence) {
    reading(path_, [&] { fence.lock(options_.patience); });
    const auto start = Clock::now();
    const DowntimeLimit limit(options_.downtimeMax, progress_);
    syncer.limitStatements(options_.downtimeMax);
    try {
      report_.rounds.push_back(syncer.round());
      if (!report_.rounds.back().foreign()) report_.faults = syncer.objectFaults();
    } catch (const StageError& failure) {
      fence.release();
      if (!limit.passed()) throw;
      throw StageError{failure.stage,
                       Error(ErrorKind::timeout,
                             "the last sync took longer than writers may be kept waiting "
                             "(--max-downtime); they go on in SQLite")};
    }
    if (!report_.rounds.back().foreign() && report_.faults.empty()) return start;
    fence.release();
    return std::nullopt;
  }

  FenceRecord record(FenceRecord::State state) const {
    return {state, report_.run, report_.target, flips_->record(), {}};
  }

  void finish(Fence& fence, Clock::time_point start) {
    try {
      during(Stage::run, [&] { fence.putUp(record(FenceRecord::State::fenced)); });
    } catch (const StageError&) {
      fence.release();
      throw;
    }
    flip(fence, start);
  }

  /// A cutover that was killed behind its fence. The target had everything before that was put up,
  /// and the application may be there already: neither is touched, and nothing is taken back.
  void goOn(const FenceRecord& standing) {
    if (standing.target != report_.target)
      refuse(ErrorKind::conflict, "the file is fenced off for a move to another target, " +
                                      standing.target + "; --undo takes that back");
    const auto start = Clock::now();
    report_.run = standing.run;
    report_.wentOn = true;
    during(Stage::run, [&] {
      try {
        flips_->flip();
      } catch (const Error& error) {
        throw error.within("the file stays fenced off, and the same command goes on");
      }
      Fence fence(path_);
      FenceRecord moved = standing;
      moved.state = FenceRecord::State::moved;
      fence.say(moved);
    });
    done(start);
  }

  void flip(Fence& fence, Clock::time_point start) {
    try {
      flips_->flip();
    } catch (const Error& error) {
      during(Stage::run, [&] {
        flips_->undo();
        fence.takeDown();
      });
      throw StageError{Stage::run, error.within("the application stays on SQLite")};
    }
    during(Stage::run, [&] { fence.say(record(FenceRecord::State::moved)); });
    done(start);
  }

  void done(Clock::time_point start) {
    report_.moved = true;
    report_.downtimeSeconds = std::chrono::duration<double>(Clock::now() - start).count();
    report_.flips = flips_->sentences();
  }

  const std::string& path_;
  const DatabaseUrl& target_;
  CutoverOptions options_;
  Progress& progress_;
  std::optional<Flips> flips_;
  CutoverReport report_;
};

}  // namespace

CutoverReport cutover(const std::string& sourcePath, const DatabaseUrl& target,
                      const CutoverOptions& options, Progress& progress) {
  CutoverReport report = Cutover(sourcePath, target, options, progress).move();
  progress.phase = Progress::Phase::done;
  return report;
}

CutoverReport undoCutover(const std::string& sourcePath, const DatabaseUrl& target,
                          const CutoverOptions& options, Progress& progress) {
  CutoverReport report = Cutover(sourcePath, target, options, progress).undo();
  progress.phase = Progress::Phase::done;
  return report;
}

}  // namespace repot::migrate
