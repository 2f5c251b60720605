// Random sequences of migrations; see random_migrations.hpp.
#include "random_migrations.hpp"

#include <repot/backend.hpp>
#include <repot/formats.hpp>
#include <repot/sql.hpp>

#include <iterator>
#include <set>
#include <sstream>

namespace repot::test {
namespace {

using schema::Change;
using schema::Changes;
using schema::Column;

Value valueOf(const ModelColumn& column, const Cell& cell) {
  if (!cell) return {};
  if (column.type == ColumnType::integer) return std::int64_t{std::stoll(*cell)};
  return *cell;
}

Column columnOf(const std::string& name, const ModelColumn& model) {
  Column column{.name = name, .type = {.kind = model.type}, .nullable = model.nullable};
  if (model.defaultValue) {
    column.defaultValue = schema::Default{.value = valueOf(model, model.defaultValue)};
  }
  return column;
}

/// Makes one migration after the other against a model of what there is.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  RandomMigration next(int number) {
    RandomMigration made;
    made.migration.id = std::to_string(number);
    if (number > 1) made.migration.after = {std::to_string(number - 1)};
    up_.clear();
    down_.clear();
    effectUp_.clear();
    effectDown_.clear();
    text_.clear();
    const int steps = draw(1, 5);
    for (int i = 0; i < steps; ++i)
      addStep(number);
    made.text = made.migration.description = text_;
    made.migration.up = [changes = up_](Changes& to) {
      for (const Change& change : changes)
        to.add(change);
    };
    // What was done last is undone first.
    made.migration.down = [changes = down_](Changes& to) {
      for (auto change = changes.rbegin(); change != changes.rend(); ++change)
        to.add(*change);
    };
    made.up = [effects = effectUp_](Model& model) {
      for (const auto& effect : effects)
        effect(model);
    };
    made.down = [effects = effectDown_](Model& model) {
      for (auto effect = effects.rbegin(); effect != effects.rend(); ++effect)
        (*effect)(model);
    };
    return made;
  }

 private:
  using Effect = std::function<void(Model&)>;

  int draw(int low, int high) { return std::uniform_int_distribution(low, high)(random_); }

  void step(Change up, Change down, const Effect& effectUp, const Effect& effectDown,
            const std::string& text) {
    up_.push_back(std::move(up));
    down_.push_back(std::move(down));
    effectUp_.push_back(effectUp);
    effectDown_.push_back(effectDown);
    effectUp(model_);
    text_ += (text_.empty() ? "" : "; ") + text;
  }

  std::string newName(const char* prefix) { return prefix + std::to_string(++names_); }

  std::string anyTable() {
    return std::next(model_.begin(), draw(0, static_cast<int>(model_.size()) - 1))->first;
  }

  /// A column of the table that meets the condition; empty where there is none.
  std::string anyColumn(const std::string& table,
                        const std::function<bool(const ModelColumn&)>& meets) {
    std::vector<std::string> names;
    for (const auto& [name, column] : model_[table].columns) {
      if (meets(column)) names.push_back(name);
    }
    return names.empty() ? "" : names[static_cast<std::size_t>(draw(0, int(names.size()) - 1))];
  }

  ModelColumn newColumn() {
    ModelColumn column;
    column.type = draw(0, 1) == 0 ? ColumnType::text : ColumnType::integer;
    column.nullable = draw(0, 1) == 0;
    if (!column.nullable || draw(0, 1) == 0)
      column.defaultValue = column.type == ColumnType::integer ? "7" : "it's \"new\"";
    return column;
  }

  void addStep(int number) {
    if (model_.empty() || (number < 4 && draw(0, 2) == 0)) return createTable();
    const std::string table = anyTable();
    switch (draw(0, 9)) {
      case 0:
        return createTable();
      case 1:
      case 2:
        return addColumn(table);
      case 3:
        return dropColumn(table);
      case 4:
        return renameColumn(table);
      case 5:
        return renameTable(table);
      case 6:
        return changeType(table);
      case 7:
        return allowNull(table);
      case 8:
        return addReference(table);
      default:
        return addIndexOrCheck(table);
    }
  }

  void createTable() {
    const std::string name = newName("t");
    ModelTable model;
    schema::Table table{.name = name};
    schema::TableBuilder(table).identity("id");
    for (int i = draw(1, 4); i > 0; --i) {
      const std::string column = newName("c");
      model.columns[column] = newColumn();
      table.columns.push_back(columnOf(column, model.columns[column]));
    }
    step(
        schema::CreateTable{table}, schema::DropTable{name}, [=](Model& all) { all[name] = model; },
        [=](Model& all) { all.erase(name); }, "create " + name);
  }

