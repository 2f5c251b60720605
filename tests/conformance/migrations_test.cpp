// Migrations on every backend: there and back with data, what is refused, dry runs, stamps.
#include "suite.hpp"

#include <repot/schema/dialect.hpp>
#include <repot/schema/json.hpp>
#include <repot/schema/migrator.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace repot;
using namespace repot::schema;
using Ids = std::vector<std::string>;

Column nullableText(const char* name) {
  Column column;
  column.name = name;
  column.nullable = true;
  return column;
}

/// Three versions of a small library; the third changes data by the program's own means.
Migrations library() {
  Migrations migrations;
  migrations.add({"1",
                  "artists",
                  {},
                  [](Changes& changes) {
                    changes.createTable("artists", [](TableBuilder& table) {
                      table.identity("id").column("name", ColumnType::text, 100);
                    });
                  },
                  [](Changes& changes) { changes.dropTable("artists"); }});
  migrations.add({"2",
                  "tracks",
                  {"1"},
                  [](Changes& changes) {
                    changes.createTable("tracks", [](TableBuilder& table) {
                      table.identity("id").column("title", ColumnType::text);
                      table.column("artist_id", ColumnType::integer).references("artists", "id");
                    });
                    changes.createIndex("tracks", {"artist_id"});
                  },
                  [](Changes& changes) { changes.dropTable("tracks"); }});
  migrations.add({"3",
                  "sort names",
                  {"2"},
                  [](Changes& changes) {
                    changes.addColumn("artists", nullableText("sort_name"));
                    changes.run("sort names from names", [](UnitOfWork& work) {
                      execute(work, "UPDATE artists SET sort_name = lower(name)");
                    });
                    changes.renameColumn("tracks", "title", "name");
                  },
                  [](Changes& changes) {
                    changes.renameColumn("tracks", "name", "title");
                    changes.dropColumn("artists", "sort_name");
                  }});
  return migrations;
}

/// library() with another one behind it.
Migrations libraryWith(Migration migration) {
  return library().add(std::move(migration));
}

class MigrationsOnEveryBackend : public conformance::Suite {
 protected:
  Migrator migrator(Migrations migrations = library(), MigratorOptions options = {}) {
    return Migrator(database(), std::move(migrations), std::move(options));
  }
  Schema live() {
    return database().read(
        [](UnitOfWork& work) { return work.backend().schemaDialect().read(work); });
  }
  Ids appliedIds() {
    Ids ids;
    for (const Applied& one : migrator().status().applied)
      ids.push_back(one.id);
    return ids;
  }
  std::string messageOf(const std::function<void()>& action) {
    try {
      action();
    } catch (const Error& error) {
      return error.what();
    }
    ADD_FAILURE() << "no error was thrown";
    return {};
  }
  void refuses(const std::string& words, const std::function<void()>& action) {
    const Schema before = live();
    const std::string message = messageOf(action);
    EXPECT_NE(message.find(words), std::string::npos) << message;
    EXPECT_EQ(live(), before);
  }
};

REPOT_INSTANTIATE_CONFORMANCE(MigrationsOnEveryBackend);

TEST_P(MigrationsOnEveryBackend, GoUpDownAndUpAgainWithData) {
  EXPECT_EQ(migrator().upgrade("2"), (Ids{"1", "2"}));
  const Schema second = live();
  database().write([](UnitOfWork& work) {
    execute(work, "INSERT INTO artists (name) VALUES ('Björk')");
    execute(work, "INSERT INTO tracks (title, artist_id) VALUES ('Jóga', 1)");
  });
  EXPECT_EQ(migrator().upgrade(), Ids{"3"});
  const Schema third = live();
  const auto names = [](UnitOfWork& work) {
    return select<std::string, std::string>(work,
                                            "SELECT a.sort_name, t.name FROM artists a JOIN "
                                            "tracks t ON t.artist_id = a.id");
  };
  EXPECT_EQ(std::get<1>(database().read(names).at(0)), "Jóga");
  EXPECT_EQ(migrator().downgrade("2"), Ids{"3"});
  EXPECT_EQ(live(), second);
  EXPECT_EQ(migrator().upgrade(), Ids{"3"});
  EXPECT_EQ(live(), third);
  EXPECT_EQ(database().read(names).size(), 1U);
  EXPECT_EQ(migrator().downgrade("base"), (Ids{"3", "2", "1"}));
  EXPECT_TRUE(live().tables.empty());
  EXPECT_EQ(migrator().upgrade(), (Ids{"1", "2", "3"}));
  EXPECT_EQ(live(), third);
}

