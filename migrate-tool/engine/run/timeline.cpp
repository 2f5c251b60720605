// Samples what a run has done; see timeline.hpp.
#include "engine/run/timeline.hpp"

#include <algorithm>

namespace repot::migrate {

TimelineRecorder::TimelineRecorder(const Progress& progress, std::chrono::microseconds interval)
    : progress_(progress), interval_(interval) {
  timeline_.startedAt = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

double TimelineRecorder::sinceStart(Clock::time_point time) const {
  return std::max(0.0, std::chrono::duration<double>(time - start_).count());
}

void TimelineRecorder::sample() {
  std::vector<Timeline::Sample>& samples = timeline_.samples;
  // Of every two the later stays: the rows are counted up, so nothing is lost but detail.
  if (samples.size() >= mostSamples) {
    for (std::size_t i = 0; 2 * i + 1 < samples.size(); ++i)
      samples[i] = samples[2 * i + 1];
    samples.resize(samples.size() / 2);
    interval_ *= 2;
  }
  const Progress::Phase phase = progress_.phase;
  const std::int64_t rows = progress_.rows;
  if (phase == Progress::Phase::done || phase != progress_.phase) return;
  samples.push_back({sinceStart(Clock::now()), phase, rows});
}

void TimelineRecorder::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, stop, interval_, [&] { return stop.stop_requested(); }))
    sample();
}

Timeline TimelineRecorder::finish() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  sample();  // A short run has no other.
  const auto end = Clock::now();
  timeline_.seconds = sinceStart(end);
  for (const Progress::Step& step : progress_.steps()) {
    const double begin = sinceStart(step.begun);
    if (!timeline_.spans.empty()) timeline_.spans.back().end = begin;
    if (step.phase == Progress::Phase::done) {
      timeline_.seconds = begin;
      break;
    }
    timeline_.spans.push_back({step.phase, begin, timeline_.seconds, step.rows});
  }
  const bool failed = !timeline_.spans.empty() && progress_.phase != Progress::Phase::done;
  if (failed) timeline_.spans.back().rows += progress_.rows;
  return std::move(timeline_);
}

}  // namespace repot::migrate
