// Growth signals: what a source and its operator tell about whether SQLite is outgrown. Moving to a
// server costs something for good, so `repot migrate` states them and asks where there is none.
// Signals that need a history (lock waits, users at work, a forecast of the size) have their place
// here too, once there is a file to read them from.
#pragma once

#include <repot/sqlite/bulk.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace repot::migrate {

/// What the file itself tells.
struct SourceFigures {
  std::int64_t fileBytes = 0;  ///< With its -wal.
  std::int64_t pages = 0;
  std::int64_t freePages = 0;  ///< Left by deletions; VACUUM gives them back.
  std::int64_t pageBytes = 0;

  std::int64_t usedBytes() const { return (pages - freePages) * pageBytes; }
};
SourceFigures readFigures(sqlite::SqliteSource& source);

/// What only the operator knows.
struct DeclaredNeeds {
  int replicas = 0;  ///< Copies that other machines read.
  int regions = 1;
  int users = 0;  ///< At work at the same time; 0: not said.
};

struct GrowthSignal {
  enum class Level {
    none,     ///< SQLite does it well.
    prepare,  ///< The time to move is near.
    act,      ///< It has come.
  };
  std::string name;      ///< "size", "users", "regions", "replicas".
  std::string measured;  ///< "1.2 GB in use".
  std::string limits;    ///< "prepare from 0.8 GB, act from 1 GB".
  Level level = Level::none;
};

/// All signals, reached or not, in a fixed order. Pure.
std::vector<GrowthSignal> growthSignals(const SourceFigures& figures, const DeclaredNeeds& needs);

/// True where any is at `prepare` or above: the move has a reason.
bool anyReached(const std::vector<GrowthSignal>& signals);

/// A line per signal, and what the free pages mean where they matter.
std::string growthToText(const SourceFigures& figures, const std::vector<GrowthSignal>& signals);

}  // namespace repot::migrate