  static Effect adds(const std::string& table, const std::string& name, const ModelColumn& column) {
    return [=](Model& all) {
      all[table].columns[name] = column;
      for (auto& [id, row] : all[table].rows)
        row[name] = column.defaultValue;
    };
  }

  static Effect drops(const std::string& table, const std::string& name) {
    return [=](Model& all) {
      all[table].columns.erase(name);
      for (auto& [id, row] : all[table].rows)
        row.erase(name);
    };
  }

  void addColumn(const std::string& table) {
    const std::string name = newName("c");
    const ModelColumn column = newColumn();
    step(schema::AddColumn{table, columnOf(name, column)}, schema::DropColumn{table, name},
         adds(table, name, column), drops(table, name), "add " + table + '.' + name);
  }

  /// The one that says that it loses something: a downgrade brings the default back.
  void dropColumn(const std::string& table) {
    const std::string name = anyColumn(table, [&](const ModelColumn& column) {
      return column.references.empty() && !column.digits && !column.filled;
    });
    if (name.empty() || used_.contains(name)) return addColumn(table);
    const ModelColumn column = model_[table].columns[name];
    step(schema::DropColumn{table, name}, schema::AddColumn{table, columnOf(name, column)},
         drops(table, name), adds(table, name, column), "drop " + table + '.' + name);
  }

  static Effect renames(const std::string& table, const std::string& from, const std::string& to) {
    return [=](Model& all) {
      auto column = all[table].columns.extract(from);
      column.key() = to;
      all[table].columns.insert(std::move(column));
      for (auto& [id, row] : all[table].rows) {
        auto cell = row.extract(from);
        cell.key() = to;
        row.insert(std::move(cell));
      }
    };
  }

  void renameColumn(const std::string& table) {
    const std::string from = anyColumn(table, [](const ModelColumn&) { return true; });
    if (from.empty()) return addColumn(table);
    const std::string to = newName("c");
    if (used_.contains(from)) used_.insert(to);
    step(schema::RenameColumn{table, from, to}, schema::RenameColumn{table, to, from},
         renames(table, from, to), renames(table, to, from),
         "rename " + table + '.' + from + " to " + to);
  }

  static Effect renamesTable(const std::string& from, const std::string& to) {
    return [=](Model& all) {
      auto table = all.extract(from);
      table.key() = to;
      all.insert(std::move(table));
      for (auto& [name, other] : all) {
        for (auto& [columnName, column] : other.columns) {
          if (column.references == from) column.references = to;
        }
      }
    };
  }

  void renameTable(const std::string& from) {
    const std::string to = newName("t");
    step(schema::RenameTable{from, to}, schema::RenameTable{to, from}, renamesTable(from, to),
         renamesTable(to, from), "rename " + from + " to " + to);
  }

  static Effect becomes(const std::string& table, const std::string& name,
                        const ModelColumn& column) {
    return [=](Model& all) { all[table].columns[name] = column; };
  }

  void alter(const std::string& table, const std::string& name, const ModelColumn& to,
             const std::string& text) {
    const ModelColumn from = model_[table].columns[name];
    step(schema::AlterColumn{table, columnOf(name, to), {}},
         schema::AlterColumn{table, columnOf(name, from), {}}, becomes(table, name, to),
         becomes(table, name, from), text + ' ' + table + '.' + name);
  }

  void changeType(const std::string& table) {
    const std::string name = anyColumn(table, [](const ModelColumn& column) {
      return column.type == ColumnType::integer && column.references.empty();
    });
    if (name.empty() || used_.contains(name)) return addColumn(table);
    ModelColumn column = model_[table].columns[name];
    column.type = ColumnType::text;
    column.digits = true;
    alter(table, name, column, "text of");
  }

  void allowNull(const std::string& table) {
    const std::string name =
        anyColumn(table, [](const ModelColumn& column) { return !column.nullable; });
    if (name.empty()) return addColumn(table);
    ModelColumn column = model_[table].columns[name];
    column.nullable = true;
    column.filled = true;
    alter(table, name, column, "allow NULL in");
  }

  void addReference(const std::string& table) {
    const std::string target = anyTable();
    const std::string name = newName("r");
    ModelColumn column{.type = ColumnType::integer, .references = target};
    used_.insert(name);
    step(schema::AddColumn{table, columnOf(name, column)}, schema::DropColumn{table, name},
         adds(table, name, column), drops(table, name), "add " + table + '.' + name);
    const std::string key = newName("fk");
    step(
        schema::AddForeignKey{
            table, {.name = key, .columns = {name}, .table = target, .targetColumns = {"id"}}},
        schema::DropConstraint{table, key}, [](Model&) {}, [](Model&) {}, "reference " + target);
  }