TEST_P(MigrationsOnEveryBackend, TheHistoryTellsWhatWasDone) {
  const Instant before =
      std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  EXPECT_TRUE(migrator().status().applied.empty());
  migrator().upgrade();
  const Status status = migrator().status();
  ASSERT_EQ(status.applied.size(), 3U);
  EXPECT_TRUE(status.pending.empty());
  EXPECT_TRUE(status.isClean());
  EXPECT_EQ(status.applied[1].description, "tracks");
  EXPECT_GE(status.applied[0].at, before);
  EXPECT_LE(status.applied[0].at, status.applied[2].at);
  EXPECT_GT(status.applied[2].duration.count(), 0);
  EXPECT_EQ(fromJson(status.applied[2].schema), live());
  EXPECT_EQ(status.applied[2].scheme, database().backend().scheme());
  EXPECT_TRUE(migrator().upgrade().empty());
}

TEST_P(MigrationsOnEveryBackend, TargetsAreIdsOrStepsOrTheEnds) {
  EXPECT_EQ(migrator().upgrade("+2"), (Ids{"1", "2"}));
  EXPECT_EQ(migrator().upgrade("+7"), Ids{"3"});
  EXPECT_EQ(migrator().downgrade("-2"), (Ids{"3", "2"}));
  EXPECT_TRUE(migrator().downgrade("1").empty());
  refuses("no migration '9'", [&] { migrator().upgrade("9"); });
  refuses("no migration '9'", [&] { migrator().downgrade("9"); });
  refuses("3, which is not applied", [&] { migrator().downgrade("3"); });
  refuses("1 are applied", [&] { migrator().downgrade("-2"); });
  refuses("is no target", [&] { migrator().upgrade("+x"); });
  EXPECT_EQ(appliedIds(), Ids{"1"});
}

TEST_P(MigrationsOnEveryBackend, AFailureLeavesTheSchemaAsItWas) {
  const Migrations failing = libraryWith(
      {"4",
       "fails",
       {"3"},
       [](Changes& changes) {
         changes.createTable("half", [](TableBuilder& table) { table.identity("id"); });
         changes.addColumn("tracks", nullableText("half"));
         changes.execute("INSERT INTO artists (name) VALUES ('half')");
         changes.run("fails", [](UnitOfWork&) { throw Error(ErrorKind::data, "as it must"); });
       },
       {}});
  migrator().upgrade();
  refuses("migration 4 (fails), step 4 of 4: as it must", [&] { migrator(failing).upgrade(); });
  EXPECT_EQ(appliedIds(), (Ids{"1", "2", "3"}));
  database().read([](UnitOfWork& work) {
    EXPECT_TRUE(select<std::string>(work, "SELECT name FROM artists").empty());
  });
}

TEST_P(MigrationsOnEveryBackend, WhatPrecedesAFailureStays) {
  const Migrations failing = libraryWith(
      {"4", "", {"3"}, [](Changes& changes) { changes.execute("SELECT * FROM nowhere"); }, {}});
  EXPECT_THROW(migrator(failing).upgrade(), Error);
  EXPECT_EQ(appliedIds(), (Ids{"1", "2", "3"}));
}

TEST_P(MigrationsOnEveryBackend, ExceptionsOfTheProgramGoOnToIt) {
  const Migrations failing = libraryWith(
      {"4",
       "",
       {"3"},
       [](Changes& changes) {
         changes.run("throws", [](UnitOfWork&) { throw std::runtime_error("its own"); });
       },
       {}});
  EXPECT_THROW(migrator(failing).upgrade(), std::runtime_error);
  EXPECT_EQ(appliedIds(), (Ids{"1", "2", "3"}));
}

