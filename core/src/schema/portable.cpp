// See portable.hpp.
#include "schema/portable.hpp"

#include <utility>

namespace repot::schema {
namespace {

/// PostgreSQL's own for columns that name none.
constexpr std::string_view usual = "default";

void forget(Column& column) {
  column.type.native.clear();
  column.collation.clear();
}
void forget(Index& index) {
  for (IndexPart& part : index.parts)
    part.collation.clear();
}
void forget(Table& table) {
  for (Column& column : table.columns)
    forget(column);
  for (Index& index : table.indexes)
    forget(index);
}

/// Collects the remarks on a change.
class Remarks {
 public:
  Remarks(std::string_view scheme, std::string table) : scheme_(scheme), table_(std::move(table)) {}

  void on(const Column& column) {
    const std::string object = "column " + table_ + '.' + column.name;
    collation(object, column.collation);
    if (column.defaultValue) sql(object, column.defaultValue->sql);
    if (column.generated) sql(object, column.generated->sql);
  }
  void on(const Check& check) {
    sql((check.name.empty() ? "a CHECK" : "CHECK " + check.name) + ofTable(), check.condition);
  }
  void on(const Index& index) {
    const std::string object = "index " + index.name;
    for (const IndexPart& part : index.parts) {
      collation(object, part.collation);
      sql(object, part.expression);
    }
    sql(object, index.where);
  }
  void on(const View& view) { sql("view " + view.name, view.select); }
  void on(const Trigger& trigger) {
    const std::string object = "trigger " + trigger.name + ofTable();
    if (!trigger.sql.text.empty()) return sql(object, trigger.sql);
    if (!trigger.sql.dialects.empty())
      add(object, "is left out, as it is written for " + std::string(scheme_));
  }
  void on(const Table& table) {
    for (const Column& column : table.columns)
      on(column);
    for (const Check& check : table.checks)
      on(check);
    for (const Index& index : table.indexes)
      on(index);
  }

  std::vector<Remark> all;

 private:
  std::string ofTable() const { return " of table " + table_; }
  void collation(const std::string& object, const std::string& name) {
    if (!name.empty() && name != usual)
      add(object, "loses the collation " + name + ", which is of " + std::string(scheme_));
  }
  /// SQL without a text of its own for the other database.
  void sql(const std::string& object, const Sql& sql) {
    if (sql.dialects.empty() && !sql.text.empty())
      add(object, "holds SQL of " + std::string(scheme_) + ": look whether it means the same");
  }
  void add(const std::string& object, std::string text) {
    if (all.empty() || all.back().object != object || all.back().text != text)
      all.push_back({object, std::move(text)});
  }

  std::string_view scheme_;
  std::string table_;
};

std::string tableOf(const Change& change) {
  return std::visit(
      [](const auto& made) {
        if constexpr (requires { made.table.name; })
          return made.table.name;
        else if constexpr (requires { made.trigger; })
          return made.trigger.table;
        else if constexpr (requires { made.table; })
          return made.table;
        else
          return std::string();
      },
      change);
}

}  // namespace

Schema portable(Schema schema) {
  for (Table& table : schema.tables)
    forget(table);
  return schema;
}

Change portable(Change change) {
  std::visit(
      [](auto& made) {
        if constexpr (requires { forget(made.column); }) forget(made.column);
        if constexpr (requires { forget(made.table); }) forget(made.table);
        if constexpr (requires { forget(made.index); }) forget(made.index);
      },
      change);
  return change;
}

std::vector<Remark> remarksOn(const Change& change, std::string_view scheme) {
  Remarks remarks(scheme, tableOf(change));
  std::visit(
      [&](const auto& made) {
        if constexpr (requires { remarks.on(made.column); }) remarks.on(made.column);
        if constexpr (requires { remarks.on(made.table); }) remarks.on(made.table);
        if constexpr (requires { remarks.on(made.index); }) remarks.on(made.index);
        if constexpr (requires { remarks.on(made.check); }) remarks.on(made.check);
        if constexpr (requires { remarks.on(made.view); }) remarks.on(made.view);
        if constexpr (requires { remarks.on(made.trigger); }) remarks.on(made.trigger);
      },
      change);
  return std::move(remarks.all);
}

}  // namespace repot::schema
