// How much is loaded at once: by how many streams, and in chunks of what size. Both are measured on
// the run, as they depend on the server's cores and disks and on the way to it.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace repot::migrate {

/// Thread-safe.
class LoadPace {
 public:
  using Clock = std::chrono::steady_clock;

  struct Limits {
    std::size_t streams = 2;      ///< To begin with, and at least.
    std::size_t streamsMax = 2;   ///< Where that is more, more are tried.
    std::int64_t chunkBytes = 0;  ///< Of the source, in one transaction; 0: measured.
    /// Measured before a number of streams is judged: long enough for checkpoints not to decide.
    std::chrono::milliseconds window{3000};
  };

  static constexpr std::int64_t chunkBytesMin = std::int64_t{4} << 20;
  static constexpr std::int64_t chunkBytesMax = std::int64_t{256} << 20;

  explicit LoadPace(const Limits& limits, Clock::time_point now = Clock::now());

  /// What a stream loads in about a second, as a stop loses a chunk at most, and each costs two
  /// ways to the server and back; no more than is needed for all streams to end together, where so
  /// many bytes are `left`.
  std::int64_t chunkBytes(std::int64_t left) const;
  /// The least that chunkBytes() says.
  std::int64_t smallestChunk() const;
  std::size_t streams() const;
  std::size_t streamsMax() const { return std::max(limits_.streams, limits_.streamsMax); }
  /// Whether the stream may go on; it may later where it may not now.
  bool admits(std::size_t stream) const { return stream < streams(); }
  /// A chunk that a stream loaded.
  void note(std::int64_t bytes, std::chrono::duration<double> taken,
            Clock::time_point now = Clock::now());

 private:
  void judge(double rate);

  const Limits limits_;
  mutable std::mutex mutex_;
  std::size_t streams_;
  bool settled_;
  double best_ = 0;       ///< Bytes a second by all streams.
  double perStream_ = 0;  ///< Bytes a second, of the last chunks.
  Clock::time_point windowBegin_;
  std::int64_t windowBytes_ = 0;
  std::size_t windowChunks_ = 0;
};

}  // namespace repot::migrate