TEST_P(MigrationsOnEveryBackend, EditedMigrationsAreNamed) {
  migrator().upgrade();
  Migrations edited;
  const Migrations all = library();
  for (Migration migration : all.all()) {
    if (migration.id == "2") {
      migration.up = [up = migration.up](Changes& changes) {
        up(changes);
        changes.createIndex("tracks", {"title"});
      };
    }
    edited.add(migration);
  }
  EXPECT_EQ(migrator(edited).status().edited, Ids{"2"});
  edited.add({"4", "", {"3"}, [](Changes&) {}, {}});
  refuses("edited after they were applied: 2", [&] { migrator(edited).upgrade(); });
  refuses("edited after they were applied: 2", [&] { migrator(edited).downgrade("-1"); });
  migrator(edited).stamp("3");
  EXPECT_EQ(migrator(edited).upgrade(), Ids{"4"});
}

TEST_P(MigrationsOnEveryBackend, MissingAndLateMigrationsAreNamed) {
  migrator().upgrade();
  Migrations others;
  const Migrations all = library();
  for (const Migration& migration : all.all()) {
    if (migration.id != "3") others.add(migration);
  }
  EXPECT_EQ(migrator(others).status().missing, Ids{"3"});
  refuses("not among the migrations: 3", [&] { migrator(others).upgrade(); });
  refuses("not among the migrations: 3", [&] { migrator(others).downgrade("base"); });
  Migrations inserted;
  for (Migration migration : all.all()) {
    if (migration.id == "3") {
      inserted.add({"2b", "", {"2"}, [](Changes&) {}, {}});
      migration.after = {"2b"};
    }
    inserted.add(migration);
  }
  EXPECT_EQ(migrator(inserted).status().late, Ids{"2b"});
  refuses("though one that follows is: 2b", [&] { migrator(inserted).upgrade(); });
  migrator(inserted).stamp("3");
  EXPECT_TRUE(migrator(inserted).status().isClean());
}

TEST_P(MigrationsOnEveryBackend, BranchesWantATargetOrAMerge) {
  const auto column = [](const char* name) {
    return [name](Changes& changes) { changes.addColumn("artists", nullableText(name)); };
  };
  const auto drop = [](const char* name) {
    return [name](Changes& changes) { changes.dropColumn("artists", name); };
  };
  Migrations branched = library();
  branched.add({"left", "", {"3"}, column("a"), drop("a")});
  branched.add({"right", "", {"3"}, column("b"), drop("b")});
  refuses("branches, which end in left, right", [&] { migrator(branched).upgrade(); });
  EXPECT_EQ(migrator(branched).upgrade("right"), (Ids{"1", "2", "3", "right"}));
  branched.add({"merge", "", {"left", "right"}, [](Changes&) {}, [](Changes&) {}});
  EXPECT_EQ(migrator(branched).upgrade(), (Ids{"left", "merge"}));
  EXPECT_EQ(migrator(branched).downgrade("left"), (Ids{"merge", "right"}));
  EXPECT_NE(live().find("artists")->find("a"), nullptr);
  EXPECT_EQ(live().find("artists")->find("b"), nullptr);
}

TEST_P(MigrationsOnEveryBackend, WithoutADownNothingIsUndone) {
  const Migrations oneWay = libraryWith({"4", "one way", {"3"}, [](Changes&) {}, {}})
                                .add({"5", "", {"4"}, [](Changes&) {}, [](Changes&) {}});
  migrator(oneWay).upgrade();
  refuses("migration 4 (one way) cannot be undone", [&] { migrator(oneWay).downgrade("3"); });
  EXPECT_EQ(migrator(oneWay).status().applied.size(), 5U);
  EXPECT_EQ(migrator(oneWay).downgrade("4"), Ids{"5"});
}

TEST_P(MigrationsOnEveryBackend, SqlForOtherDatabasesOnlyIsRefused) {
  Sql other;
  other.dialects[isSqlite() ? "postgresql" : "sqlite"] = "SELECT 1";
  const Migrations migrations =
      libraryWith({"4", "", {"3"}, [other](Changes& changes) { changes.execute(other); }, {}});
  refuses("has no SQL for", [&] { migrator(migrations).upgrade(); });
  EXPECT_TRUE(appliedIds().empty());
}

