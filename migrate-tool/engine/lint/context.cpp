// What is known while a file is read; see context.hpp.
#include "engine/lint/context.hpp"

#include <algorithm>

namespace repot::lint {
namespace {

using sql::Token;

void addColumn(KnownTable& table, const Statement& statement, const ColumnShape& column) {
  const std::string name = lowerAscii(column.name);
  table.columns[name] = column;
  if (column.unique || column.primaryKey) table.uniques.push_back({name});
  if (!column.check.empty()) table.checkedNames.merge(wordsOf(statement, column.check));
  if (!column.references.empty()) {
    ConstraintShape reference;
    reference.kind = ConstraintShape::Kind::foreignKey;
    reference.columns = {name};
    reference.references = column.references;
    table.constraints.push_back(reference);
  }
}

void addConstraint(KnownTable& table, const Statement& statement,
                   const ConstraintShape& constraint) {
  using Kind = ConstraintShape::Kind;
  table.constraints.push_back(constraint);
  if (constraint.kind == Kind::unique || constraint.kind == Kind::primaryKey)
    table.uniques.push_back(constraint.columns);
  if (!constraint.check.empty()) table.checkedNames.merge(wordsOf(statement, constraint.check));
}

void renameTable(Catalog& catalog, const std::string& from, const std::string& to) {
  auto node = catalog.tables.extract(from);
  if (!node.empty()) {
    node.key() = to;
    catalog.tables.insert(std::move(node));
  }
  catalog.renamed[from] = to;
  for (auto& [name, index] : catalog.indexes) {
    if (index.table == from) index.table = to;
  }
  for (KnownReader& reader : catalog.readers) {
    if (reader.table == from) reader.table = to;
    if (reader.words.erase(from) != 0) reader.words.insert(to);
  }
}

void recordAlter(const Statement& statement, Context& context) {
  using Kind = AlterAction::Kind;
  for (const AlterAction& action : statement.actions) {
    if (action.kind == Kind::renameTable) {
      renameTable(context.catalog, statement.table, action.to);
      context.file.renamedAway.insert(statement.table);
      continue;
    }
    KnownTable* const table = context.catalog.find(statement.table);
    if (table == nullptr) continue;
    if (action.kind == Kind::addColumn) addColumn(*table, statement, action.column);
    if (action.kind == Kind::dropColumn) table->columns.erase(action.name);
    if (action.kind == Kind::addConstraint) addConstraint(*table, statement, action.constraint);
    if (action.kind == Kind::renameColumn) {
      auto node = table->columns.extract(action.name);
      if (node.empty()) continue;
      node.key() = action.to;
      table->columns.insert(std::move(node));
    }
  }
}

void recordPragma(const Statement& statement, FileState& file) {
  if (statement.name == "foreign_key_check") file.foreignKeyCheck = true;
  if (statement.value.first >= statement.tokens.size() || statement.value.empty()) return;
  const std::string text = lowerAscii(statement.tokens[statement.value.first].text);
  const bool off = text == "off" || text == "0" || text == "false" || text == "no";
  if (statement.name == "legacy_alter_table") file.legacyAlter = !off;
  if (statement.name != "foreign_keys" || file.inTransaction()) return;
  file.foreignKeysOff = off;
  file.foreignKeysWereOff = file.foreignKeysWereOff || off;
}

bool isSchemaChange(const Statement& statement) {
  using Kind = Statement::Kind;
  return statement.kind == Kind::alterTable || statement.kind == Kind::dropTable ||
         (statement.kind == Kind::createIndex && !statement.concurrently);
}

void recordState(const Statement& statement, Context& context) {
  using Kind = Statement::Kind;
  FileState& file = context.file;
  if (statement.kind == Kind::begin) {
    file.transaction = true;
    file.altersInTransaction = file.notValidInTransaction = false;
  } else if (statement.kind == Kind::commit) {
    file.transaction = false;
    file.altersInTransaction = file.notValidInTransaction = false;
  } else if (statement.kind == Kind::pragma) {
    recordPragma(statement, file);
  } else if (statement.kind == Kind::set && statement.name == "lock_timeout") {
    file.lockTimeout = true;
  }
  if (isSchemaChange(statement) && !context.isNew(statement.table)) file.altersInTransaction = true;
  for (const AlterAction& action : statement.actions) {
    if (action.kind == AlterAction::Kind::addConstraint && action.constraint.notValid)
      file.notValidInTransaction = true;
  }
  if (changesSomething(statement) && !file.inTransaction()) ++file.changes;
}

}  // namespace

KnownTable* Catalog::find(const std::string& table) {
  const auto found = tables.find(table);
  return found == tables.end() ? nullptr : &found->second;
}

bool Catalog::isReferenced(const std::string& table) const {
  return std::any_of(tables.begin(), tables.end(), [&](const auto& entry) {
    return entry.first != table &&
           std::any_of(
               entry.second.constraints.begin(), entry.second.constraints.end(),
               [&](const ConstraintShape& constraint) { return constraint.references == table; });
  });
}

bool Context::isNew(const std::string& table) const {
  const KnownTable* const known = catalog.find(table);
  return known != nullptr && known->newInFile;
}

void record(const Statement& statement, Context& context) {
  using Kind = Statement::Kind;
  Catalog& catalog = context.catalog;
  recordState(statement, context);
  switch (statement.kind) {
    case Kind::createTable: {
      if (statement.ifNotExists && catalog.find(statement.table) != nullptr) return;
      KnownTable table;
      table.newInFile = true;
      for (const ColumnShape& column : statement.shapes)
        addColumn(table, statement, column);
      for (const ConstraintShape& constraint : statement.constraints)
        addConstraint(table, statement, constraint);
      catalog.tables[statement.table] = std::move(table);
      return;
    }
    case Kind::alterTable:
      return recordAlter(statement, context);
    case Kind::dropTable:
      catalog.tables.erase(statement.table);
      std::erase_if(catalog.indexes,
                    [&](const auto& entry) { return entry.second.table == statement.table; });
      std::erase_if(catalog.readers, [&](const KnownReader& reader) {
        return reader.isTrigger && reader.table == statement.table;
      });
      return;
    case Kind::createIndex:
      catalog.indexes[statement.name] = {statement.table, statement.columns, wordsOf(statement)};
      catalog.everCreated.push_back(catalog.indexes[statement.name]);
      return;
    case Kind::dropIndex:
      catalog.indexes.erase(statement.name);
      return;
    case Kind::createView:
    case Kind::createTrigger:
      catalog.readers.push_back({statement.name, statement.table,
                                 statement.kind == Kind::createTrigger, wordsOf(statement)});
      return;
    default:
      break;
  }
  if (statement.word(0, "DROP") && (statement.word(1, "VIEW") || statement.word(1, "TRIGGER"))) {
    const std::set<std::string> words = wordsOf(statement);
    std::erase_if(catalog.readers,
                  [&](const KnownReader& reader) { return words.count(reader.name) != 0; });
  }
}

std::set<std::string> wordsOf(const Statement& statement, Range range) {
  std::set<std::string> words;
  for (std::size_t i = range.first; i < range.last; ++i) {
    const Token& token = statement.tokens[i];
    if (token.kind == Token::Kind::word || token.kind == Token::Kind::quotedName)
      words.insert(lowerAscii(token.text));
  }
  return words;
}

std::set<std::string> wordsOf(const Statement& statement) {
  return wordsOf(statement, {0, statement.tokens.size()});
}

bool changesSomething(const Statement& statement) {
  using Kind = Statement::Kind;
  switch (statement.kind) {
    case Kind::createTable:
    case Kind::alterTable:
    case Kind::dropTable:
    case Kind::createIndex:
    case Kind::dropIndex:
    case Kind::createView:
    case Kind::createTrigger:
    case Kind::insert:
    case Kind::update:
    case Kind::remove:
      return !statement.concurrently;
    default:
      return statement.word(0, "DROP");
  }
}

}  // namespace repot::lint
