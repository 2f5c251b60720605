// Every change on tables with rows in them: what is kept, and that both databases refuse the same.
#include "schema_suite.hpp"

namespace {

using namespace conformance;
using namespace repot::schema;
using enum repot::ColumnType;

class SchemaChanges : public SchemaSuite {
 protected:
  void SetUp() override {
    SchemaSuite::SetUp();
    if (IsSkipped()) return;
    make(Changes()
             .createTable("artists",
                          [](TableBuilder& table) {
                            table.identity("id").column("name", text, 100).unique({"name"});
                          })
             .createTable("tracks", [](TableBuilder& table) {
               table.identity("id")
                   .column("title", text)
                   .column("artist_id", integer)
                   .references("artists", "id", Action::cascade)
                   .column("plays", integer)
                   .defaultTo(std::int64_t{0})
                   .column("rating", text)
                   .nullable()
                   .column("note", text)
                   .nullable()
                   .index({"title", "plays"})
                   .index({"note"})
                   .check("plays >= 0");
             }));
    run("INSERT INTO artists (name) VALUES ('Björk'), ('Autechre'), ('gone')");
    run("INSERT INTO tracks (title, artist_id, plays, rating) VALUES "
        "('Jóga', 1, 3, '5'), ('Hunter', 1, 0, NULL), ('Bike', 2, 7, '4')");
    run("DELETE FROM artists WHERE name = 'gone'");
  }
};

TEST_P(SchemaChanges, CreateTableIsReadBackEqual) {
  Changes changes;
  changes.createTable("everything", [](TableBuilder& table) {
    table.column("a", text, 40)
        .column("b", integer)
        .defaultTo(std::int64_t{-5})
        .column("c", real)
        .defaultTo(1.5)
        .column("d", boolean)
        .defaultTo(true)
        .column("e", bytes)
        .defaultTo(repot::Bytes{std::byte{1}, std::byte{255}})
        .column("f", date)
        .defaultTo(repot::Date{std::chrono::year(2025), std::chrono::month(2), std::chrono::day(3)})
        .column("g", time)
        .defaultToNow()
        .column("h", timestamp)
        .defaultToNow()
        .column("i", instant)
        .defaultToNow()
        .column("j", interval)
        .defaultTo(repot::Interval(1500000))
        .column("k", uuid)
        .nullable()
        .column("l", json)
        .defaultTo(repot::Json{"{\"a\": \"it's\"}"})
        .column("m", decimal, 10, 2)
        .defaultTo(repot::Decimal{"12.5"})
        .column("n", decimal)
        .nullable()
        .column("o", text)
        .defaultTo(std::string("it's"))
        .primaryKey({"a", "b"})
        .unique({"b", "f"})
        .index({"h"})
        .index({"o", "i"}, {}, true);
  });
  make(changes);
  const Table created = std::get<CreateTable>(changes.all()[0]).table;
  const Table read = table("everything");
  for (std::size_t i = 0; i < created.columns.size(); ++i)
    EXPECT_EQ(read.columns[i], created.columns[i]) << created.columns[i].name;
  EXPECT_EQ(read.primaryKey, created.primaryKey);
  EXPECT_EQ(read.uniqueKeys, created.uniqueKeys);
  EXPECT_EQ(read.indexes, created.indexes);
}

TEST_P(SchemaChanges, DefaultsMeanTheSameOnEveryDatabase) {
  make(Changes().createTable("moments", [](TableBuilder& table) {
    table.identity("id")
        .column("at", timestamp)
        .defaultToNow()
        .column("instant", instant)
        .defaultToNow()
        .column("day", date)
        .defaultToNow()
        .column("flag", boolean)
        .defaultTo(true)
        .column("span", interval)
        .defaultTo(repot::Interval(90061000001));
  }));
  run("INSERT INTO moments (id) VALUES (1)");
  database().read([&](repot::UnitOfWork& work) {
    const auto [at, moment, day, flag, span] =
        repot::select<repot::Timestamp, repot::Instant, repot::Date, bool, repot::Interval>(
            work, "SELECT at, instant, day, flag, span FROM moments")
            .at(0);
    const auto now = std::chrono::system_clock::now();
    EXPECT_LT(std::chrono::abs(now - moment), std::chrono::minutes(5));
    EXPECT_EQ(at.time_since_epoch(), moment.time_since_epoch());
    EXPECT_EQ(repot::Date(std::chrono::floor<std::chrono::days>(at)), day);
    EXPECT_TRUE(flag);
    EXPECT_EQ(span, repot::Interval(90061000001));
  });
}

TEST_P(SchemaChanges, AddColumnGivesOldRowsTheDefault) {
  Column added = column("language", text);
  added.defaultValue = Default{Default::Kind::literal, std::string("is"), {}};
  Column moment = column("added_at", timestamp);
  moment.defaultValue = Default{Default::Kind::currentTimestamp, {}, {}};
  make(Changes().addColumn("tracks", added).addColumn("tracks", moment));
  EXPECT_EQ(texts("SELECT language FROM tracks ORDER BY id"), "is|is|is");
  EXPECT_EQ(number("SELECT count(*) FROM tracks WHERE added_at IS NOT NULL"), 3);
  EXPECT_EQ(*table("tracks").find("language"), added);
  EXPECT_EQ(*table("tracks").find("added_at"), moment);
}

TEST_P(SchemaChanges, AddColumnThatCannotBeNullNeedsADefaultWhereThereAreRows) {
  const Schema before = live();
  EXPECT_EQ(kindOf([&] { make(Changes().addColumn("tracks", column("must", text))); }),
            repot::ErrorKind::notNull);
  EXPECT_EQ(live(), before);
  run("DELETE FROM tracks");
  make(Changes().addColumn("tracks", column("must", text)));
}

TEST_P(SchemaChanges, DropColumnTakesItsOwnIndexAlong) {
  make(Changes().dropColumn("tracks", "note"));
  EXPECT_EQ(table("tracks").find("note"), nullptr);
  EXPECT_EQ(table("tracks").indexes.size(), 1U);
  EXPECT_EQ(texts("SELECT title FROM tracks ORDER BY id"), "Jóga|Hunter|Bike");
}

TEST_P(SchemaChanges, DropColumnNamesWhatItIsPartOf) {
  const Schema before = live();
  const std::string message = messageOf([&] { make(Changes().dropColumn("tracks", "title")); });
  EXPECT_NE(message.find("ix_tracks_title_plays"), std::string::npos) << message;
  const std::string key = messageOf([&] { make(Changes().dropColumn("artists", "id")); });
  EXPECT_NE(key.find("primary key"), std::string::npos) << key;
  EXPECT_NE(key.find("fk_tracks_artist_id"), std::string::npos) << key;
  EXPECT_EQ(live(), before);
}

TEST_P(SchemaChanges, RenamesCarryDependantsAlong) {
  make(Changes()
           .renameTable("artists", "performers")
           .renameColumn("performers", "id", "performer_id")
           .renameColumn("tracks", "plays", "play_count"));
  const Table tracks = table("tracks");
  EXPECT_EQ(tracks.foreignKeys.at(0).table, "performers");
  EXPECT_EQ(tracks.foreignKeys.at(0).targetColumns, std::vector<std::string>{"performer_id"});
  EXPECT_EQ(tracks.indexes.at(1).parts.at(1).column, "play_count");
  EXPECT_TRUE(tracks.find("play_count")->strict);
  EXPECT_EQ(kindOf([&] { run("UPDATE tracks SET play_count = -1"); }), repot::ErrorKind::check);
  EXPECT_EQ(kindOf([&] { run("UPDATE tracks SET artist_id = 99"); }), repot::ErrorKind::foreignKey);
  run("DELETE FROM performers WHERE name = 'Björk'");
  EXPECT_EQ(texts("SELECT title FROM tracks"), "Bike");
}

TEST_P(SchemaChanges, AlterColumnKeepsEveryValueOrNamesTheFirstThatItWouldAlter) {
  make(Changes().alterColumn("tracks", column("rating", integer, true)));
  EXPECT_EQ(number("SELECT CAST(sum(rating) AS BIGINT) FROM tracks"), 9);
  make(Changes().alterColumn("tracks", column("rating", text, true)));
  EXPECT_EQ(texts("SELECT rating FROM tracks ORDER BY id"), "5|NULL|4");
  run("UPDATE tracks SET rating = '04' WHERE title = 'Bike'");
  const Schema before = live();
  const std::string message =
      messageOf([&] { make(Changes().alterColumn("tracks", column("rating", integer, true))); });
  for (const std::string part : {"tracks", "rating", "id=3", "'04'"})
    EXPECT_NE(message.find(part), std::string::npos) << message;
  EXPECT_EQ(live(), before);
  EXPECT_EQ(texts("SELECT rating FROM tracks ORDER BY id"), "5|NULL|04");
  make(Changes().alterColumn("tracks", column("rating", integer, true),
                             "CAST(rating AS INTEGER) * 10"));
  EXPECT_EQ(number("SELECT CAST(sum(rating) AS BIGINT) FROM tracks"), 90);
}

TEST_P(SchemaChanges, UnsafeConversionsAreRefusedAlike) {
  EXPECT_EQ(kindOf([&] { make(Changes().alterColumn("tracks", column("plays", date))); }),
            repot::ErrorKind::schema);
  EXPECT_EQ(kindOf([&] { make(Changes().alterColumn("tracks", column("title", text, false, 3))); }),
            repot::ErrorKind::data);
  make(Changes().alterColumn("tracks", column("title", text, false, 6)));
  EXPECT_NE(kindOf([&] { run("UPDATE tracks SET title = 'seven77'"); }),
            repot::ErrorKind::internal);
}

TEST_P(SchemaChanges, AlterColumnSetsNullabilityAndDefault) {
  EXPECT_EQ(kindOf([&] { make(Changes().alterColumn("tracks", column("rating", text))); }),
            repot::ErrorKind::notNull);
  run("UPDATE tracks SET rating = '1' WHERE rating IS NULL");
  Column rating = column("rating", text);
  rating.defaultValue = Default{Default::Kind::literal, std::string("0"), {}};
  make(Changes().alterColumn("tracks", rating));
  run("INSERT INTO tracks (title, artist_id) VALUES ('new', 1)");
  EXPECT_EQ(texts("SELECT rating FROM tracks WHERE title = 'new'"), "0");
  EXPECT_EQ(*table("tracks").find("rating"), rating);
}

TEST_P(SchemaChanges, ConstraintsComeAndGo) {
  Changes add;
  add.add(AddUnique{"tracks", {{}, {"title", "artist_id"}}})
      .add(AddCheck{"tracks", {"ck_short", "length(title) < 20"}});
  make(add);
  EXPECT_EQ(table("tracks").uniqueKeys.at(0).name, "uq_tracks_title_artist_id");
  EXPECT_EQ(kindOf([&] { run("INSERT INTO tracks (title, artist_id) VALUES ('Bike', 2)"); }),
            repot::ErrorKind::unique);
  EXPECT_EQ(kindOf([&] { run("UPDATE tracks SET title = '0123456789012345678901'"); }),
            repot::ErrorKind::check);
  Changes drop;
  drop.add(DropConstraint{"tracks", "ck_short"})
      .add(DropConstraint{"tracks", "uq_tracks_title_artist_id"})
      .add(DropConstraint{"tracks", "fk_tracks_artist_id"});
  make(drop);
  run("INSERT INTO tracks (title, artist_id) VALUES ('Bike', 2), ('orphan', 77)");
  ForeignKey key;
  key.columns = {"artist_id"};
  key.table = "artists";
  key.targetColumns = {"id"};
  EXPECT_EQ(kindOf([&] {
              make(Changes().add(AddForeignKey{"tracks", key}));
            }),
            repot::ErrorKind::foreignKey);
  EXPECT_TRUE(table("tracks").foreignKeys.empty());
  run("DELETE FROM tracks WHERE title = 'orphan'");
  make(Changes().add(AddForeignKey{"tracks", key}));
  EXPECT_EQ(table("tracks").foreignKeys.at(0).name, "fk_tracks_artist_id");
  EXPECT_EQ(kindOf([&] {
              make(Changes().add(AddUnique{"tracks", {{}, {"title"}}}));
            }),
            repot::ErrorKind::unique);
}

TEST_P(SchemaChanges, AForeignKeyNeedsColumnsOfOneType) {
  make(Changes().createTable("prices", [](TableBuilder& table) {
    table.column("amount", decimal, 10, 2).primaryKey({"amount"});
  }));
  const auto refer = [](const char* name, repot::ColumnType type, const char* to, const char* key) {
    return [=](TableBuilder& table) { table.column(name, type).references(to, key); };
  };
  const std::string wanted =
      "column \"artist\" of table \"notes\" is text and cannot refer to \"id\" "
      "of table \"artists\", which is integer; give both the same type";
  EXPECT_EQ(messageOf([&] {
              make(Changes().createTable("notes", refer("artist", text, "artists", "id")));
            }),
            wanted);
  make(Changes().createTable("notes", [](TableBuilder& table) { table.column("artist", text); }));
  EXPECT_EQ(messageOf([&] {
              make(Changes().add(AddForeignKey{"notes", {{}, {"artist"}, "artists", {"id"}}}));
            }),
            wanted);
  EXPECT_NE(messageOf([&] {
              make(Changes().alterColumn("tracks", column("artist_id", text)));
            }).find("cannot refer"),
            std::string::npos);
  // A whole number equals a decimal on both.
  make(Changes().createTable("bills", refer("amount", integer, "prices", "amount")));
  run("INSERT INTO prices VALUES (7)");
  run("INSERT INTO bills VALUES (7)");
  EXPECT_EQ(kindOf([&] { run("INSERT INTO bills VALUES (8)"); }), repot::ErrorKind::foreignKey);
}

TEST_P(SchemaChanges, AForeignKeyMayBeDeferrable) {
  Changes changes;
  for (const auto& [name, deferred, deferrable] :
       {std::tuple("now", false, false), std::tuple("late", true, false),
        std::tuple("may", false, true)}) {
    ForeignKey key;
    key.columns = {"artist_id"};
    key.table = "artists";
    key.targetColumns = {"id"};
    key.deferred = deferred;
    key.deferrable = deferrable;
    changes.createTable(
        name, [&](TableBuilder& table) { table.column("artist_id", integer).foreignKey(key); });
  }
  make(changes);
  EXPECT_FALSE(table("now").foreignKeys.at(0).deferrable ||
               table("now").foreignKeys.at(0).deferred);
  EXPECT_TRUE(table("late").foreignKeys.at(0).deferred);
  EXPECT_TRUE(table("may").foreignKeys.at(0).deferrable);
  EXPECT_FALSE(table("may").foreignKeys.at(0).deferred);
  const Schema schema = live();
  EXPECT_EQ(fromJson(toJson(schema)), schema);
}

TEST_P(SchemaChanges, EveryJsonTextComesBackAsItWas) {
  make(Changes().createTable("documents", [](TableBuilder& table) {
    table.column("id", integer).column("body", json).primaryKey({"id"});
  }));
  const std::vector<std::string> bodies = {"7",     "1.0",  "-0",   "1e3",   "12345678901234567890",
                                           "\"7\"", "true", "null", "[1.0]", R"({"a": 1.50})",
                                           " 7 "};
  database().write([&](repot::UnitOfWork& work) {
    std::int64_t id = 0;
    for (const std::string& body : bodies)
      repot::execute(work, "INSERT INTO documents VALUES ($1, $2)", ++id, repot::Json{body});
  });
  std::vector<std::string> back;
  database().read([&](repot::UnitOfWork& work) {
    for (const auto& [body] :
         repot::select<repot::Json>(work, "SELECT body FROM documents ORDER BY id"))
      back.push_back(body.text);
  });
  EXPECT_EQ(back, bodies);
}

TEST_P(SchemaChanges, StatementsArePreparedAnewWhereTheirTableChanged) {
  if (GetParam() == conformance::Target::sqliteMemory) GTEST_SKIP() << "no one else can open it";
  repot::DatabaseOptions options;
  options.poolSize = 1;
  repot::Database application = repot::Database::open(url_, options);
  const auto titles = [](repot::UnitOfWork& work) {
    return repot::select<std::int64_t>(work, "SELECT plays FROM tracks ORDER BY id").size();
  };
  EXPECT_EQ(application.read(titles), 3U);
  // Another process migrates; PostgreSQL refuses what was prepared with the old type.
  if (!isSqlite()) run("ALTER TABLE tracks ALTER COLUMN plays TYPE integer");
  make(Changes().dropColumn("tracks", "note"));
  EXPECT_EQ(application.read(titles), 3U);
  if (isSqlite()) return;
  run("ALTER TABLE tracks ALTER COLUMN plays TYPE bigint");
  {
    repot::UnitOfWork work = application.begin();  // That nobody runs again.
    try {
      titles(work);
      ADD_FAILURE() << "what was prepared still fits";
    } catch (const repot::Error& error) {
      EXPECT_TRUE(error.retryable()) << error.what();
      EXPECT_EQ(error.sqlState(), "0A000");
    }
  }
  repot::UnitOfWork work = application.begin();
  EXPECT_EQ(titles(work), 3U);
}

TEST_P(SchemaChanges, PrimaryKeysComeAndGo) {
  make(Changes().createTable("plain", [](TableBuilder& table) {
    table.column("a", integer).column("b", text).nullable();
  }));
  run("INSERT INTO plain VALUES (7, 'x'), (8, 'y')");
  make(Changes().add(AddPrimaryKey{"plain", {{}, {"a"}}}));
  EXPECT_EQ(table("plain").primaryKey.name, "pk_plain");
  EXPECT_FALSE(table("plain").find("a")->identity);
  EXPECT_EQ(kindOf([&] { run("INSERT INTO plain VALUES (7, 'z')"); }), repot::ErrorKind::unique);
  EXPECT_EQ(kindOf([&] { run("INSERT INTO plain (b) VALUES ('z')"); }), repot::ErrorKind::notNull);
  make(Changes().add(DropPrimaryKey{"plain"}));
  run("INSERT INTO plain VALUES (7, 'z')");
  EXPECT_EQ(texts("SELECT b FROM plain ORDER BY a, b"), "x|z|y");
}

TEST_P(SchemaChanges, IndexesAndViews) {
  Index index;
  index.name = "ix_partial";
  index.parts.resize(2);
  index.parts[0].column = "title";
  index.parts[0].descending = true;
  index.parts[1].expression = "lower(rating)";
  index.where = "plays > 0";
  Changes changes;
  changes.add(CreateIndex{"tracks", index})
      .add(CreateView{{"played", {}, "SELECT title, plays FROM tracks WHERE plays > 0"}});
  make(changes);
  EXPECT_EQ(texts("SELECT title FROM played ORDER BY title"), "Bike|Jóga");
  const Table tracks = table("tracks");
  ASSERT_EQ(tracks.indexes.size(), 3U);
  EXPECT_TRUE(tracks.indexes[0].parts[0].descending);
  // What a view uses cannot be dropped under it, and the error names the view.
  const std::string message = messageOf([&] { make(Changes().dropTable("tracks")); });
  EXPECT_NE(message.find("played"), std::string::npos) << message;
  make(Changes().dropIndex("tracks", "ix_partial").add(DropView{"played"}).dropTable("tracks"));
  EXPECT_EQ(live().find("tracks"), nullptr);
  EXPECT_EQ(messageOf([&] { make(Changes().dropTable("tracks")); }),
            "there is no table \"tracks\"");
}

TEST_P(SchemaChanges, AnErrorInTheMiddleLeavesTheOldSchemaAndRows) {
  const Schema before = live();
  Changes changes;
  changes.dropColumn("tracks", "note")
      .alterColumn("tracks", column("rating", integer, true))
      .execute("INSERT INTO tracks (title, artist_id) VALUES ('half', 1)")
      .run("fails", [](repot::UnitOfWork&) {
        throw repot::Error(repot::ErrorKind::conflict, "in the middle");
      });
  EXPECT_EQ(kindOf([&] { make(changes); }), repot::ErrorKind::conflict);
  EXPECT_EQ(live(), before);
  EXPECT_EQ(texts("SELECT title FROM tracks ORDER BY id"), "Jóga|Hunter|Bike");
  // The connection is as before: foreign keys are heeded.
  EXPECT_EQ(kindOf([&] { run("UPDATE tracks SET artist_id = 99"); }), repot::ErrorKind::foreignKey);
}

TEST_P(SchemaChanges, ADryRunPrintsWhatIsRun) {
  const Change change = DropColumn{"tracks", "note"};
  const auto statements = dialect().statements(change, live());
  ASSERT_FALSE(statements.empty());
  dialect().inTransaction(database(), std::chrono::seconds(5), [&](repot::UnitOfWork& work) {
    for (const Statement& statement : statements) {
      if (!statement.comment) work.executeScript(statement.sql);
    }
  });
  EXPECT_EQ(table("tracks").find("note"), nullptr);
  EXPECT_EQ(number("SELECT count(*) FROM tracks"), 3);
}

REPOT_INSTANTIATE_SCHEMA(SchemaChanges);

}  // namespace
