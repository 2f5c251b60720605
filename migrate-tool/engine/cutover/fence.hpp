// What keeps writers out of an SQLite file that moves: a lock for the time of the last sync, and
// after that triggers that refuse every write, and a table that says where the data went. The
// fence is in the file, so that it outlives this process and finds every writer.
#pragma once

#include "engine/source_schema.hpp"

#include <repot/sqlite/writer_handle.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace repot::migrate {

/// docs/formats/fence.md describes the table.
struct FenceRecord {
  enum class State {
    fenced,  ///< Nobody may write here; the application is not told yet to go on elsewhere.
    moved,   ///< It is. From here on the target is the database.
  };
  State state = State::fenced;
  std::string run;     ///< Of the migration, in the target's ledger.
  std::string target;  ///< Safe to print.
  std::string flips;   ///< JSON: what was there before, to take it back.
  std::string at;      ///< When the fence was put up, UTC.
};

/// What stands in the file. Throws Error.
std::optional<FenceRecord> readFence(sqlite3* handle);
/// The same; opens and closes the file, so not while this process has it open.
std::optional<FenceRecord> readFence(const std::string& path);

/// The statements that take all of a fence away, and do nothing where there is none.
std::string fenceRemovalSql(sqlite3* handle);

/// Thread-safety: one thread at a time.
class Fence {
 public:
  /// Opens the file; nobody is kept out yet. Throws Error.
  explicit Fence(const std::string& path);

  /// Keeps writers waiting, from the moment when the one that is at work has committed. Readers go
  /// on. Ends with this object, or the process, or release(). Throws Error(busy) after `patience`.
  void lock(std::chrono::milliseconds patience);
  void release() noexcept;
  /// Within the lock, which ends: from here on every write to a table is refused. Virtual tables
  /// are refused by the tables behind them. On the disk when it returns.
  void putUp(const FenceRecord& record);
  /// Says what the fence says from now on. On the disk when it returns.
  void say(const FenceRecord& record);
  /// Takes the fence away. Throws Error(busy).
  void takeDown();

 private:
  void run(const std::string& sql);
  sqlite::WriterHandle handle_;
};

}  // namespace repot::migrate
