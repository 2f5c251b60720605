// When a run was in which phase, and how fast it was there: what a report draws as its time line.
#pragma once

#include "engine/run/progress.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace repot::migrate {

/// Seconds are those since the start. A value.
struct Timeline {
  struct Span {
    Progress::Phase phase = Progress::Phase::scan;
    double begin = 0;
    double end = 0;
    std::int64_t rows = 0;  ///< Done in it; of keys and indexes, objects.
  };
  struct Sample {
    double at = 0;
    Progress::Phase phase = Progress::Phase::scan;
    std::int64_t rows = 0;  ///< Done since this phase was begun; of keys and indexes, objects.
  };
  std::chrono::sys_seconds startedAt{};
  double seconds = 0;           ///< Up to the end, or the failure.
  std::vector<Span> spans;      ///< One after the other; a phase may come again.
  std::vector<Sample> samples;  ///< In the order of time.
};

/// Keeps the time line of a run for as long as it lives. Its memory is bounded: the longer the run
/// takes, the further apart are the samples.
class TimelineRecorder {
 public:
  static constexpr std::size_t mostSamples = 400;

  /// `progress` must outlive it.
  explicit TimelineRecorder(const Progress& progress,
                            std::chrono::microseconds interval = std::chrono::milliseconds(100));
  TimelineRecorder(const TimelineRecorder&) = delete;
  TimelineRecorder& operator=(const TimelineRecorder&) = delete;

  /// What was recorded up to now. Ends the recording.
  Timeline finish();

 private:
  using Clock = std::chrono::steady_clock;
  void run(const std::stop_token& stop);
  void sample();
  double sinceStart(Clock::time_point time) const;

  const Progress& progress_;
  std::chrono::microseconds interval_;
  const Clock::time_point start_ = Clock::now();
  Timeline timeline_;
  std::mutex mutex_;  ///< Of the waiting only.
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace repot::migrate
