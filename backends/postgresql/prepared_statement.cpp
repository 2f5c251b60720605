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

namespace {

void requireSuccess(PGconn* connection, const PGresult* result, const std::string& sql) {
  const ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    throw errorOf(connection, result).withStatement(sql);
  }
}

Value valueAt(const PGresult* result, int row, int index, ColumnType type) {
  if (PQgetisnull(result, row, index) == 1) return {};
  const std::string_view text(PQgetvalue(result, row, index),
                              static_cast<std::size_t>(PQgetlength(result, row, index)));
  return parseText(text, PQftype(result, index), type);
}

}  // namespace

Parameters::Parameter& Parameters::at(int position) {
  const auto index = static_cast<std::size_t>(position - 1);
  if (parameters_.size() <= index) parameters_.resize(index + 1);
  return parameters_[index];
}

void Parameters::bind(int position, Value value) {
  Parameter& parameter = at(position);
  parameter.null = isNull(value);
  parameter.text.clear();
  if (!parameter.null) appendText(parameter.text, value);
}

const char* const* Parameters::pointers() {
  pointers_.clear();
  for (const Parameter& parameter : parameters_) {
    pointers_.push_back(parameter.null ? nullptr : parameter.text.c_str());
  }
  return pointers_.data();
}

PreparedStatement::PreparedStatement(soci::postgresql_session_backend& session,
                                     std::string_view sql, bool prepare, bool& outdated)
    : session_(session), outdated_(outdated), sql_(sql) {
  if (!prepare) return;
  soci_.reset(session.make_statement_backend());
  try {
    soci_->alloc();
    soci_->prepare(sql_, soci::details::st_repeatable_query);
    name_ = static_cast<const soci::postgresql_statement_backend&>(*soci_).statementName_;
  } catch (const soci::postgresql_soci_error& error) {
    throw errorOf(session_.conn_, error.sqlstate(), error.what()).withStatement(sql_);
  }
}

PreparedStatement::~PreparedStatement() = default;

void PreparedStatement::bind(int position, Value value) {
  inUse_ = true;
  parameters_.bind(position, std::move(value));
}

void PreparedStatement::execute() {
  PGconn* const connection = session_.conn_;
  result_.reset(soci_ ? PQexecPrepared(connection, name_.c_str(), parameters_.count(),
                                       parameters_.pointers(), nullptr, nullptr, 0)
                      : PQexecParams(connection, sql_.c_str(), parameters_.count(), nullptr,
                                     parameters_.pointers(), nullptr, nullptr, 0));
  try {
    requireSuccess(connection, result_.get(), sql_);
  } catch (const Error& error) {
    outdated_ = outdated_ || (soci_ && error.sqlState() == "0A000");
    throw;
  }
}

void PreparedStatement::send(Parameters& parameters) {
  PGconn* const connection = session_.conn_;
  const int sent = soci_ ? PQsendQueryPrepared(connection, name_.c_str(), parameters.count(),
                                               parameters.pointers(), nullptr, nullptr, 0)
                         : PQsendQueryParams(connection, sql_.c_str(), parameters.count(), nullptr,
                                             parameters.pointers(), nullptr, nullptr, 0);
  if (sent != 1) throw errorOf(connection, nullptr).withStatement(sql_);
}

bool PreparedStatement::doNext() {
  if (!result_) {
    inUse_ = true;
    execute();
  }
  if (row_ + 1 >= PQntuples(result_.get())) return false;
  ++row_;
  return true;
}

Value PreparedStatement::column(int index, ColumnType type) const {
  return valueAt(result_.get(), row_, index, type);
}

std::int64_t PreparedStatement::affectedRows() const {
  const std::string_view tuples(PQcmdTuples(result_.get()));
  std::int64_t rows = 0;
  std::from_chars(tuples.data(), tuples.data() + tuples.size(), rows);
  return rows;
}

void PreparedStatement::doReset() noexcept {
  result_.reset();
  parameters_.clear();
  row_ = -1;
  inUse_ = false;
}

CursorStatement::CursorStatement(PGconn* connection, std::string name, std::string_view sql)
    : connection_(connection), name_(std::move(name)), sql_(sql) {}

CursorStatement::~CursorStatement() {
  reset();
}

void CursorStatement::fetch() {
  const std::string sql = "FETCH " + std::to_string(batch) + " FROM " + name_;
  rows_.reset(PQexec(connection_, sql.c_str()));
  requireSuccess(connection_, rows_.get(), sql_);
  row_ = -1;
}

bool CursorStatement::doNext() {
  if (!open_) {
    const std::string sql = "DECLARE " + name_ + " NO SCROLL CURSOR FOR " + sql_;
    const Result declared(PQexecParams(connection_, sql.c_str(), parameters_.count(), nullptr,
                                       parameters_.pointers(), nullptr, nullptr, 0));
    requireSuccess(connection_, declared.get(), sql_);
    open_ = true;
    fetch();
  }
  if (row_ + 1 >= PQntuples(rows_.get())) {
    if (PQntuples(rows_.get()) < batch) return false;
    fetch();
    if (PQntuples(rows_.get()) == 0) return false;
  }
  ++row_;
  return true;
}

Value CursorStatement::column(int index, ColumnType type) const {
  return valueAt(rows_.get(), row_, index, type);
}

void CursorStatement::doReset() noexcept {
  rows_.reset();
  row_ = -1;
  parameters_.clear();
  if (!open_) return;
  open_ = false;
  // After an error the cursor ends with its transaction.
  if (PQtransactionStatus(connection_) == PQTRANS_INTRANS) {
    const Result closed(PQexec(connection_, ("CLOSE " + name_).c_str()));
  }
}

}  // namespace repot::postgresql
