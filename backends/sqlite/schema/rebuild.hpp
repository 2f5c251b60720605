// SQLite's way of altering a table where ALTER TABLE cannot: a new table, the rows copied, the old
// one dropped, the new one renamed (https://www.sqlite.org/lang_altertable.html, "12 steps").
#pragma once

#include <repot/schema/dialect.hpp>

#include <map>
#include <string>
#include <vector>

namespace repot::sqlite {

std::string tableSql(const schema::Table& table, bool ifMissing = false);

/// The steps from one form of a table to another of the same name.
class Rebuild {
 public:
  /// `triggers` are all of the schema. `converted` names the columns whose old values become new
  /// ones by an expression, or by the conversion of their types where that is empty.
  /// Throws Error(schema) where the table has what would be lost (Table::notCarried).
  Rebuild(const schema::Table& from, const schema::Table& to,
          const std::vector<schema::Trigger>& triggers,
          const std::map<std::string, schema::Sql>& converted);

  std::vector<schema::Statement> statements() const;
  /// Runs them, and compares the rows' number and digest before the old table is dropped.
  void run(UnitOfWork& work) const;

 private:
  struct Copied {
    std::string column;
    std::string source;  ///< The expression over the old table.
  };
  std::string rowidColumn() const;
  std::vector<std::string> before() const;
  std::vector<std::string> after() const;
  void compare(UnitOfWork& work) const;

  const schema::Table& from_;
  const schema::Table& to_;
  std::vector<std::string> triggers_;
  std::vector<Copied> copied_;
  std::string between_;  ///< The new table's name until the old one is gone.
};

}  // namespace repot::sqlite
