// Random schemas; see random_schema.hpp.
#include "random_schema.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <string>
#include <utility>

namespace repot::schema {
namespace {

constexpr std::array<std::string_view, 5> tableNames = {"artists", "albums", "tracks", "tags",
                                                        "plays"};
constexpr std::array<std::string_view, 5> columnNames = {"title", "year", "rating", "note",
                                                         "added at"};

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  Schema run() {
    for (const std::string_view name : tableNames) {
      if (chance(60)) schema_.tables.push_back(table(std::string(name)));
    }
    for (Table& table : schema_.tables)
      addForeignKeys(table);
    addViews();
    addTriggers();
    shuffle(schema_.tables);
    return std::move(schema_);
  }

 private:
  bool chance(int percent) { return below(100) < percent; }
  int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }
  template <typename Items>
  void shuffle(Items& items) {
    std::shuffle(items.begin(), items.end(), random_);
  }

  Table table(std::string name) {
    Table table;
    table.name = std::move(name);
    Column id;
    id.name = "id";
    // An identity is one for ever.
    id.identity = table.name == "plays";
    id.type.kind = id.identity || chance(70) ? ColumnType::integer : ColumnType::text;
    table.columns.push_back(id);
    for (const std::string_view column : columnNames) {
      if (chance(60)) table.columns.push_back(this->column(std::string(column)));
    }
    if (table.columns.size() > 1 && chance(15))
      table.columns.push_back(generated(table.columns.back().name));
    shuffle(table.columns);
    table.primaryKey = {"pk_" + table.name, {"id"}};
    for (const Column& column : table.columns) {
      if (column.name == "id" || column.generated) continue;
      if (chance(15)) table.uniqueKeys.push_back({"uq_" + table.name + column.name, {column.name}});
      if (chance(15)) table.checks.push_back(check(table.name, column.name));
      if (chance(20)) table.indexes.push_back(index(table.name, column.name));
    }
    return table;
  }

  Column column(std::string name) {
    static constexpr std::array types = {ColumnType::integer, ColumnType::text, ColumnType::boolean,
                                         ColumnType::decimal};
    Column column;
    column.name = std::move(name);
    column.type.kind = types[static_cast<std::size_t>(below(types.size()))];
    if (column.type.kind == ColumnType::text && chance(50)) column.type.length = 10 + below(3);
    if (column.type.kind == ColumnType::decimal) column.type = {ColumnType::decimal, 10, 2, {}};
    column.nullable = chance(50);
    if (column.type.kind == ColumnType::integer && chance(40))
      column.defaultValue = Default{Default::Kind::literal, std::int64_t{below(3)}, {}};
    if (column.type.kind == ColumnType::boolean && chance(40))
      column.defaultValue = Default{Default::Kind::literal, chance(50), {}};
    if (column.type.kind == ColumnType::text && chance(20)) column.collation = "NOCASE";
    return column;
  }

  Column generated(const std::string& from) {
    Column column;
    column.name = "made";
    column.nullable = true;
    column.generated =
        Generated{"coalesce(\"" + from + "\", '" + std::to_string(below(2)) + "')", chance(50)};
    return column;
  }

  Check check(const std::string& table, const std::string& column) {
    return {"ck_" + table + column, '"' + column + "\" <> '" + std::to_string(below(2)) + '\''};
  }

  Index index(const std::string& table, const std::string& column) {
    Index index;
    // Sometimes one that another table may have in another schema.
    index.name = "ix_" + (chance(50) ? table + column : column);
    if (!indexNames_.insert(index.name).second) index.name = "ix_" + table + column;
    indexNames_.insert(index.name);
    index.unique = chance(30);
    if (chance(70)) {
      index.parts.push_back({column, {}, chance(30), {}});
    } else {
      index.parts.push_back({"", "lower(\"" + column + "\")", false, {}});
    }
    if (chance(20)) index.where = '"' + column + "\" IS NOT NULL";
    return index;
  }

  void addForeignKeys(Table& table) {
    for (const Table& target : schema_.tables) {
      if (!chance(30)) continue;
      Column column;
      column.name = target.name + "_id";
      column.type = target.find("id")->type;
      column.nullable = true;
      table.columns.push_back(column);
      table.foreignKeys.push_back({"fk_" + table.name + column.name,
                                   {column.name},
                                   target.name,
                                   {"id"},
                                   chance(50) ? Action::cascade : Action::setNull,
                                   Action::noAction,
                                   chance(20)});
    }
  }

  void addViews() {
    std::vector<std::string> sources;
    for (const Table& table : schema_.tables)
      sources.push_back(table.name);
    for (const std::string_view name : {"overview", "detail", "all"}) {
      if (sources.empty() || !chance(40)) continue;
      const std::string& source = sources[static_cast<std::size_t>(below(int(sources.size())))];
      schema_.views.push_back({std::string(name), {}, "SELECT * FROM \"" + source + '"'});
      sources.emplace_back(name);
    }
    shuffle(schema_.views);
  }

  void addTriggers() {
    for (const Table& table : schema_.tables) {
      if (!chance(20)) continue;
      const std::string event = chance(50) ? "INSERT" : "DELETE";
      schema_.triggers.push_back({"tr_" + table.name, table.name,
                                  "CREATE TRIGGER tr_" + table.name + " AFTER " + event + " ON " +
                                      table.name + " BEGIN SELECT 1; END"});
    }
  }

  std::mt19937_64 random_;
  Schema schema_;
  std::set<std::string> indexNames_;
};

template <typename Items>
void sortByName(Items& items) {
  std::sort(items.begin(), items.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
}

}  // namespace

Schema randomSchema(std::uint64_t seed) {
  return Generator(seed).run();
}

Schema sortedSchema(Schema schema) {
  sortByName(schema.tables);
  sortByName(schema.views);
  sortByName(schema.triggers);
  for (Table& table : schema.tables) {
    sortByName(table.columns);
    sortByName(table.uniqueKeys);
    sortByName(table.checks);
    sortByName(table.foreignKeys);
    sortByName(table.indexes);
  }
  return schema;
}

}  // namespace repot::schema
