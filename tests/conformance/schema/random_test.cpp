// Random schemas, rows and changes: what is read back is what was made, the model's apply() says
// what both databases do, and no change loses a row. REPOT_LONG_TESTS=n runs n times as many.
#include "schema_suite.hpp"
#include "support/repetitions.hpp"

#include <repot/backend.hpp>
#include <repot/formats.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <utility>

namespace {

using namespace conformance;
using namespace repot::schema;
using enum repot::ColumnType;

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(engine_); }
  bool chance(int percent) { return below(100) < percent; }
  template <typename Items>
  auto& of(Items& items) {
    return items[static_cast<std::size_t>(below(static_cast<int>(items.size())))];
  }
  std::string name(const std::string& prefix) {
    static constexpr std::string_view odd[] = {"", " x", "\"q", "é", "Größe", "'s", "SELECT"};
    return prefix + std::to_string(++serial_) + std::string(odd[below(7)]);
  }

 private:
  std::mt19937 engine_;
  int serial_ = 0;
};

repot::Value valueOf(Random& random, const Type& type) {
  const std::int64_t n = random.below(1000);
  switch (type.kind) {
    case integer:
      return n - 500;
    case real:
      return static_cast<double>(n) / 8 - 3;
    case boolean:
      return n % 2 == 0;
    case bytes:
      return repot::Bytes(static_cast<std::size_t>(n % 4), std::byte{0x5a});
    case date:
      return repot::Date(std::chrono::sys_days(std::chrono::days(n)));
    case time:
      return repot::TimeOfDay{std::chrono::microseconds(n * 1000003)};
    case timestamp:
      return repot::Timestamp(std::chrono::microseconds(n * 1000000007));
    case instant:
      return repot::Instant(std::chrono::microseconds(n * 1000000009));
    case interval:
      return repot::Interval(n * 1000);
    case uuid: {
      repot::Uuid id{};
      id.data[3] = static_cast<std::uint8_t>(n);
      id.data[15] = static_cast<std::uint8_t>(n / 3);
      return id;
    }
    case json:
      return repot::Json{"{\"n\": " + std::to_string(n) + "}"};
    case decimal:
      return repot::Decimal{std::to_string(n % 100) + ".5"};
    case text:
      break;
  }
  return "t'" + std::to_string(n);
}

Column randomColumn(Random& random) {
  Column made;
  made.name = random.name("c");
  made.type.kind = static_cast<repot::ColumnType>(random.below(13));
  if (made.type.kind == text && random.chance(30)) made.type.length = 10 + random.below(90);
  if (made.type.kind == decimal && random.chance(50)) made.type = {decimal, 8, 3, {}};
  made.nullable = random.chance(40);
  if (random.chance(40))
    made.defaultValue = Default{Default::Kind::literal, valueOf(random, made.type), {}};
  const bool moment = made.type.kind == timestamp || made.type.kind == instant;
  if (moment && random.chance(50))
    made.defaultValue = Default{Default::Kind::currentTimestamp, {}, {}};
  return made;
}

bool canBeKey(const Column& column) {
  return column.type.kind != json && column.type.kind != interval;
}

Table randomTable(Random& random, const Schema& others) {
  Table table;
  table.name = random.name("t");
  if (random.chance(70)) {
    Column id;
    id.name = "id";
    id.type.kind = integer;
    id.identity = true;
    table.columns.push_back(id);
    table.primaryKey.columns = {"id"};
  }
  for (int i = 1 + random.below(6); i > 0; --i)
    table.columns.push_back(randomColumn(random));
  for (const Column& column : table.columns) {
    if (column.identity || !canBeKey(column)) continue;
    if (table.primaryKey.columns.empty() && !column.nullable && random.chance(40))
      table.primaryKey.columns = {column.name};
    if (random.chance(25)) {
      Index& index = table.indexes.emplace_back();
      index.parts.emplace_back().column = column.name;
      index.parts.back().descending = random.chance(30);
    }
  }
  if (!others.tables.empty() && random.chance(50)) {
    const auto& parent = random.of(others.tables);
    if (parent.columns.front().identity) {
      Column link;
      link.name = random.name("fk");
      link.type.kind = integer;
      link.nullable = true;
      table.columns.push_back(link);
      ForeignKey& key = table.foreignKeys.emplace_back();
      key.columns = {link.name};
      key.table = parent.name;
      key.targetColumns = {"id"};
      key.onDelete = random.chance(50) ? Action::cascade : Action::setNull;
      key.deferred = random.chance(20);
    }
  }
  nameConstraints(table);
  return table;
}

/// A change of one table, which may or may not be possible.
Change randomChange(Random& random, const Schema& schema) {
  const Table& table = random.of(schema.tables);
  const Column& column = random.of(table.columns);
  switch (random.below(9)) {
    case 0: {
      Column added = randomColumn(random);
      if (!added.defaultValue) added.nullable = true;
      return AddColumn{table.name, added};
    }
    case 1:
      return DropColumn{table.name, column.name};
    case 2:
      return RenameColumn{table.name, column.name, random.name("r")};
    case 3:
      return RenameTable{table.name, random.name("n")};
    case 4: {
      Column altered = column;
      if (!altered.identity) altered.nullable = true;
      altered.defaultValue.reset();
      return AlterColumn{table.name, altered, {}};
    }
    case 5: {
      Column altered = column;
      altered.type = {static_cast<repot::ColumnType>(random.below(13)), 0, 0, {}};
      altered.defaultValue.reset();
      return AlterColumn{table.name, altered, {}};
    }
    case 6: {
      Index index;
      index.name = random.name("i");
      index.parts.emplace_back().column = column.name;
      if (!canBeKey(column)) return DropTable{"none"};
      return CreateIndex{table.name, index};
    }
    case 7:
      if (!table.indexes.empty()) return DropIndex{table.name, random.of(table.indexes).name};
      return DropColumn{table.name, column.name};
    default:
      if (!table.foreignKeys.empty())
        return DropConstraint{table.name, random.of(table.foreignKeys).name};
      return DropTable{table.name};
  }
}

