// Many rows without a round trip for each: COPY for inserts, a pipeline for other statements.
#include "postgresql/connection.hpp"
#include "postgresql/result_error.hpp"
#include "postgresql/text_values.hpp"

#include <repot/error.hpp>
#include <repot/formats.hpp>

#include <soci/postgresql/soci-postgresql.h>

#include <algorithm>
#include <charconv>

namespace repot::postgresql {
namespace {

/// Bytes handed to libpq at a time.
constexpr std::size_t copyBuffer = 64 * 1024;
/// Statements sent before their answers are read. Answers are some tens of bytes, so that those of
/// a batch fit into the socket's buffers and neither side ever waits for the other.
constexpr std::size_t pipelineBatch = 200;

/// `text` as a field of COPY's text format.
void appendCopyField(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += c;
    }
  }
}

/// The fields of a row, bound in their order.
class CopyRow final : public Binder {
 public:
  explicit CopyRow(std::string& buffer) : buffer_(buffer) {}
  void bind(int position, Value value) override {
    separate(position);
    if (isNull(value)) {
      buffer_ += "\\N";
      return;
    }
    text_.clear();
    appendText(text_, value);
    appendCopyField(buffer_, text_);
  }
  void bindText(int position, std::string_view text) override {
    separate(position);
    formats::checkText(text);
    appendCopyField(buffer_, text);
  }

 private:
  void separate(int position) {
    if (position > 1) buffer_ += '\t';
  }

  std::string& buffer_;
  std::string text_;
};

std::int64_t rowsOf(PGresult* result) {
  const std::string_view text(PQcmdTuples(result));
  std::int64_t rows = 0;
  std::from_chars(text.data(), text.data() + text.size(), rows);
  return rows;
}

/// COPY FROM STDIN; ended by the destructor where it is left early.
class Copy {
 public:
  Copy(PGconn* connection, const std::string& sql) : connection_(connection), sql_(sql) {
    const Result started(PQexec(connection_, sql_.c_str()));
    if (PQresultStatus(started.get()) != PGRES_COPY_IN)
      throw errorOf(connection_, started.get()).withStatement(sql_);
    open_ = true;
  }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;
  ~Copy() {
    if (!open_) return;
    PQputCopyEnd(connection_, "the application gave up");
    while (Result rest{PQgetResult(connection_)}) {
    }
  }

  void put(const std::string& data) {
    if (PQputCopyData(connection_, data.data(), static_cast<int>(data.size())) != 1)
      throw errorOf(connection_, nullptr).withStatement(sql_);
  }
  void finish() {
    open_ = false;
    const bool ended = PQputCopyEnd(connection_, nullptr) == 1;
    Result result(PQgetResult(connection_));
    while (Result rest{PQgetResult(connection_)}) {
    }
    if (!ended || PQresultStatus(result.get()) != PGRES_COMMAND_OK)
      throw errorOf(connection_, result.get()).withStatement(sql_);
  }

 private:
  PGconn* const connection_;
  const std::string sql_;
  bool open_ = false;
};

/// libpq's pipeline mode for as long as it lives.
class Pipeline {
 public:
  explicit Pipeline(PGconn* connection) : connection_(connection) {
    if (PQenterPipelineMode(connection_) != 1) throw errorOf(connection_, nullptr);
  }
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;
  ~Pipeline() {
    if (unread_) sync([](PGresult*) {});
    PQexitPipelineMode(connection_);
  }

  void sent() { unread_ = true; }
  /// Reads the answers to all that was sent; `visit` gets each but those to skipped statements.
  template <typename Visit>
  void sync(Visit visit) {
    unread_ = false;
    if (PQpipelineSync(connection_) != 1) return;  // The connection is lost; isUsable() tells.
    while (PQstatus(connection_) == CONNECTION_OK) {
      const Result result(PQgetResult(connection_));
      if (!result) continue;  // The end of one statement's answers.
      const ExecStatusType status = PQresultStatus(result.get());
      if (status == PGRES_PIPELINE_SYNC) return;
      if (status != PGRES_PIPELINE_ABORTED) visit(result.get());
    }
  }

 private:
  PGconn* const connection_;
  bool unread_ = false;
};

}  // namespace

void PostgresqlConnection::doInsertRows(const InsertTarget& target, std::size_t rows,
                                        const RowSource& source) {
  std::string sql = "COPY " + quoteIdentifier(target.table) + " (";
  for (std::size_t i = 0; i < target.columns.size(); ++i)
    sql += (i > 0 ? ", " : "") + quoteIdentifier(target.columns[i]);
  Copy copy(backend_->conn_, sql + ") FROM STDIN");
  std::string buffer;
  CopyRow fields(buffer);
  for (std::size_t row = 0; row < rows; ++row) {
    source(row, fields);
    buffer += '\n';
    if (buffer.size() >= copyBuffer) {
      copy.put(buffer);
      buffer.clear();
    }
  }
  if (!buffer.empty()) copy.put(buffer);
  copy.finish();
}

void PostgresqlConnection::doExecuteRows(
    std::string_view sql, std::size_t rows, const RowSource& source,
    const std::function<void(std::size_t, std::int64_t)>& changed) {
  PGconn* const connection = backend_->conn_;
  PreparedStatement& statement = prepared(sql);
  Parameters parameters;
  for (std::size_t first = 0; first < rows; first += pipelineBatch) {
    const std::size_t end = std::min(rows, first + pipelineBatch);
    std::vector<std::int64_t> counts;
    std::optional<Error> failure;
    {
      Pipeline pipeline(connection);
      for (std::size_t row = first; row < end; ++row) {
        parameters.clear();
        source(row, parameters);
        statement.send(parameters);
        pipeline.sent();
      }
      pipeline.sync([&](PGresult* result) {
        const ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
          counts.push_back(rowsOf(result));
        } else if (!failure) {
          failure = errorOf(connection, result).withStatement(std::string(sql));
        }
      });
    }
    if (failure) throw *failure;
    if (counts.size() != end - first)
      throw errorOf(connection, nullptr).withStatement(std::string(sql));
    for (std::size_t i = 0; i < counts.size(); ++i)
      changed(first + i, counts[i]);
  }
}

std::optional<std::vector<std::int64_t>> PostgresqlConnection::takeKeys(const std::string& table,
                                                                        const std::string& column,
                                                                        std::size_t count) {
  Statement& statement =
      doPrepare("SELECT nextval(pg_get_serial_sequence($1, $2)) FROM generate_series(1, $3)");
  std::vector<std::int64_t> keys;
  try {
    statement.bind(1, Value(quoteIdentifier(table)));
    statement.bind(2, Value(column));
    statement.bind(3, Value(static_cast<std::int64_t>(count)));
    while (statement.next()) {
      const Value key = statement.column(0, ColumnType::integer);
      if (isNull(key)) {
        throw Error(ErrorKind::schema,
                    table + '.' + column + " is mapped as a generated key but has no sequence");
      }
      keys.push_back(std::get<std::int64_t>(key));
    }
  } catch (...) {
    statement.reset();
    throw;
  }
  statement.reset();
  return keys;
}

}  // namespace repot::postgresql