TEST_P(MigrationsOnEveryBackend, AStepMayNotEndTheTransaction) {
  const Migrations migrations = libraryWith(
      {"4", "", {"3"}, [](Changes& changes) { changes.execute("SELECT 1; COMMIT"); }, {}});
  refuses("COMMIT in its SQL", [&] { migrator(migrations).upgrade(); });
  const Migrations hidden =
      libraryWith({"4",
                   "",
                   {"3"},
                   [](Changes& changes) {
                     changes.run("ends it", [](UnitOfWork& work) { work.executeScript("COMMIT"); });
                   },
                   {}});
  const std::string message = messageOf([&] { migrator(hidden).upgrade(); });
  EXPECT_NE(message.find("ended the transaction"), std::string::npos) << message;
  EXPECT_EQ(appliedIds(), (Ids{"1", "2", "3"}));
}

TEST_P(MigrationsOnEveryBackend, ADryRunPrintsWhatRuns) {
  migrator().upgrade("1");
  const Schema before = live();
  Ids printed;
  for (const DryRunStep& step : migrator().dryRunUpgrade()) {
    for (const std::string& statement : step.statements) {
      if (!statement.starts_with("-- ")) printed.push_back(statement);
    }
  }
  EXPECT_EQ(live(), before);
  EXPECT_EQ(appliedIds(), Ids{"1"});
  ASSERT_FALSE(printed.empty());
  // Run by hand, they make the same schema.
  database().backend().schemaDialect().inTransaction(database(), std::chrono::seconds(10),
                                                     [&](UnitOfWork& work) {
                                                       for (const std::string& statement : printed)
                                                         work.executeScript(statement);
                                                     });
  const Schema byHand = live();
  migrator().stamp("3");
  migrator().downgrade("1");
  EXPECT_EQ(live(), before);
  migrator().upgrade();
  EXPECT_EQ(live(), byHand);
}

TEST_P(MigrationsOnEveryBackend, ADryRunNeedsNoDatabase) {
  const std::string scheme(database().backend().scheme());
  const std::string offline = toSql(Migrator::dryRun(library(), scheme));
  EXPECT_EQ(offline, toSql(migrator().dryRunUpgrade()));
  EXPECT_NE(offline.find("CREATE TABLE"), std::string::npos);
  EXPECT_NE(offline.find("sort names from names"), std::string::npos);
}

TEST_P(MigrationsOnEveryBackend, StampRunsNothing) {
  migrator().stamp("2");
  EXPECT_EQ(appliedIds(), (Ids{"1", "2"}));
  EXPECT_TRUE(live().tables.empty());
  migrator().stamp("base");
  EXPECT_TRUE(appliedIds().empty());
  EXPECT_EQ(migrator().upgrade(), (Ids{"1", "2", "3"}));
}

TEST_P(MigrationsOnEveryBackend, WaitsForAnotherMigrationOnlySoLong) {
  if (GetParam() == conformance::Target::sqliteMemory)
    GTEST_SKIP() << "one process, one connection";
  migrator().upgrade("1");
  Database other = Database::open(url_, options());
  other.backend().schemaDialect().inTransaction(other, std::chrono::seconds(10), [&](UnitOfWork&) {
    refuses("another process migrates",
            [&] { migrator(library(), {.lockTimeout = std::chrono::milliseconds(50)}).upgrade(); });
    // What is up to date does not wait.
    EXPECT_TRUE(migrator().upgrade("1").empty());
  });
  EXPECT_EQ(migrator().upgrade(), (Ids{"2", "3"}));
}

TEST_P(MigrationsOnEveryBackend, ThreadsThatStartAtOnceApplyEachOnce) {
  std::vector<Ids> applied(4);
  {
    std::vector<std::jthread> threads;
    for (Ids& ids : applied)
      threads.emplace_back([&] { ids = migrator().upgrade(); });
  }
  Ids all;
  for (const Ids& ids : applied)
    all.insert(all.end(), ids.begin(), ids.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, (Ids{"1", "2", "3"}));
}

}  // namespace
