// Faults planted in an SQLite database, one at a time: the doctor names each, and nothing else.
#include "engine/care/doctor.hpp"
#include "support/test_database.hpp"

#include <repot/backends.hpp>
#include <repot/backup.hpp>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <memory>
#include <set>

namespace repot::care {
namespace {

namespace fs = std::filesystem;

constexpr const char* healthy = R"(
PRAGMA journal_mode = WAL;
CREATE TABLE artist (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, live BOOLEAN);
CREATE TABLE track (id INTEGER PRIMARY KEY, artist INTEGER NOT NULL REFERENCES artist(id),
                    title TEXT, seconds INTEGER, rate REAL, cover BLOB, at DATETIME, price DECIMAL(9,2));
CREATE TABLE code (code TEXT PRIMARY KEY, note TEXT) WITHOUT ROWID;
CREATE INDEX track_artist ON track(artist);
CREATE VIEW titles AS SELECT title FROM track;
CREATE TRIGGER no_name AFTER DELETE ON artist BEGIN DELETE FROM track WHERE artist = old.id; END;
INSERT INTO artist(name, live) VALUES ('one', 1), ('two', 0), ('three', NULL);
INSERT INTO track(artist, title, seconds, rate, at, price)
  VALUES (1, 'a', 200, 1.5, '2025-01-01 00:00:00', 1.99);
INSERT INTO code VALUES ('x', NULL);
)";

class Place {
 public:
  Place() {
    test::runSqlite(file, healthy);
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    options.fileSystem = [this](const std::string&) { return fileSystem; };
    options.backups = folder.file("backups");
    options.now = [this] { return now; };
  }
  void run(const std::string& sql) { test::runSqlite(file, sql); }
  /// Changes a definition as SQLite itself would never let one.
  void rewrite(const std::string& name, const std::string& sql) {
    run("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = '" + sql + "' WHERE name = '" +
        name + "'; PRAGMA writable_schema = RESET;");
  }
  void write(const std::string& path, std::int64_t at, const std::string& bytes) {
    std::fstream stream(path, std::ios::binary | std::ios::in | std::ios::out);
    stream.seekp(at);
    stream << bytes;
  }
  void backUp() {
    BackupOptions how;
    how.now = options.now;
    BackupFolder(options.backups).take(url(), how);
  }
  DatabaseUrl url() const { return DatabaseUrl::fromSqlitePath(file); }
  std::set<std::string> found() const {
    std::set<std::string> names;
    for (const Finding& one : examine(url(), options).findings)
      if (one.severity != Severity::note) names.insert(one.check);
    return names;
  }

