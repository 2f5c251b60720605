// What SQLite's ALTER TABLE cannot do, and what a rename or a drop runs into.
#include "engine/lint/context.hpp"

#include <algorithm>
#include <array>

namespace repot::lint {
namespace {

using sql::Token;

bool isNullDefault(const Statement& statement, const ColumnShape& column) {
  return column.defaultValue.empty() || statement.word(column.defaultValue.first, "NULL");
}

/// A number, a text, TRUE, FALSE or NULL, be it signed.
bool isConstant(const Statement& statement, Range range) {
  if (range.empty()) return true;
  std::size_t at = range.first;
  if (statement.symbol(at, "-") || statement.symbol(at, "+")) ++at;
  if (at >= range.last) return false;
  const Token& token = statement.tokens[at];
  switch (token.kind) {
    case Token::Kind::string:
    case Token::Kind::blob:
    case Token::Kind::integer:
    case Token::Kind::real:
    case Token::Kind::quotedName:  // A text to SQLite; sqlite-double-quoted-string tells.
      return true;
    case Token::Kind::word:
      return at + 1 == range.last && (statement.word(at, "NULL") || statement.word(at, "TRUE") ||
                                      statement.word(at, "FALSE"));
    default:
      return false;
  }
}

void checkAddColumn(const Statement& statement, const AlterAction& action, const Context& context) {
  const ColumnShape& column = action.column;
  const std::string name = statement.table + '.' + action.name;
  if (column.unique || column.primaryKey)
    context.report("sqlite-add-column-unique", column.at, name);
  if (column.generated && column.stored)
    context.report("sqlite-add-column-generated", column.at, name);
  if (!isConstant(statement, column.defaultValue))
    context.report("sqlite-add-column-default", column.defaultValue.first, name);
  if (!column.references.empty() && !isNullDefault(statement, column))
    context.report("sqlite-add-column-references", column.at, name);
  const bool serial = column.type.find("SERIAL") != std::string::npos;
  const bool filled = column.generated || column.identity || serial || column.primaryKey;
  if (column.notNull && isNullDefault(statement, column) && !filled)
    context.report("add-column-not-null", column.at, name);
}

/// What of the catalog names the column; empty: nothing known.
std::string usesOf(const std::string& tableName, const std::string& column,
                   const Context& context) {
  std::string uses;
  const auto use = [&](const std::string& what) { uses += (uses.empty() ? "" : ", ") + what; };
  for (const auto& [name, index] : context.catalog.indexes) {
    if (index.table == tableName && index.words.count(column) != 0) use("index " + name);
  }
  for (const KnownReader& reader : context.catalog.readers) {
    const bool readsTable = reader.table == tableName || reader.words.count(tableName) != 0;
    if (readsTable && reader.words.count(column) != 0)
      use((reader.isTrigger ? "trigger " : "view ") + reader.name);
  }
  const KnownTable* const table = context.catalog.find(tableName);
  if (table == nullptr) return uses;
  if (table->checkedNames.count(column) != 0) use("a CHECK");
  for (const auto& unique : table->uniques) {
    if (std::find(unique.begin(), unique.end(), column) != unique.end()) use("a unique key");
  }
  for (const ConstraintShape& constraint : table->constraints) {
    if (constraint.kind == ConstraintShape::Kind::foreignKey &&
        std::find(constraint.columns.begin(), constraint.columns.end(), column) !=
            constraint.columns.end())
      use("a foreign key");
  }
  return uses;
}

void checkDropColumn(const Statement& statement, const AlterAction& action,
                     const Context& context) {
  const std::string name = statement.table + '.' + action.name;
  context.report("sqlite-drop-column-version", action.at, name);
  const std::string uses = usesOf(statement.table, action.name, context);
  if (!uses.empty())
    context.report("sqlite-drop-column-in-use", action.at, name + " is named by " + uses);
}

void checkRename(const Statement& statement, const AlterAction& action, const Context& context) {
  std::string readers;
  for (const KnownReader& reader : context.catalog.readers) {
    const bool readsTable =
        reader.table == statement.table || reader.words.count(statement.table) != 0;
    const bool readsColumn = action.name.empty() || reader.words.count(action.name) != 0;
    if (readsTable && readsColumn) readers += (readers.empty() ? "" : ", ") + reader.name;
  }
  const bool referenced = action.kind == AlterAction::Kind::renameTable &&
                          context.catalog.isReferenced(statement.table);
  if (referenced) readers += (readers.empty() ? "" : ", ") + std::string("foreign keys");
  if (!readers.empty()) {
    context.report("sqlite-rename-dependants", action.at, readers);
  } else if (context.file.legacyAlter && !context.isNew(statement.table)) {
    context.report("sqlite-rename-dependants", action.at, "legacy_alter_table is ON");
  }
}

}  // namespace

void checkAlterSqlite(const Statement& statement, const Context& context) {
  using Kind = AlterAction::Kind;
  if (statement.kind == Statement::Kind::createTable && !statement.temporary &&
      context.file.renamedAway.count(statement.table) != 0) {
    context.report("sqlite-rename-old-away", 0, statement.table);
  }
  if (statement.kind != Statement::Kind::alterTable) return;
  if (statement.actions.size() > 1) context.report("sqlite-alter-several", statement.actions[1].at);
  for (const AlterAction& action : statement.actions) {
    if (action.condition) context.report("sqlite-alter-several", action.at, "IF [NOT] EXISTS");
    switch (action.kind) {
      case Kind::addColumn:
        checkAddColumn(statement, action, context);
        break;
      case Kind::dropColumn:
        checkDropColumn(statement, action, context);
        break;
      case Kind::renameColumn:
      case Kind::renameTable:
        checkRename(statement, action, context);
        break;
      case Kind::alterType:
      case Kind::setNotNull:
      case Kind::otherColumn:
        context.report("sqlite-alter-column", action.at, statement.table + '.' + action.name);
        break;
      case Kind::addConstraint:
      case Kind::dropConstraint:
      case Kind::renameConstraint:
      case Kind::validateConstraint:
        context.report("sqlite-alter-constraint", action.at);
        break;
      case Kind::setStorage:
      case Kind::other:
        context.report("sqlite-unsupported", action.at);
        break;
    }
  }
}

}  // namespace repot::lint
