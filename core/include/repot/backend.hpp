// The contract between core and a backend. Applications do not need this header; it is what a new
// backend implements and registers under the scheme of its URLs.
#pragma once

#include <repot/options.hpp>
#include <repot/storage_figures.hpp>
#include <repot/url.hpp>
#include <repot/value.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repot {

class Copier;
class Observer;
struct Tally;
namespace detail {
class StatementWatch;
class Teller;
}  // namespace detail
namespace schema {
class Dialect;
}

/// Takes the values of one row or execution. Every position (1-based) is to be bound each time.
class Binder {
 public:
  virtual ~Binder() = default;
  /// By value, as a backend may keep it in place of a copy.
  virtual void bind(int position, Value value) = 0;
  /// As bind() of such a value, without making one: most of what is stored is numbers and texts.
  virtual void bindInteger(int position, std::int64_t number) { bind(position, Value(number)); }
  /// `text` must stay as it is until the execution is complete.
  virtual void bindText(int position, std::string_view text) {
    bind(position, Value(std::string(text)));
  }
};

/// A prepared statement of one connection; used by one thread at a time.
/// Placeholders are $1, $2, … in order of their first appearance.
class Statement : public Binder {
 public:
  Statement() noexcept;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() override;

  /// The first call executes; each returns true with the next row, or false at the end.
  bool next() { return watch_ == nullptr ? doNext() : watchedNext(); }
  /// Value of a column (0-based) of the current row, NULL as std::monostate. Throws Error(data)
  /// where the stored value is not of `type`; nothing is ever converted between storage classes.
  virtual Value column(int index, ColumnType type) const = 0;
  /// As column() of such a type, into place; false for NULL.
  virtual bool readInteger(int index, std::int64_t& number) const;
  virtual bool readText(int index, std::string& text) const;
  /// Rows changed by the execution, which must be complete (next() returned false).
  virtual std::int64_t affectedRows() const = 0;
  /// Forgets rows and bindings; must be called before the next execution.
  void reset() noexcept {
    if (watch_ != nullptr) tellEnd();
    doReset();
  }

 protected:
  /// What next() and reset() do, without telling observers.
  virtual bool doNext() = 0;
  virtual void doReset() noexcept = 0;

 private:
  friend class Connection;
  friend class detail::StatementWatch;
  bool watchedNext();
  void tellEnd() noexcept;

  /// What an observer is told of it; null where there is none, which is all that this costs then.
  std::unique_ptr<detail::StatementWatch> watch_;
};

/// Binds the values of row `index` (0-based), which must stay until the rows are stored.
using RowSource = std::function<void(std::size_t index, Binder& binder)>;

/// Where the rows of a bulk insert go; the names as they are, not quoted.
struct InsertTarget {
  std::string table;
  std::vector<std::string> columns;
};

/// How one of several servers says that it is.
struct ServerState {
  /// Whether a read may begin on it; see Connection::beginReadOn().
  bool suits(std::optional<std::uint64_t> wanted) const noexcept {
    return wanted ? standby && position >= *wanted : !standby;
  }
  bool standby = false;
  /// Up to which it has everything; grows.
  std::uint64_t position = 0;
  /// Which of the histories that failovers make it follows; a later one has a greater number.
  std::uint64_t history = 0;
};

/// What became of a transaction whose COMMIT was not answered.
enum class TransactionFate { stored, notStored, running, unknown };

/// One connection; used by one thread at a time, but for interrupt(). What runs on it is told to
/// its observer from here, around the backend's own functions (do…), which know nothing of that.
class Connection {
 public:
  Connection() noexcept;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection();

  /// From now on every statement is told to `observer`; before any is prepared.
  void observe(std::shared_ptr<Observer> observer);
  /// Where the observer counts what is ordinary on this connection; null: it is told of all.
  Tally* tally() const noexcept;

  /// The statement for `sql`, prepared once and cached; valid as long as the connection.
  Statement& prepare(std::string_view sql) {
    Statement& statement = doPrepare(sql);
    if (teller_ != nullptr && statement.watch_ == nullptr) watch(statement, sql);
    return statement;
  }
  /// A statement for a result that may be larger than memory. Others may run while it is read.
  std::unique_ptr<Statement> stream(std::string_view sql);
  /// Runs any number of statements without parameters or results.
  void executeScript(const std::string& sql);
  /// Inserts many rows the fastest way that the backend has; by default one by one.
  void insertRows(const InsertTarget& target, std::size_t rows, const RowSource& source);
  /// Executes `sql` once for each row of values and tells the rows that each execution changed; by
  /// default one after the other.
  void executeRows(std::string_view sql, std::size_t rows, const RowSource& source,
                   const std::function<void(std::size_t, std::int64_t)>& changed);
  /// `count` new values of a generated key, for rows to be inserted with insertRows(). Nothing
  /// where the database hands out keys only as it inserts.
  virtual std::optional<std::vector<std::int64_t>> takeKeys(const std::string& table,
                                                            const std::string& column,
                                                            std::size_t count);
  /// Starts a unit of work that may write.
  virtual void begin(LockMode lock, Isolation isolation) = 0;
  /// Starts a unit of work that sees one consistent state and cannot write.
  virtual void beginRead() = 0;
  /// Starts a unit of work that changes the schema and is the only one that does: waits up to
  /// `wait` for another such one, else Error(busy). SQLite: foreign keys are off in it, as
  /// rebuilding a table needs, and checked as a whole by commit(), which throws Error(foreignKey).
  virtual void beginSchemaChange(std::chrono::milliseconds wait) = 0;
  /// Throws Error with outcomeKnown() == false where the connection was lost underway.
  void commit();
  /// As commit(), of a unit of work that beginRead() began: its end costs less than measuring it
  /// would, so only an observer of everything is told.
  void commitRead();
  virtual void rollback() noexcept = 0;
  /// From now on whatever runs fails with Error(timeout) once this moment has passed; nothing: no
  /// bound. Set before begin(), which may hand it to the server.
  virtual void setDeadline(std::optional<std::chrono::steady_clock::time_point> deadline) = 0;
  /// Makes what is running, or runs next, fail with Error(timeout). From any thread.
  virtual void interrupt() noexcept = 0;
  /// How long the last begin() waited for a lock of the whole database.
  virtual std::chrono::microseconds lockWait() const noexcept { return {}; }
  /// The size of the whole database; outside of a unit of work.
  virtual StorageFigures storage() = 0;
  /// How a statement would be carried out, a line per step; nothing where the database cannot tell
  /// without the values of its placeholders.
  virtual std::vector<std::string> explain(std::string_view sql) = 0;
  /// False after a loss of connection: the pool drops it.
  virtual bool isUsable() noexcept = 0;
  /// A round trip to the server, for connections that were idle.
  virtual bool ping() noexcept = 0;