/// As read() sorts.
Schema sorted(Schema schema) {
  const auto byName = [](const auto& a, const auto& b) { return a.name < b.name; };
  std::sort(schema.tables.begin(), schema.tables.end(), byName);
  for (Table& table : schema.tables)
    std::sort(table.indexes.begin(), table.indexes.end(), byName);
  return schema;
}

class RandomSchemas : public SchemaSuite {
 protected:
  void insertRow(Random& random, const Table& table) {
    std::string names, places;
    std::vector<repot::Value> values;
    for (const Column& column : table.columns) {
      const bool link = column.name.starts_with("fk");
      if (column.identity || link || (column.nullable && random.chance(30))) continue;
      names += (names.empty() ? "" : ", ") + repot::quoteIdentifier(column.name);
      values.push_back(valueOf(random, column.type));
      places += (places.empty() ? "$" : ", $") + std::to_string(values.size());
    }
    const std::string into = "INSERT INTO " + repot::quoteIdentifier(table.name);
    try {
      database().write([&](repot::UnitOfWork& work) {
        names.empty() ? work.execute(into + " DEFAULT VALUES")
                      : work.execute(into + " (" + names + ") VALUES (" + places + ')', values);
      });
    } catch (const repot::Error& error) {
      if (error.kind() != repot::ErrorKind::unique && error.kind() != repot::ErrorKind::notNull)
        throw;
    }
  }

  /// The column's values in their order, as one text.
  std::string valuesOf(const Table& table, const Column& column) {
    std::vector<std::string> texts;
    database().read([&](repot::UnitOfWork& work) {
      // Not prepared: other connections of the pool do not know that the schema changes.
      const auto rows = work.connection().stream("SELECT " + repot::quoteIdentifier(column.name) +
                                                 " FROM " + repot::quoteIdentifier(table.name));
      while (rows->next()) {
        const repot::Value value = rows->column(0, column.type.kind);
        texts.push_back(repot::isNull(value) ? "-" : repot::formats::toText(value));
      }
    });
    std::sort(texts.begin(), texts.end());
    std::string all = std::to_string(texts.size()) + " rows:";
    for (const std::string& text : texts)
      all += ' ' + text;
    return all;
  }

  using Contents = std::map<std::pair<std::string, std::string>, std::string>;
  Contents contentsOf(const Schema& schema) {
    Contents contents;
    for (const Table& table : schema.tables) {
      for (const Column& column : table.columns)
        contents[{table.name, column.name}] = valuesOf(table, column);
    }
    return contents;
  }

  /// Every column that is there before and after, under whatever name, holds the same.
  void expectKept(const Contents& before, const Schema& old, const Schema& after,
                  const Change& change) {
    for (const Table& table : after.tables) {
      std::string tableName = table.name;
      if (const auto* const renamed = std::get_if<RenameTable>(&change);
          renamed != nullptr && renamed->to == tableName)
        tableName = renamed->table;
      for (const Column& column : table.columns) {
        std::string name = column.name;
        if (const auto* const renamed = std::get_if<RenameColumn>(&change);
            renamed != nullptr && renamed->table == tableName && renamed->to == name)
          name = renamed->column;
        const Table* const oldTable = old.find(tableName);
        const Column* const oldColumn = oldTable == nullptr ? nullptr : oldTable->find(name);
        if (oldColumn == nullptr || oldColumn->type != column.type) continue;
        EXPECT_EQ(valuesOf(table, column), before.at({tableName, name}))
            << table.name << column.name;
      }
    }
  }
};

TEST_P(RandomSchemas, ChangesKeepRowsAndTheModelSaysWhatIsThere) {
  int made = 0, refused = 0;
  for (int round = 0; round < repot::test::repetitions(4); ++round) {
    const auto seed = static_cast<unsigned>(1000 + round);
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    Schema model;
    Changes create;
    for (int i = 0; i < 3; ++i) {
      const Table table = randomTable(random, model);
      model.tables.push_back(table);
      create.add(CreateTable{table});
    }
    make(create);
    ASSERT_EQ(live(), sorted(model));
    ASSERT_EQ(fromJson(toJson(model)), model);
    for (const Table& table : model.tables) {
      for (int row = 0; row < 5; ++row)
        insertRow(random, table);
    }
    for (int step = 0; step < 12 && !model.tables.empty(); ++step) {
      const Change change = randomChange(random, model);
      const Contents before = contentsOf(model);
      Schema after = model;
      try {
        apply(after, change);
        make(Changes().add(change));
      } catch (const repot::Error& error) {
        ++refused;
        const bool expected =
            error.kind() == repot::ErrorKind::schema || error.kind() == repot::ErrorKind::data;
        ASSERT_TRUE(expected) << error.what();
        ASSERT_EQ(live(), sorted(model));
        ASSERT_EQ(contentsOf(model), before);
        continue;
      }
      ++made;
      ASSERT_EQ(live(), sorted(after)) << "step " << step << ", change " << change.index();
      expectKept(before, model, after, change);
      model = after;
    }
    while (!live().tables.empty()) {
      const Schema left = live();
      for (const Table& table : left.tables) {
        try {
          make(Changes().dropTable(table.name));
        } catch (const repot::Error&) {
          // Something refers to it: later.
        }
      }
    }
  }
  EXPECT_GT(made, refused / 4);
}

REPOT_INSTANTIATE_SCHEMA(RandomSchemas);

}  // namespace
