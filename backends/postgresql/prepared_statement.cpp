// Binding and reading of values in PostgreSQL's text forms; see prepared_statement.hpp.
#include "postgresql/prepared_statement.hpp"

#include "postgresql/result_error.hpp"
#include "postgresql/text_values.hpp"

#include <repot/error.hpp>
#include <repot/postgresql/errors.hpp>

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

#include <array>
#include <charconv>
#include <cmath>

namespace repot::postgresql {

PreparedStatement::PreparedStatement(soci::postgresql_session_backend& session,
                                     std::string_view sql)
    : session_(session), sql_(sql), soci_(session.make_statement_backend()) {
  try {
    soci_->alloc();
    soci_->prepare(sql_, soci::details::st_repeatable_query);
    name_ = static_cast<const soci::postgresql_statement_backend&>(*soci_).statementName_;
  } catch (const soci::postgresql_soci_error& error) {
    throw errorOf(session_.conn_, error.sqlstate(), error.what()).withStatement(sql_);
  }
}

PreparedStatement::~PreparedStatement() = default;

void PreparedStatement::bind(int position, const Value& value) {
  inUse_ = true;
  const auto index = static_cast<std::size_t>(position - 1);
  if (parameters_.size() <= index) parameters_.resize(index + 1);
  Parameter& parameter = parameters_[index];
  parameter.null = isNull(value);
  parameter.text.clear();
  if (!parameter.null) appendText(parameter.text, value);
}

void PreparedStatement::execute() {
  pointers_.clear();
  for (const Parameter& parameter : parameters_) {
    pointers_.push_back(parameter.null ? nullptr : parameter.text.c_str());
  }
  result_.reset(PQexecPrepared(session_.conn_, name_.c_str(), static_cast<int>(pointers_.size()),
                               pointers_.data(), nullptr, nullptr, 0));
  const ExecStatusType status = PQresultStatus(result_.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    throw errorOf(session_.conn_, result_.get()).withStatement(sql_);
  }
}

bool PreparedStatement::next() {
  if (!result_) {
    inUse_ = true;
    execute();
  }
  if (row_ + 1 >= PQntuples(result_.get())) return false;
  ++row_;
  return true;
}

Value PreparedStatement::column(int index, ColumnType type) const {
  if (PQgetisnull(result_.get(), row_, index) == 1) return {};
  const std::string_view text(PQgetvalue(result_.get(), row_, index),
                              static_cast<std::size_t>(PQgetlength(result_.get(), row_, index)));
  return parseText(text, PQftype(result_.get(), index), type);
}

std::int64_t PreparedStatement::affectedRows() const {
  const std::string_view tuples(PQcmdTuples(result_.get()));
  std::int64_t rows = 0;
  std::from_chars(tuples.data(), tuples.data() + tuples.size(), rows);
  return rows;
}

void PreparedStatement::reset() noexcept {
  result_.reset();
  parameters_.clear();
  row_ = -1;
  inUse_ = false;
}

}  // namespace repot::postgresql