  // Where there are several servers, or one that is waited for. By default there are not.

  /// How the server is; outside of a unit of work.
  virtual ServerState serverState() { return {}; }
  /// As beginRead() on a standby that has everything up to `position`, or, without one, on the
  /// primary. Where the server is not that, nothing is begun. What it is, and the position of a
  /// standby.
  virtual ServerState beginReadOn(std::optional<std::uint64_t> position);
  /// Where the last unit of work that was stored ends; 0 where that is not known.
  virtual std::uint64_t storedAt() const noexcept { return 0; }
  /// What tells the running transaction from all others, for fateOf(); empty: nothing.
  virtual std::string transactionMark() const { return {}; }
  /// Asks, on another connection than it ran on. Throws Error.
  virtual TransactionFate fateOf(const std::string& mark);

 protected:
  /// What the public functions of these names do, without telling observers.
  virtual Statement& doPrepare(std::string_view sql) = 0;
  virtual std::unique_ptr<Statement> doStream(std::string_view sql) = 0;
  virtual void doExecuteScript(const std::string& sql) = 0;
  virtual void doInsertRows(const InsertTarget& target, std::size_t rows, const RowSource& source);
  virtual void doExecuteRows(std::string_view sql, std::size_t rows, const RowSource& source,
                             const std::function<void(std::size_t, std::int64_t)>& changed);
  virtual void doCommit() = 0;

 private:
  void watch(Statement& statement, std::string_view sql);
  template <typename Run>
  void timed(std::string_view sql, Run run);

  std::unique_ptr<detail::Teller> teller_;  ///< Null without an observer.
};

/// Locks on the rows that a query reads. Where a unit of work that writes is alone in the database
/// (SQLite) nothing has to be locked.
enum class RowLock {
  none,
  update,      ///< Until the unit's end; waits for other holders.
  skipLocked,  ///< As update, and leaves out the rows that others hold: for work queues.
};

enum class ConnectionRole { writer, reader };

/// How many connections the pool may open.
struct PoolShape {
  /// One queue for all units of work (false: writers have their own connection and queue).
  bool shared = true;
  std::size_t size = 1;
};

/// One of the servers that a URL names.
struct ServerAddress {
  DatabaseUrl url;     ///< Of it alone.
  std::string name;    ///< Host and port.
  std::string region;  ///< May be empty.
};

/// A kind of database: makes connections and knows its options. Stateless; thread-safe.
class Backend {
 public:
  virtual ~Backend() = default;
  /// Of its URLs: "sqlite".
  virtual std::string_view scheme() const noexcept = 0;
  /// A server may restart or move behind a connection; a file does not.
  virtual bool hasServer() const noexcept = 0;
  /// Takes the backend's options out of the URL into `options`. Throws Error(invalidUrl) for an
  /// unknown option, with the nearest known name.
  virtual void configure(const DatabaseUrl& url, DatabaseOptions& options) const = 0;
  /// The servers between which units of work are routed; empty: whatever the URL names is left to
  /// connect(). Throws Error(invalidUrl).
  virtual std::vector<ServerAddress> servers(const DatabaseUrl&) const { return {}; }
  virtual PoolShape poolShape(const DatabaseUrl& url, const DatabaseOptions& options) const = 0;
  virtual std::unique_ptr<Connection> connect(const DatabaseUrl& url,
                                              const DatabaseOptions& options,
                                              ConnectionRole role) const = 0;
  /// How schemas are read and changed; lives as long as the backend.
  virtual const schema::Dialect& schemaDialect() const noexcept = 0;
  /// How whole databases are copied, for backups; lives as long as the backend. Null: not at all.
  virtual const Copier* copier() const noexcept { return nullptr; }
  /// The condition that `column` matches the LIKE pattern at `placeholder`, escaped by a backslash.
  virtual std::string likeSql(const std::string& column, const std::string& placeholder,
                              bool ignoreCase) const = 0;
  /// What locks the rows of a SELECT, to be put at its end.
  virtual std::string rowLockSql(RowLock lock) const = 0;
};

/// Makes a backend known to Database::open(); a later one of the same scheme replaces the earlier.
/// Thread-safe.
void registerBackend(std::shared_ptr<const Backend> backend);

/// Throws Error(invalidUrl) that lists the known schemes.
std::shared_ptr<const Backend> findBackend(std::string_view scheme);

/// `name` as an SQL identifier. Throws Error(usage) where it is empty or holds a NUL.
std::string quoteIdentifier(std::string_view name);

/// Of `known`, the name with the least edit distance to `name`; empty where none is near.
std::string nearestName(std::string_view name, std::initializer_list<std::string_view> known);

}  // namespace repot
