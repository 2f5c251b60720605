// Bulk transfer through libpq: binary COPY in and out, in large reused buffers. SOCI has no COPY
// and libpqxx only the text form, which takes several times the client's CPU.
#pragma once

#include <repot/byte_buffer.hpp>
#include <repot/postgresql/copy_decoder.hpp>
#include <repot/postgresql/silence_watch.hpp>
#include <repot/url.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct pg_conn;
struct pg_result;

namespace repot::postgresql {

/// The URL as libpq takes it: no driver, none of Repot's options. Holds the password.
std::string connectionString(const DatabaseUrl& url);
/// Settings that every connection pins, so that no server default changes a value; with `local`
/// only until the end of the transaction.
std::string sessionSettings(bool local = false);
/// A query that sets what a long run wants beyond that: nothing that an administrator gave the role
/// or the database, for the application, cuts its sessions off or changes how they spell and lock.
std::string runSettings();

/// A connection for bulk work. Thread-safety: one thread at a time, but for cancel().
class BulkConnection {
 public:
  /// Throws Error (connection, authentication) without any secret.
  explicit BulkConnection(const DatabaseUrl& url);
  ~BulkConnection();
  BulkConnection(const BulkConnection&) = delete;
  BulkConnection& operator=(const BulkConnection&) = delete;

  /// Runs statements that give no rows.
  void execute(const std::string& sql);
  /// The first column of the first row as text; empty where it is NULL or there is none.
  std::string value(const std::string& sql);
  /// Whether the wait of a commit for synchronous standbys was ended, by a timeout or a cancel, so
  /// that it is stored on this server alone; the server itself calls that a success.
  bool unconfirmed() const noexcept { return unconfirmed_; }
  pg_conn* raw() const noexcept { return connection_; }
  WatchedSession& session() noexcept { return session_; }

 private:
  static void onNotice(void* connection, const pg_result* notice) noexcept;

  pg_conn* connection_;
  WatchedSession session_;
  bool unconfirmed_ = false;
};

/// One COPY … FROM STDIN (FORMAT binary). The caller appends whole fields to buffer() and calls
/// rowDone() after each row; what is buffered goes out once it is `batchBytes` long.
/// Destroyed before finish(), it ends the COPY with an error, so that nothing of it is stored.
class CopyWriter {
 public:
  CopyWriter(BulkConnection& connection, const std::string& copySql, std::size_t batchBytes);
  ~CopyWriter();
  CopyWriter(const CopyWriter&) = delete;
  CopyWriter& operator=(const CopyWriter&) = delete;

  ByteBuffer& buffer() noexcept { return buffer_; }
  void rowDone() {
    if (buffer_.size() >= batchBytes_) flush();
  }
  /// Sends a large value without copying it as a whole into the buffer.
  void appendLarge(std::string_view bytes);
  /// Bytes handed to libpq so far.
  long long bytes() const noexcept { return bytes_; }
  /// Ends the COPY and returns the rows that the server took. Throws Error.
  long long finish();
  /// Of a COPY into `table` that failed: which row the server refused, from 1 on; 0 where it did
  /// not say.
  long long failedRow(const std::string& table) const;

 private:
  void flush();
  void send(const char* data, std::size_t size);
  [[noreturn]] void fail(const pg_result* result);

  BulkConnection& connection_;
  std::size_t batchBytes_;
  ByteBuffer buffer_;
  long long bytes_ = 0;
  std::string failure_;  ///< Where the server was, in its own words.
  bool open_ = false;
};

/// One COPY … TO STDOUT (FORMAT binary), row by row.
class CopyReader {
 public:
  using Field = CopyField;
  CopyReader(BulkConnection& connection, const std::string& copySql);
  ~CopyReader();
  CopyReader(const CopyReader&) = delete;
  CopyReader& operator=(const CopyReader&) = delete;

  /// The next row's fields, valid until the next call; false at the end. Throws Error, also for a
  /// stream that is not what the format says.
  bool next(std::vector<Field>& fields);

 private:
  bool receive();

  BulkConnection& connection_;
  CopyDecoder decoder_;
  char* message_ = nullptr;
  std::string_view bytes_;
  bool done_ = false;
};

}  // namespace repot::postgresql
