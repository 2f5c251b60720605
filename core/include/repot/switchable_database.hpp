// A database that an application leaves for another without a restart, when `repot cutover` says
// so.
#pragma once

#include <repot/database.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

namespace repot {

/// How a program follows its database, and how long it waits.
struct SwitchOptions {
  DatabaseOptions database;  ///< Of both databases.
  /// How often it is looked whether the file has been left, by the unit of work that comes next; a
  /// read may see the file for so long after others write to the successor. A look costs a query of
  /// a few microseconds.
  std::chrono::milliseconds lookEvery{50};
  /// How long a unit of work that met the fence waits until the move is done. After that it throws
  /// what the fence said.
  std::chrono::milliseconds patience{30'000};
  /// Called once, by the thread that switches, before any unit of work runs on the successor.
  /// Must not throw.
  std::function<void(const Database& successor)> switched = {};
};

/// An SQLite database and its successor. Units of work run on the file until a cutover has led the
/// application over, and then on the successor; those in between wait. Copies share both.
/// Thread-safe.
///
/// Draining needs nothing: a unit of work that is committed before the fence is in the successor,
/// and one that is not meets the fence, is rolled back and runs again. Once the application has
/// moved, open the successor alone: a file that is gone would be made anew, empty.
class SwitchableDatabase {
 public:
  /// Opens `file`, or `successor` where `file` says that it was left. Where `file` is no SQLite
  /// database, it is used for good. Throws Error, as Database::open().
  static SwitchableDatabase open(std::string_view file, std::string_view successor,
                                 const SwitchOptions& options = {});

  /// As Database::write(). `work` may run on one database, fail there, and run on the other.
  template <typename Work>
  auto write(Work&& work, const UnitOptions& options = {}) {
    for (;;) {
      Database database = current();
      try {
        return database.write(work, options);
      } catch (const Error& error) {
        if (!mayRunAgain(error)) throw;
      }
    }
  }

  /// As Database::read().
  template <typename Work>
  auto read(Work&& work, const UnitOptions& options = {}) {
    return current().read(std::forward<Work>(work), options);
  }

  /// The database to work on now; to be asked for anew for each unit of work, as begin() on one
  /// that was left meets the fence. Throws Error where the successor cannot be opened.
  Database current();
  /// Whether the units of work run on the successor.
  bool moved() const noexcept;

 private:
  struct State;
  explicit SwitchableDatabase(std::shared_ptr<State> state) : state_(std::move(state)) {}
  /// Waits where `error` is the fence's. False: it is another.
  bool mayRunAgain(const Error& error);

  std::shared_ptr<State> state_;
};

}  // namespace repot