  void addIndexOrCheck(const std::string& table) {
    const std::string name = anyColumn(table, [](const ModelColumn&) { return true; });
    if (name.empty()) return addColumn(table);
    used_.insert(name);
    const auto nothing = [](Model&) {};
    const std::string key = newName("x");
    switch (draw(0, 2)) {
      case 0:
        return step(schema::AddCheck{table, {key, quoteIdentifier("id") + " > 0"}},
                    schema::DropConstraint{table, key}, nothing, nothing, "check " + table);
      case 1:
        return step(schema::AddUnique{table, {key, {"id", name}}},
                    schema::DropConstraint{table, key}, nothing, nothing, "unique " + table);
      default:
        return step(schema::CreateIndex{table, {.name = key, .parts = {{.column = name}}}},
                    schema::DropIndex{table, key}, nothing, nothing, "index " + table);
    }
  }

  std::mt19937 random_;
  Model model_;
  int names_ = 0;
  std::set<std::string> used_;  ///< Columns that keys and indexes are on: not dropped or altered.
  std::vector<Change> up_, down_;
  std::vector<Effect> effectUp_, effectDown_;
  std::string text_;
};

Cell randomCell(const Model& model, const ModelColumn& column, std::mt19937& random) {
  const auto draw = [&](int high) { return std::uniform_int_distribution(0, high)(random); };
  if (!column.references.empty()) {
    const auto& rows = model.at(column.references).rows;
    if (rows.empty() || draw(2) == 0) return {};
    return std::to_string(std::next(rows.begin(), draw(static_cast<int>(rows.size()) - 1))->first);
  }
  if (column.nullable && !column.filled && draw(3) == 0) return {};
  if (column.type == ColumnType::integer || column.digits)
    return std::to_string(draw(1'000'000) - 500'000);
  const char* texts[] = {"", "'quoted'", "Jóga", "10", "a\nb", "-- no comment", "NULL"};
  return texts[draw(6)] + std::to_string(draw(9));
}

}  // namespace

std::vector<RandomMigration> randomMigrations(unsigned seed, int count) {
  Generator generator(seed);
  std::vector<RandomMigration> migrations;
  for (int number = 1; number <= count; ++number)
    migrations.push_back(generator.next(number));
  return migrations;
}

schema::Migrations migrationsOf(const std::vector<RandomMigration>& random) {
  schema::Migrations migrations;
  for (const RandomMigration& one : random)
    migrations.add(one.migration);
  return migrations;
}

void addRandomRows(Model& model, UnitOfWork& work, std::mt19937& random) {
  for (auto& [name, table] : model) {
    for (int i = std::uniform_int_distribution(0, 3)(random); i > 0; --i) {
      std::string names;
      std::string places;
      std::vector<Value> values;
      std::map<std::string, Cell> row;
      for (const auto& [column, description] : table.columns) {
        row[column] = randomCell(model, description, random);
        values.push_back(valueOf(description, row[column]));
        names += (names.empty() ? "" : ", ") + quoteIdentifier(column);
        places += (places.empty() ? "$" : ", $") + std::to_string(values.size());
      }
      const std::string into = "INSERT INTO " + quoteIdentifier(name);
      work.execute(values.empty() ? into + " DEFAULT VALUES"
                                  : into + " (" + names + ") VALUES (" + places + ')',
                   values);
      // The key is the next one also after a rebuild: identities are part of what is kept.
      table.rows[++table.lastId] = row;
    }
  }
}

Model readRows(UnitOfWork& work, const Model& shape) {
  Model read;
  for (const auto& [name, table] : shape) {
    std::string names = "id";
    std::vector<ColumnType> types{ColumnType::integer};
    for (const auto& [column, description] : table.columns) {
      names += ", " + quoteIdentifier(column);
      types.push_back(description.type);
    }
    ModelTable& into = read[name];
    const auto& columns = table.columns;  // Clang 14's lambdas cannot have the binding.
    work.query("SELECT " + names + " FROM " + quoteIdentifier(name), {}, types,
               [&](std::vector<Value>& values) {
                 auto& row = into.rows[std::get<std::int64_t>(values[0])];
                 std::size_t index = 0;
                 for (const auto& [column, description] : columns) {
                   const Value& value = values[++index];
                   row[column] = isNull(value) ? Cell() : Cell(formats::toText(value));
                 }
               });
  }
  return read;
}

std::string describe(const Model& model) {
  std::ostringstream text;
  for (const auto& [name, table] : model) {
    text << name << '\n';
    for (const auto& [id, row] : table.rows) {
      text << "  " << id;
      for (const auto& [column, cell] : row)
        text << ' ' << column << '=' << (cell ? '<' + *cell + '>' : "NULL");
      text << '\n';
    }
  }
  return text.str();
}

}  // namespace repot::test
