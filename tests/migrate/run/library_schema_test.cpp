// A database that Repot's schema builder made on SQLite arrives as the one that the same changes
// make on PostgreSQL: types, defaults, names of constraints and indexes, all as the catalog has
// them.
#include "run_fixture.hpp"

#include <repot/backend.hpp>
#include <repot/backends.hpp>
#include <repot/database.hpp>
#include <repot/schema/dialect.hpp>
#include <repot/schema/json.hpp>

namespace repot::migrate {
namespace {

using schema::Action;
using schema::Changes;
using schema::TableBuilder;
using enum ColumnType;

Changes libraryChanges() {
  Changes changes;
  changes.createTable("owners", [](TableBuilder& table) {
    table.identity("id").column("code", integer).column("name", text, 40).unique({"name"});
  });
  changes.createTable("plain", [](TableBuilder& table) {
    table.column("number", integer).column("word", text, 8).nullable().primaryKey({"number"});
  });
  changes.createTable("everything", [](TableBuilder& table) {
    table.column("id", uuid)
        .column("owner_id", integer)
        .nullable()
        .references("owners", "id", Action::setNull)
        .column("real_number", real)
        .defaultTo(1.5)
        .column("flag", boolean)
        .defaultTo(false)
        .column("blob", bytes)
        .nullable()
        .column("day", date)
        .defaultToNow()
        .column("at", timestamp)
        .defaultToNow()
        .column("moment", instant)
        .defaultToNow()
        .column("clock", time)
        .nullable()
        .column("data", json)
        .defaultTo(Json{"{}"})
        .column("price", decimal, 10, 2)
        .defaultTo(Decimal{"0.50"})
        .column("old", text)
        .defaultTo(std::string("it's"))
        .column("dropped", text)
        .nullable()
        .primaryKey({"id"})
        .index({"owner_id", "at"})
        .index({"old"}, {}, true)
        .check("real_number > 0");
  });
  schema::Column old;
  old.name = "old";
  old.type.length = 20;
  old.nullable = true;
  changes.dropColumn("everything", "dropped")
      .alterColumn("everything", old)
      .renameColumn("everything", "old", "renamed")
      .renameTable("owners", "holders")
      .add(schema::AddUnique{"everything", {{}, {"moment", "flag"}}});
  return changes;
}

schema::Schema made(Database database) {
  const schema::Dialect& dialect = database.backend().schemaDialect();
  const Changes changes = libraryChanges();
  dialect.inTransaction(database, std::chrono::seconds(10), [&](UnitOfWork& work) {
    for (const schema::Change& change : changes.all())
      dialect.make(work, change, dialect.read(work));
  });
  return database.read([&](UnitOfWork& work) { return dialect.read(work); });
}

class LibrarySchema : public RunTest {
 protected:
  void compare(const std::string& rows) {
    registerBackends();
    made(Database::open(DatabaseUrl::fromSqlitePath(path_)));
    if (!rows.empty()) source(rows);
    const Report report = migrateSurely();
    EXPECT_TRUE(report.verified()) << reportToText(report);
    Database moved = Database::open(target_.url());
    const schema::Schema arrived =
        moved.read([&](UnitOfWork& work) { return moved.backend().schemaDialect().read(work); });
    const test::ScratchDatabase native;
    const schema::Schema wanted = made(Database::open(native.url()));
    EXPECT_EQ(schema::toJson(arrived), schema::toJson(wanted));
  }
};

TEST_F(LibrarySchema, ArrivesEqualWithoutRows) {
  compare({});
}

TEST_F(LibrarySchema, ArrivesEqualWithRows) {
  compare(
      "INSERT INTO holders (code, name) VALUES (7, 'x');"
      "INSERT INTO plain VALUES (3, 'w');"
      "INSERT INTO everything (id, owner_id, clock, renamed) VALUES "
      "('00112233445566778899aabbccddeeff', 1, '10:00:00.000000', 'r');");
  EXPECT_EQ(target_.value("SELECT id FROM everything"), "00112233-4455-6677-8899-aabbccddeeff");
  EXPECT_EQ(target_.value("SELECT moment - at AT TIME ZONE 'UTC' = '0' FROM everything"), "t");
}

}  // namespace
}  // namespace repot::migrate
