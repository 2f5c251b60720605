// A prepared statement of the repositories. SOCI prepares it; values cross through libpq, because
// SOCI cuts texts at NUL, reads numeric as double and tells no bytea from text.
#pragma once

#include <repot/backend.hpp>

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace soci {
struct postgresql_session_backend;
namespace details {
class statement_backend;
}
}  // namespace soci

namespace repot::postgresql {

struct ResultDeleter {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ResultDeleter>;

/// Values in PostgreSQL's text format, as libpq takes them.
class Parameters final : public Binder {
 public:
  void bind(int position, Value value) override;
  void clear() noexcept { parameters_.clear(); }
  int count() const noexcept { return static_cast<int>(parameters_.size()); }
  /// Valid until the next change.
  const char* const* pointers();

 private:
  struct Parameter {
    std::string text;
    bool null = true;
  };
  Parameter& at(int position);

  std::vector<Parameter> parameters_;
  std::vector<const char*> pointers_;
};

class PreparedStatement final : public Statement {
 public:
  /// Without `prepare` nothing is left on the server: the text goes with each execution.
  /// `outdated` is set where the server says that what was prepared no longer fits the schema.
  PreparedStatement(soci::postgresql_session_backend& session, std::string_view sql, bool prepare,
                    bool& outdated);
  ~PreparedStatement() override;

  void bind(int position, Value value) override;
  Value column(int index, ColumnType type) const override;
  std::int64_t affectedRows() const override;

  bool inUse() const noexcept { return inUse_; }
  /// Starts an execution with these values without waiting for its result, in a pipeline.
  void send(Parameters& parameters);

 protected:
  bool doNext() override;
  void doReset() noexcept override;

 private:
  void execute();

  soci::postgresql_session_backend& session_;
  bool& outdated_;
  std::string sql_;
  std::unique_ptr<soci::details::statement_backend> soci_;
  std::string name_;  ///< Of the prepared statement on the server; empty where there is none.
  Parameters parameters_;
  Result result_;
  int row_ = -1;
  bool inUse_ = false;
};

/// A result read through a cursor in the server, some rows at a time.
class CursorStatement final : public Statement {
 public:
  /// Rows fetched at a time: enough that a round trip costs little, few enough to be held.
  static constexpr int batch = 1000;

  /// `name` must be the only one of the unit of work.
  CursorStatement(PGconn* connection, std::string name, std::string_view sql);
  ~CursorStatement() override;

  void bind(int position, Value value) override { parameters_.bind(position, std::move(value)); }
  Value column(int index, ColumnType type) const override;
  std::int64_t affectedRows() const override { return 0; }

 protected:
  bool doNext() override;
  void doReset() noexcept override;

 private:
  void fetch();

  PGconn* const connection_;
  const std::string name_;
  const std::string sql_;
  Parameters parameters_;
  Result rows_;
  int row_ = -1;
  bool open_ = false;
};

}  // namespace repot::postgresql
