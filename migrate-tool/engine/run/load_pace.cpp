// A stream more is kept where it brings a tenth; see load_pace.hpp.
#include "engine/run/load_pace.hpp"

#include <algorithm>

namespace repot::migrate {
namespace {

constexpr std::int64_t chunkBytesFirst = std::int64_t{16} << 20;
constexpr double worthwhile = 1.1;

}  // namespace

LoadPace::LoadPace(const Limits& limits, Clock::time_point now)
    : limits_(limits),
      streams_(std::max<std::size_t>(limits.streams, 1)),
      settled_(limits.streamsMax <= streams_),
      windowBegin_(now) {}

std::int64_t LoadPace::chunkBytes(std::int64_t left) const {
  if (limits_.chunkBytes > 0) return limits_.chunkBytes;
  const std::lock_guard lock(mutex_);
  const std::int64_t second =
      perStream_ > 0 ? static_cast<std::int64_t>(perStream_) : chunkBytesFirst;
  const std::int64_t share = left / (2 * static_cast<std::int64_t>(streams_));
  return std::clamp(std::min(second, share), chunkBytesMin, chunkBytesMax);
}

std::int64_t LoadPace::smallestChunk() const {
  return limits_.chunkBytes > 0 ? limits_.chunkBytes : chunkBytesMin;
}

std::size_t LoadPace::streams() const {
  const std::lock_guard lock(mutex_);
  return streams_;
}

void LoadPace::note(std::int64_t bytes, std::chrono::duration<double> taken,
                    Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (taken.count() > 0) {
    const double rate = static_cast<double>(bytes) / taken.count();
    perStream_ = perStream_ > 0 ? (perStream_ + rate) / 2 : rate;
  }
  windowBytes_ += bytes;
  ++windowChunks_;
  const std::chrono::duration<double> window = now - windowBegin_;
  if (settled_ || window < limits_.window || windowChunks_ < 2 * streams_) return;
  judge(static_cast<double>(windowBytes_) / window.count());
  windowBegin_ = now;
  windowBytes_ = 0;
  windowChunks_ = 0;
}

void LoadPace::judge(double rate) {
  if (best_ > 0 && rate < best_ * worthwhile) {
    --streams_;
    settled_ = true;
    return;
  }
  best_ = rate;
  if (streams_ < limits_.streamsMax) {
    ++streams_;
  } else {
    settled_ = true;
  }
}

}  // namespace repot::migrate
