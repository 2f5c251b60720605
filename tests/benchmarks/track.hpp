// The row that all contenders read and write, and what each of them has to do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bench {

struct Track {
  std::int64_t id = 0;
  std::string title;
  std::int64_t artistId = 0;
  std::int64_t durationMs = 0;
  std::optional<std::int64_t> year;
};

/// The same row under another name, for a table of its own.
struct BulkTrack : Track {};

struct Artist {
  std::int64_t id = 0;
  std::string name;
  std::vector<Track> tracks;
};

constexpr std::int64_t scanRows = 100000;
constexpr std::int64_t artists = 200;
constexpr std::int64_t bulkRows = 10000;

/// One way to do each of the tasks. Every task is a transaction of its own.
class Contender {
 public:
  virtual ~Contender() = default;
  virtual Track readOne(std::int64_t id) = 0;
  /// All columns of the row with its key.
  virtual void writeOne(const Track& track) = 0;
  /// Into the table `bulk`, which is empty.
  virtual void insertMany(std::vector<BulkTrack>& tracks) = 0;
  virtual std::vector<Track> readAll() = 0;
  /// All artists with their tracks (ids up to 10 times the artists').
  virtual std::vector<Artist> readArtists() = 0;
};

inline Track makeTrack(std::int64_t id) {
  Track track{
      id, "Title of track number " + std::to_string(id), id % artists + 1, 200000 + id % 1000, {}};
  if (id % 3 != 0) track.year = 1950 + id % 70;
  return track;
}

}  // namespace bench