  test::ScratchFolder folder;
  std::string file = folder.file("app.db");
  FileSystem fileSystem{"", 1'000'000'000'000};
  std::chrono::system_clock::time_point now = std::chrono::system_clock::now();
  DoctorOptions options;
  std::shared_ptr<void> held;  ///< What a fault needs while it is looked for.
};

struct Fault {
  const char* name;
  const char* check;
  void (*plant)(Place&);
};

std::shared_ptr<sqlite3> open(const Place& place) {
  sqlite3* handle = nullptr;
  sqlite3_open(place.file.c_str(), &handle);
  return {handle, &sqlite3_close};
}

const Fault faults[] = {
    {"world_readable", "file_mode",
     [](Place& p) { fs::permissions(p.file, fs::perms::others_read, fs::perm_options::add); }},
    {"world_writable", "file_mode",
     [](Place& p) { fs::permissions(p.file, fs::perms::others_write, fs::perm_options::add); }},
    {"hard_link", "hard_links",
     [](Place& p) { fs::create_hard_link(p.file, p.folder.file("other.db")); }},
    {"hot_journal", "hot_journal",
     [](Place& p) {
       p.run("PRAGMA journal_mode = DELETE");
       // Half a transaction, as a crash leaves it, brought here as a copy.
       const std::shared_ptr<sqlite3> handle = open(p);
       sqlite3_exec(handle.get(),
                    "PRAGMA cache_size = 1; PRAGMA synchronous = OFF; BEGIN; "
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<2000) "
                    "INSERT INTO code SELECT i, hex(randomblob(200)) FROM n",
                    nullptr, nullptr, nullptr);
       fs::create_directory(p.folder.file("crashed"));
       const std::string copy = p.folder.file("crashed/app.db");
       fs::copy_file(p.file, copy);
       fs::copy_file(p.file + "-journal", copy + "-journal");
       p.file = copy;
     }},
    {"stray_wal", "stray_wal",
     [](Place& p) {
       p.run("PRAGMA journal_mode = DELETE");
       std::ofstream(p.file + "-wal") << "left by another database";
     }},
    {"large_wal", "wal_size",
     [](Place& p) {
       std::ofstream(p.file + "-wal").put('x');
       fs::resize_file(p.file + "-wal", 200'000'000);
     }},
    {"nfs", "file_system", [](Place& p) { p.fileSystem.kind = "nfs"; }},
    {"fuse", "file_system", [](Place& p) { p.fileSystem.kind = "fuse"; }},
    {"full_disk", "free_space", [](Place& p) { p.fileSystem.freeBytes = 1000; }},
    {"small_pages", "page_size",
     [](Place& p) {
       p.run(
           "PRAGMA journal_mode = DELETE; PRAGMA page_size = 1024; VACUUM; "
           "PRAGMA journal_mode = WAL");
     }},
    {"free_pages", "free_pages",
     [](Place& p) {
       p.run(
           "CREATE TABLE bulk(b); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n "
           "WHERE i<1000) INSERT INTO bulk SELECT zeroblob(4000) FROM n; DROP TABLE bulk");
     }},
    {"rollback_journal", "journal_mode", [](Place& p) { p.run("PRAGMA journal_mode = DELETE"); }},
    {"held_lock", "write_lock",
     [](Place& p) {
       const std::shared_ptr<sqlite3> handle = open(p);
       sqlite3_exec(handle.get(), "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
       p.held = handle;
     }},
    {"never_analyzed", "statistics",
     [](Place& p) {
       p.run(
           "WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i+1 FROM n WHERE i<60000) "
           "INSERT INTO track(id, artist) SELECT i, 1 FROM n");
     }},
    {"parent_not_unique", "foreign_key_target",
     [](Place& p) {
       p.run("CREATE TABLE c(n TEXT REFERENCES artist(name)); CREATE INDEX c_n ON c(n)");
     }},
    {"parent_missing", "foreign_key_target",
     [](Place& p) { p.run("CREATE TABLE c(n INTEGER PRIMARY KEY REFERENCES nowhere(id))"); }},
    {"key_without_index", "foreign_key_index",
     [](Place& p) { p.run("CREATE TABLE c(a INTEGER REFERENCES artist(id))"); }},
    {"same_index_twice", "duplicate_index",
     [](Place& p) { p.run("CREATE INDEX again ON track(artist)"); }},
    {"prefix_index", "duplicate_index",
     [](Place& p) { p.run("CREATE INDEX longer ON track(artist, title)"); }},
    {"view_of_nothing", "broken_view",
     [](Place& p) { p.run("CREATE VIEW v AS SELECT gone FROM track"); }},
    {"trigger_of_nothing", "broken_trigger",
     [](Place& p) {
       p.run("CREATE TRIGGER t AFTER UPDATE ON code BEGIN INSERT INTO nowhere VALUES (1); END");
     }},
    {"missing_module", "unreadable_table",
     [](Place& p) {
       p.run(
           "PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES ('table', 'v', 'v', 0, "
           "'CREATE VIRTUAL TABLE v USING nowhere(a)'); PRAGMA writable_schema = RESET");
     }},
    {"last_key", "key_exhaustion",
     [](Place& p) { p.run("INSERT INTO track(id, artist) VALUES (9223372036854775807, 1)"); }},
    {"sequence", "sequence_behind",
     [](Place& p) { p.run("UPDATE sqlite_sequence SET seq = 1 WHERE name = 'artist'"); }},
    {"overwritten_page", "integrity",
     [](Place& p) {
       p.run("PRAGMA journal_mode = DELETE; PRAGMA journal_mode = WAL");
       p.run("CREATE TABLE last(a INTEGER PRIMARY KEY, b); INSERT INTO last VALUES (1, 'row')");
       p.run("PRAGMA wal_checkpoint(TRUNCATE)");
       const auto end = static_cast<std::int64_t>(fs::file_size(p.file));
       p.write(p.file, end - 4096, std::string(40, '\xff'));
     }},
    {"index_of_another_column", "index_damage",
     [](Place& p) {
       p.rewrite("track_artist", "CREATE INDEX track_artist ON track(seconds)");
       p.run("CREATE INDEX by_artist ON track(artist)");
     }},
    {"not_unique", "duplicate_keys",
     [](Place& p) {
       p.run("CREATE INDEX u ON artist(name); INSERT INTO artist(name) VALUES ('one')");
       p.rewrite("u", "CREATE UNIQUE INDEX u ON artist(name)");
     }},
    {"null_in_not_null", "null_in_not_null",
     [](Place& p) {
       p.run("CREATE TABLE c(id INTEGER PRIMARY KEY, a); INSERT INTO c VALUES (1, NULL)");
       p.rewrite("c", "CREATE TABLE c(id INTEGER PRIMARY KEY, a NOT NULL)");
     }},
    {"broken_check", "check_violation",
     [](Place& p) {
       p.run(
           "CREATE TABLE c(id INTEGER PRIMARY KEY, a CHECK (a > 5)); "
           "PRAGMA ignore_check_constraints = ON; INSERT INTO c VALUES (1, 1)");
     }},
    {"orphan", "orphan_rows", [](Place& p) { p.run("INSERT INTO track(artist) VALUES (99)"); }},
    {"text_in_integer", "type_affinity",
     [](Place& p) { p.run("INSERT INTO track(artist, seconds) VALUES (1, 'long')"); }},
    {"blob_in_text", "type_affinity",
     [](Place& p) { p.run("INSERT INTO track(artist, title) VALUES (1, x'00ff')"); }},
    {"odd_boolean", "boolean_values", [](Place& p) { p.run("UPDATE artist SET live = 2"); }},
    {"latin1", "invalid_utf8",
     [](Place& p) { p.run("UPDATE artist SET name = CAST(x'4dfc6c6c6572' AS TEXT)"); }},
    {"nul", "nul_in_text",
     [](Place& p) { p.run("UPDATE artist SET name = 'a' || char(0) || 'b'"); }},
    {"null_key", "null_keys",
     [](Place& p) { p.run("CREATE TABLE c(k TEXT PRIMARY KEY); INSERT INTO c VALUES (NULL)"); }},
    {"no_backup", "no_backup", [](Place& p) { fs::remove_all(p.options.backups); }},
    {"old_backup", "old_backup", [](Place& p) { p.now += std::chrono::hours(50); }},
    {"rotten_backup", "damaged_backup",
     [](Place& p) {
       Backup first = BackupFolder(p.options.backups).list().at(0);
       p.write(first.file, 5000, "rotten");
       EXPECT_FALSE(verifyBackup(first));
       p.backUp();
     }},
    {"truncated", "readable", [](Place& p) { fs::resize_file(p.file, 4096 * 3); }},
    {"no_database", "readable", [](Place& p) { p.write(p.file, 0, "this is no database"); }},
    {"pending_migration", "pending_migrations",
     [](Place& p) {
       p.options.migrations = p.folder.file("migrations");
       fs::create_directory(p.options.migrations);
       for (const char* scheme : {"sqlite", "postgresql"}) {
         std::ofstream(p.options.migrations + "/0001_first." + scheme + ".up.sql")
             << "CREATE TABLE n(a INTEGER);";
         std::ofstream(p.options.migrations + "/0001_first." + scheme + ".down.sql")
             << "DROP TABLE n;";
       }
     }},
};

class Doctor : public testing::TestWithParam<Fault> {};

TEST_P(Doctor, findsThePlantedFaultAndNoOther) {
  registerBackends();
  Place place;
  place.backUp();
  ASSERT_EQ(place.found(), std::set<std::string>{}) << "healthy";
  GetParam().plant(place);
  const std::string wanted = GetParam().check;
  std::set<std::string> found = place.found();
  EXPECT_TRUE(found.contains(wanted)) << testing::PrintToString(found);
  // These stand for a fault's neighbours: what lies on a damaged page is lost in other ways, too;
  // a copy elsewhere has no backups; what SQLite keeps beside its own mode says so.
  for (const char* also : {"journal_mode", "no_backup", "readable", "file_mode", "index_damage"})
    if (wanted != also && found.size() > 1) found.erase(also);
  EXPECT_EQ(found, std::set<std::string>{wanted});
}

INSTANTIATE_TEST_SUITE_P(Faults, Doctor, testing::ValuesIn(faults),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(DoctorCure, mendsWhatItSaysItCan) {
  registerBackends();
  int mended = 0;
  for (const Fault& fault : faults) {
    Place place;
    place.backUp();
    fault.plant(place);
    place.held.reset();
    const Examination before = examine(place.url(), place.options);
    std::set<std::string> curable;
    for (const Finding& one : before.findings)
      if (one.cure.kind != Cure::Kind::none) curable.insert(one.check);
    for (const Treatment& one : treat(place.url(), before.findings, false))
      EXPECT_EQ(one.failure, "") << fault.name << ' ' << one.finding.check;
    const std::set<std::string> after = place.found();
    for (const std::string& check : curable) {
      EXPECT_FALSE(after.contains(check)) << fault.name << ": " << check << " is still there";
      ++mended;
    }
  }
  EXPECT_GE(mended, 9);
}

TEST(DoctorReading, changesNothing) {
  registerBackends();
  Place place;
  place.run("PRAGMA journal_mode = DELETE; INSERT INTO track(artist) VALUES (99)");
  const auto before = fs::last_write_time(place.file);
  std::ifstream first(place.file, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(first)), {});
  examine(place.url(), place.options);
  std::ifstream second(place.file, std::ios::binary);
  EXPECT_EQ(std::string((std::istreambuf_iterator<char>(second)), {}), bytes);
  EXPECT_EQ(fs::last_write_time(place.file), before);
}

TEST(DoctorReading, everyKindOfFaultIsPlanted) {
  EXPECT_GE(std::size(faults), 25U);
}

}  // namespace
}  // namespace repot::care
