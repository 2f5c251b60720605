// The steps of a migration, written once for every database: plain values in the order to be made,
// and a builder that reads well.
#pragma once

#include <repot/schema/model.hpp>

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace repot {
class UnitOfWork;
}

namespace repot::schema {

// clang-format off
/// `ifMissing`: nothing happens where a table of this name is there, whatever it looks like.
struct CreateTable      { Table table; bool ifMissing = false; };
struct DropTable        { std::string table; };
struct RenameTable      { std::string table, to; };
struct AddColumn        { std::string table; Column column; };
struct DropColumn       { std::string table, column; };
struct RenameColumn     { std::string table, column, to; };
/// Type, nullability, default, collation and generation become those of `column` (same name).
struct AlterColumn {
  std::string table;
  Column column;
  /// How old values become new ones where the type changes; empty: as a cast that loses nothing, and
  /// the migration fails naming the first value that it would change.
  Sql convert;
};
struct AddPrimaryKey    { std::string table; Key key; };
struct DropPrimaryKey   { std::string table; };
struct AddUnique        { std::string table; Key key; };
struct AddCheck         { std::string table; Check check; };
struct AddForeignKey    { std::string table; ForeignKey key; };
/// A unique key, CHECK or foreign key, by its name.
struct DropConstraint   { std::string table, name; };
struct CreateIndex      { std::string table; Index index; };
struct DropIndex        { std::string table, name; };
struct CreateView       { View view; };
struct DropView         { std::string name; };
struct CreateTrigger    { Trigger trigger; };
struct DropTrigger      { std::string table, name; };
/// SQL of the author's own, where nothing above serves.
struct Execute          { Sql sql; };
/// Work on data by the library's means; `text` says in dry runs what it does.
struct Run              { std::string text; std::function<void(UnitOfWork&)> work; };
// clang-format on

using Change = std::variant<CreateTable, DropTable, RenameTable, AddColumn, DropColumn,
                            RenameColumn, AlterColumn, AddPrimaryKey, DropPrimaryKey, AddUnique,
                            AddCheck, AddForeignKey, DropConstraint, CreateIndex, DropIndex,
                            CreateView, DropView, CreateTrigger, DropTrigger, Execute, Run>;

/// Describes one table; made by Changes::createTable(). Each call returns the builder.
class TableBuilder {
 public:
  /// Describes `table` from where it is.
  explicit TableBuilder(Table& table) : table_(table) {}
  /// A column that cannot be NULL; the modifiers below apply to the last column.
  TableBuilder& column(std::string name, ColumnType type, int length = 0, int scale = 0);
  TableBuilder& identity(std::string name);  ///< The key that the database hands out.
  TableBuilder& nullable();
  TableBuilder& defaultTo(Value value);
  TableBuilder& defaultToNow();
  TableBuilder& defaultToSql(Sql expression);
  TableBuilder& generatedAs(Sql expression, bool stored = true);
  TableBuilder& collate(std::string collation);
  /// REFERENCES of the last column alone.
  TableBuilder& references(std::string table, std::string column,
                           Action onDelete = Action::noAction, Action onUpdate = Action::noAction);
  TableBuilder& primaryKey(std::vector<std::string> columns);
  TableBuilder& unique(std::vector<std::string> columns, std::string name = {});
  TableBuilder& check(Sql condition, std::string name = {});
  TableBuilder& foreignKey(ForeignKey key);
  TableBuilder& index(std::vector<std::string> columns, std::string name = {}, bool unique = false);

 private:
  Table& table_;
};

/// Changes in their order. Unnamed constraints and indexes get the names of nameConstraints();
/// those of CHECKs added to a table with add() name no columns, as the table is not known here.
class Changes {
 public:
  /// One change each, in the order of the calls; Change tells what each means.
  Changes& createTable(std::string name, const std::function<void(TableBuilder&)>& describe);
  Changes& add(Change change);  ///< Any change, also those without a short form here.
  Changes& dropTable(std::string name);
  Changes& renameTable(std::string name, std::string to);
  Changes& addColumn(std::string table, Column column);
  Changes& dropColumn(std::string table, std::string column);
  Changes& renameColumn(std::string table, std::string column, std::string to);
  Changes& alterColumn(std::string table, Column column, Sql convert = {});
  Changes& createIndex(std::string table, std::vector<std::string> columns, std::string name = {},
                       bool unique = false, Sql where = {});
  Changes& dropIndex(std::string table, std::string name);
  Changes& execute(Sql sql);
  Changes& run(std::string text, std::function<void(UnitOfWork&)> work);

  /// In the order to be made.
  const std::vector<Change>& all() const noexcept { return changes_; }

 private:
  std::vector<Change> changes_;
};

/// Makes the change in a schema held in memory; Execute and Run change nothing. Throws
/// Error(schema) where it cannot be made, naming what is in the way: the table or column is missing
/// or there already, or a column to be dropped is part of a key, index or CHECK of more columns.
void apply(Schema& schema, const Change& change);

}  // namespace repot::schema
