// What the rules know besides the statement at hand: the file's state, and what was created before.
#pragma once

#include "engine/lint/lint.hpp"
#include "engine/lint/statement.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace repot::lint {

struct KnownTable {
  std::map<std::string, ColumnShape> columns;  ///< By name in lower case.
  std::vector<ConstraintShape> constraints;
  /// The words of CHECKs, by column-independent position: names in lower case.
  std::set<std::string> checkedNames;
  /// Sets of columns that are unique by a constraint.
  std::vector<std::vector<std::string>> uniques;
  bool newInFile = false;
};

struct KnownIndex {
  std::string table;
  std::vector<std::string> columns;
  std::set<std::string> words;  ///< Every name in the statement.
};

/// A view or trigger.
struct KnownReader {
  std::string name;
  std::string table;  ///< Of a trigger.
  bool isTrigger = false;
  std::set<std::string> words;
};

/// Grows with every statement of every file.
struct Catalog {
  std::map<std::string, KnownTable> tables;
  std::map<std::string, KnownIndex> indexes;
  std::vector<KnownReader> readers;
  std::vector<KnownIndex> everCreated;         ///< Indexes, also dropped ones.
  std::map<std::string, std::string> renamed;  ///< Old names of tables to new ones.

  KnownTable* find(const std::string& table);
  /// True where a foreign key of another table points to it.
  bool isReferenced(const std::string& table) const;
};

/// Within one file.
struct FileState {
  bool transaction = false;      ///< The file's own BEGIN is open.
  bool wrapped = false;          ///< The tool that runs the file makes a transaction around it.
  bool lockTimeout = false;      ///< SET lock_timeout was seen.
  bool foreignKeysOff = false;   ///< PRAGMA foreign_keys = OFF outside of a transaction.
  bool foreignKeyCheck = false;  ///< PRAGMA foreign_key_check was seen.
  bool foreignKeysWereOff = false;
  bool legacyAlter = false;  ///< PRAGMA legacy_alter_table = ON
  bool altersInTransaction = false;
  bool notValidInTransaction = false;
  std::size_t changes = 0;  ///< Statements that change something, outside of transactions.
  std::set<std::string> renamedAway;  ///< Old names of tables renamed in this file.
  bool inTransaction() const { return transaction || wrapped; }
};

class Context {
 public:
  using Report =
      std::function<void(std::string_view rule, std::size_t token, const std::string& detail)>;
  Context(Catalog& known, FileState& state, Report report)
      : catalog(known), file(state), report_(std::move(report)) {}

  /// A finding at a token of the statement.
  void report(std::string_view rule, std::size_t token, const std::string& detail = {}) const {
    report_(rule, token, detail);
  }
  /// Created by this very file, so that nobody uses it yet.
  bool isNew(const std::string& table) const;

  Catalog& catalog;
  FileState& file;

 private:
  Report report_;
};

/// The rules, by what they look at. Called before record() for each statement.
void checkAlterSqlite(const Statement& statement, const Context& context);
void checkTypes(const Statement& statement, const Context& context);
void checkTables(const Statement& statement, const Context& context);
void checkScript(const Statement& statement, const Context& context);
void checkPortable(const Statement& statement, const Context& context);
void checkLocks(const Statement& statement, const Context& context);
/// When everything was read: what needs the whole of a file, and all indexes.
using FileReport = std::function<void(std::size_t statement, std::string_view rule,
                                      std::size_t token, const std::string& detail)>;
void checkFile(const std::vector<Statement>& statements, const FileReport& report,
               const Catalog& catalog, const FileState& file);

/// Takes the statement into the catalog and the state of the file.
void record(const Statement& statement, Context& context);

/// Every word and quoted name of the statement, in lower case.
std::set<std::string> wordsOf(const Statement& statement, Range range);
std::set<std::string> wordsOf(const Statement& statement);
/// A statement that changes data or schema.
bool changesSomething(const Statement& statement);

}  // namespace repot::lint
