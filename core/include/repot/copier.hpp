// How a backend copies a whole database into a file and back: the contract on which backups stand.
// Applications use backup.hpp.
#pragma once

#include <repot/url.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repot {

/// What a table holds, in brief.
struct TableContents {
  std::string name;
  std::int64_t rows = 0;
  std::string digest;  ///< Depends on every value, and not on the order of the rows.
  bool operator==(const TableContents&) const = default;
};

/// What a database, or a copy of one, holds.
struct DatabaseContents {
  std::vector<TableContents> tables;  ///< By name.
  /// What putting it back has to know, by name: {"journal_mode", "wal"}.
  std::vector<std::pair<std::string, std::string>> facts;
};

/// How far a copy is. `total` 0: not known.
struct CopyProgress {
  std::string_view stage;  ///< "copying", "reading", "checking".
  std::int64_t done = 0;
  std::int64_t total = 0;
};

/// Is told now and then how far the work is; false stops it with Error(timeout). May be empty.
using CopyObserver = std::function<bool(const CopyProgress&)>;

/// Brings a file, or the entries of a folder, to the disk. Throws Error(resource, permission).
void syncToDisk(const std::string& path);
/// Asks the observer, where there is one; throws Error(timeout) where it wants to stop.
void tell(const CopyObserver& observer, const CopyProgress& progress);

/// Thread-safe: keeps nothing between calls.
class Copier {
 public:
  virtual ~Copier() = default;
  /// Of the files that it writes: ".db".
  virtual std::string_view extension() const noexcept = 0;
  /// What the files are named for: the database's own name, without folder or secrets.
  virtual std::string nameOf(const DatabaseUrl& url) const = 0;
  /// Copies one consistent state into `file`, which exists, is empty, and is the caller's alone,
  /// while others go on writing; and tells what was in that state, read from the database itself.
  /// Throws Error; `file` is then good for nothing.
  virtual DatabaseContents copy(const DatabaseUrl& url, const std::string& file,
                                const CopyObserver& observer) const = 0;
  /// Reads such a file as a whole, checks that it is sound in itself, and tells what it holds.
  /// Throws Error(notADatabase) that says what is wrong.
  virtual DatabaseContents inspect(const std::string& file, const CopyObserver& observer) const = 0;
  /// Puts the database of `file` where `url` points to. What is there already is Error(conflict);
  /// with `keptAs`, a word, it is kept under its name and that, and the result tells where, else it
  /// is empty. Throws Error(busy) where somebody uses the database. A failure leaves what was
  /// there.
  virtual std::string restore(const std::string& file, const DatabaseContents& contents,
                              const DatabaseUrl& url,
                              const std::optional<std::string>& keptAs) const = 0;
};

}  // namespace repot
