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

class PreparedStatement final : public Statement {
 public:
  PreparedStatement(soci::postgresql_session_backend& session, std::string_view sql);
  ~PreparedStatement() override;

  void bind(int position, const Value& value) override;
  bool next() override;
  Value column(int index, ColumnType type) const override;
  std::int64_t affectedRows() const override;
  void reset() noexcept override;

  bool inUse() const noexcept { return inUse_; }

 private:
  struct Parameter {
    std::string text;
    bool null = true;
  };
  void execute();

  soci::postgresql_session_backend& session_;
  std::string sql_;
  std::unique_ptr<soci::details::statement_backend> soci_;
  std::string name_;  ///< Of the prepared statement on the server.
  std::vector<Parameter> parameters_;
  std::vector<const char*> pointers_;
  Result result_;
  int row_ = -1;
  bool inUse_ = false;
};

}  // namespace repot::postgresql
