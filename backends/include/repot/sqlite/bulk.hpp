// Bulk reading of an SQLite file through the C API: read-only handles that share one snapshot, and
// statements with access to the raw handle for hot loops. Nothing here ever writes to the file.
#pragma once

#include <repot/storage_figures.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace repot::sqlite {

/// Storage class of a value; the numbers are those of sqlite3_column_type().
enum class StorageClass { integer = 1, real = 2, text = 3, blob = 4, null = 5 };

/// A prepared statement. Lifetime: within that of its reader. Thread-safety: one thread at a time.
///
/// The values of a row are taken from SQLite together when the first of them is asked for, since
/// each question to SQLite costs more than its answer is worth.
class Statement {
 public:
  Statement(sqlite3* handle, std::string_view sql);
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  /// True: there is a row. False: done. Throws Error.
  bool step();
  void reset() noexcept;
  Statement& bind(int index, std::int64_t value);      ///< 1-based.
  Statement& bind(int index, std::string_view value);  ///< Copies.

  int columnCount() const noexcept;
  /// Columns are counted from 0. Each of these throws Error(resource) where memory ends while the
  /// row is taken.
  StorageClass type(int column) const { return value(column).type; }
  bool isNull(int column) const { return type(column) == StorageClass::null; }
  /// Values of other classes are converted as SQLite does it.
  std::int64_t int64(int column) const {
    const Value& own = value(column);
    return own.type == StorageClass::integer ? own.integer : converted(column).integer;
  }
  double real(int column) const {
    const Value& own = value(column);
    return own.type == StorageClass::real ? own.real : converted(column).real;
  }
  /// UTF-8 bytes, valid until the next step; holds NULs and invalid sequences as stored.
  /// Empty for NULL.
  std::string_view text(int column) const { return bytes(column); }
  std::string_view blob(int column) const { return bytes(column); }
  std::string string(int column) const { return std::string(text(column)); }
  std::string columnName(int column) const;

  sqlite3_stmt* raw() const noexcept { return statement_; }

 private:
  struct Value {
    StorageClass type = StorageClass::null;
    std::int64_t integer = 0;  ///< Of an integer.
    double real = 0;           ///< Of a real.
    std::string_view bytes;    ///< Of a text or a blob.
  };
  const Value& value(int column) const {
    if (!taken_) takeRow();
    return values_[static_cast<std::size_t>(column)];
  }
  std::string_view bytes(int column) const {
    const Value& own = value(column);
    return own.type == StorageClass::text || own.type == StorageClass::blob ? own.bytes
                                                                            : convertedText(column);
  }
  void takeRow() const;
  Value converted(int column) const noexcept;
  std::string_view convertedText(int column) const;
  void requireMemory(const void* data) const;

  sqlite3_stmt* statement_ = nullptr;
  mutable std::vector<Value> values_;
  mutable bool taken_ = false;
};

/// One read-only connection inside the source's snapshot. Thread-safety: one thread at a time;
/// different readers of a source may be used by different threads.
class SqliteReader {
 public:
  Statement prepare(std::string_view sql) { return Statement(handle_, sql); }
  sqlite3* raw() const noexcept { return handle_; }
  /// Collations that the schema uses and nobody registered; they compare as BINARY here.
  const std::vector<std::string>& unknownCollations() const noexcept { return unknownCollations_; }

  ~SqliteReader();
  SqliteReader(const SqliteReader&) = delete;
  SqliteReader& operator=(const SqliteReader&) = delete;

 private:
  friend class SqliteSource;
  SqliteReader(const std::string& path, std::chrono::milliseconds busyTimeout);
  static void provideCollation(void* self, sqlite3* handle, int encoding, const char* name);
  void execute(const char* sql);
  void trustIfNeeded();

  sqlite3* handle_ = nullptr;
  std::vector<std::string> unknownCollations_;
};

struct SourceOptions {
  /// Handles that share the snapshot; two are what two cores can use. Where others write at full
  /// speed there may be one only.
  std::size_t readers = 1;
  /// How long to wait for a writer: as long as a Repot writer may hold its lock.
  std::chrono::milliseconds busyTimeout{30'000};
  /// Work on a private copy of the file, so that a long read does not hold up writers of a database
  /// in rollback-journal mode.
  bool privateCopy = false;
  /// Where private copies go; empty: $TMPDIR or /tmp.
  std::string temporaryDirectory;
};

/// An existing SQLite file, open for reading, in one consistent snapshot over all its readers.
///
/// The file is never created, changed, or opened with `immutable=1`. (Beside a database in WAL mode
/// SQLite itself leaves a -shm and an empty -wal when it is read, as it does for any reader.) Where
/// a database in WAL mode cannot be read in place (read-only directory), a private copy of it and
/// its `-wal` is read. Where a killed writer left a rollback journal, the file is refused, or with
/// SourceOptions::privateCopy a copy read in which that is rolled back. Views, triggers and
/// functions of the schema are not trusted (trusted_schema off where this SQLite can read the
/// schema so, defensive).
class SqliteSource {
 public:
  /// Opens `path`, taken byte for byte (no URI), and takes the snapshot.
  /// Errors: notFound, permission, notADatabase (with a hint at what the file is), busy, resource.
  static SqliteSource open(const std::string& path, const SourceOptions& options = {});
  ~SqliteSource();
  SqliteSource(SqliteSource&&) noexcept;
  SqliteSource& operator=(SqliteSource&&) noexcept;

  SqliteReader& reader(std::size_t index = 0);
  std::size_t readerCount() const noexcept;
  /// Opens one more reader, in the same snapshot; false where that cannot be, as when somebody
  /// wrote since. Callable from any thread, while others use their readers.
  bool addReader();
  Statement prepare(std::string_view sql) { return reader(0).prepare(sql); }

  /// Leaves the snapshot and takes a new one; statements of the readers must be gone.
  void refreshSnapshot();
  /// Leaves the snapshot, so that the file is held up by nobody here, until refreshSnapshot().
  void leaveSnapshot() noexcept;
  /// Whether somebody wrote to the file after the last snapshot, which may have been left. Reads no
  /// rows. Of a private copy: whether the files are others than when they were copied.
  bool writtenSinceSnapshot();
  /// Problems that `PRAGMA quick_check` lists (at most 20); empty where the file is sound, and
  /// where it was stopped before it found any. By a reader of its own, so that it can go on beside
  /// others, in a thread of its own. Throws Error (resource, …) where a page cannot be read.
  std::vector<std::string> quickCheck(const std::stop_token& stop = {}) const;
  /// Stops what any reader is doing; its statement throws Error(timeout). Callable from any thread.
  void interrupt() noexcept;

  /// Its size as the snapshot sees it, and that of the -wal.
  StorageFigures storage();
  const std::string& path() const noexcept;  ///< As given.
  std::int64_t bytes() const noexcept;       ///< Size of the file and its -wal.
  bool isPrivateCopy() const noexcept;
  /// Remarks on how the file was found, for the report ("in WAL mode, but without -wal file").
  const std::vector<std::string>& notes() const noexcept;

 private:
  struct State;
  explicit SqliteSource(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace repot::sqlite
