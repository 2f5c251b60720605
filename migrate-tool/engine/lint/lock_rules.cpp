// What keeps others waiting on PostgreSQL, or rewrites tables under a strong lock. Tables that the
// same file creates are nobody's yet and are left alone.
#include "engine/lint/context.hpp"

#include <algorithm>
#include <array>

namespace repot::lint {
namespace {

using sql::Token;
using Kind = Statement::Kind;

bool hasVolatileDefault(const Statement& statement, const ColumnShape& column) {
  static constexpr std::array<std::string_view, 9> functions = {
      "random",    "gen_random_uuid", "uuid_generate_v4", "clock_timestamp", "nextval",
      "timeofday", "uuidv4",          "uuidv7",           "uuid_generate_v1"};
  for (std::size_t i = column.defaultValue.first; i < column.defaultValue.last; ++i) {
    const Token& token = statement.tokens[i];
    if (token.kind == Token::Kind::word && statement.symbol(i + 1, "(") &&
        std::find(functions.begin(), functions.end(), lowerAscii(token.text)) != functions.end())
      return true;
  }
  return false;
}

void checkAddColumn(const Statement& statement, const AlterAction& action, const Context& context) {
  const std::string name = statement.table + '.' + action.name;
  const ColumnShape& column = action.column;
  if (hasVolatileDefault(statement, column))
    context.report("pg-volatile-default", column.defaultValue.first, name);
  const bool serial = column.type.find("SERIAL") != std::string::npos;
  if (serial || column.identity || (column.generated && column.stored))
    context.report("pg-add-stored-column", column.at, name);
  if (column.unique || column.primaryKey)
    context.report("pg-add-unique-using-index", column.at, name);
  if (!column.check.empty()) context.report("pg-add-check-not-valid", column.check.first, name);
  const bool filled =
      !column.defaultValue.empty() && !statement.word(column.defaultValue.first, "NULL");
  // Without a default every row has NULL, which refers to nothing.
  if (!column.references.empty() && filled)
    context.report("pg-add-foreign-key-not-valid", column.at, name);
}

void checkConstraint(const AlterAction& action, const Context& context) {
  using Shape = ConstraintShape::Kind;
  const ConstraintShape& constraint = action.constraint;
  switch (constraint.kind) {
    case Shape::check:
      if (!constraint.notValid) context.report("pg-add-check-not-valid", action.at);
      return;
    case Shape::foreignKey:
      if (!constraint.notValid) context.report("pg-add-foreign-key-not-valid", action.at);
      return;
    case Shape::unique:
    case Shape::primaryKey:
      if (!constraint.usingIndex) context.report("pg-add-unique-using-index", action.at);
      return;
    case Shape::exclude:
      return context.report("pg-add-exclude", action.at);
  }
}

void checkAlter(const Statement& statement, const Context& context) {
  using Action = AlterAction::Kind;
  for (const AlterAction& action : statement.actions) {
    const std::string name = statement.table + '.' + action.name;
    switch (action.kind) {
      case Action::addColumn:
        checkAddColumn(statement, action, context);
        break;
      case Action::addConstraint:
        checkConstraint(action, context);
        break;
      case Action::alterType:
        context.report("pg-alter-type", action.at, name);
        break;
      case Action::setNotNull:
        context.report("pg-set-not-null", action.at, name);
        break;
      case Action::dropColumn:
        context.report("pg-drop-column", action.at, name);
        break;
      case Action::renameColumn:
      case Action::renameTable:
        context.report("pg-rename", action.at);
        break;
      case Action::setStorage:
        context.report("pg-set-storage", action.at);
        break;
      case Action::validateConstraint:
        if (context.file.notValidInTransaction && context.file.inTransaction())
          context.report("pg-validate-same-transaction", action.at);
        break;
      default:
        break;
    }
  }
}

void checkIndex(const Statement& statement, const Context& context) {
  if (statement.concurrently) {
    if (context.file.inTransaction()) context.report("pg-concurrently-in-transaction", 0);
    if (statement.ifNotExists) context.report("pg-concurrently-if-not-exists", 0, statement.name);
  } else if (statement.kind == Kind::createIndex) {
    if (!context.isNew(statement.table))
      context.report("pg-index-concurrently", 0, statement.table);
  } else {
    const auto known = context.catalog.indexes.find(statement.name);
    const bool fresh = known != context.catalog.indexes.end() && context.isNew(known->second.table);
    if (!fresh) context.report("pg-drop-index-concurrently", 0, statement.name);
  }
}

void checkRewrites(const Statement& statement, const Context& context) {
  const auto at = [&](std::size_t i, std::string_view word) { return statement.word(i, word); };
  bool full = false, concurrently = false;
  for (std::size_t i = 1; i < statement.tokens.size(); ++i) {
    full = full || at(i, "FULL");
    concurrently = concurrently || at(i, "CONCURRENTLY");
  }
  if ((at(0, "VACUUM") && full) || at(0, "CLUSTER") || (at(0, "REINDEX") && !concurrently))
    context.report("pg-vacuum-full", 0);
  if (at(0, "TRUNCATE")) context.report("pg-truncate", 0);
  if (at(0, "ALTER") && at(1, "TYPE") && context.file.inTransaction()) {
    for (std::size_t i = 2; i + 1 < statement.tokens.size(); ++i) {
      if (at(i, "ADD") && at(i + 1, "VALUE")) return context.report("pg-enum-in-transaction", 0);
    }
  }
}

}  // namespace

void checkLocks(const Statement& statement, const Context& context) {
  checkRewrites(statement, context);
  if (statement.kind == Kind::createIndex || statement.kind == Kind::dropIndex)
    checkIndex(statement, context);
  const bool changesData = statement.kind == Kind::update || statement.kind == Kind::remove;
  if (changesData && context.file.inTransaction() && context.file.altersInTransaction &&
      !context.isNew(statement.table))
    context.report("pg-ddl-with-mass-update", 0, statement.table);
  if (statement.kind != Kind::alterTable || context.isNew(statement.table)) return;
  checkAlter(statement, context);
  if (!context.file.lockTimeout) context.report("pg-lock-timeout", 0, statement.table);
}

}  // namespace repot::lint
