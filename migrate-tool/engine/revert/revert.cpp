// The order of a way back: look at both sides, copy the file, change what differs, verify, name it.
#include "engine/revert/revert.hpp"

#include "engine/cutover/fence.hpp"
#include "engine/edited_plan.hpp"
#include "engine/planner.hpp"
#include "engine/revert/table_revert.hpp"
#include "engine/run/pairing.hpp"
#include "engine/run/sequences.hpp"
#include "engine/run/stages.hpp"
#include "engine/run/target_snapshot.hpp"
#include "engine/run/verify.hpp"
#include "engine/sync/capture_log.hpp"

#include <repot/copier.hpp>
#include <repot/error.hpp>
#include <repot/sqlite/errors.hpp>
#include <repot/sqlite/writer_handle.hpp>

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace repot::migrate {
namespace {

namespace fs = std::filesystem;

/// The file that is being made; gone with this object unless it was published.
class NewFile {
 public:
  explicit NewFile(const std::string& name) : name_(name), path_(name + ".reverting") {
    if (fs::exists(name_))
      throw Error(ErrorKind::conflict, "there is a file \"" + name_ + "\" already");
    remove();  // Of a run that was killed.
    const int handle = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (handle < 0) {
      throw Error(ErrorKind::permission,
                  "cannot make the file \"" + path_ + "\": " + std::strerror(errno));
    }
    ::close(handle);
  }
  ~NewFile() { remove(); }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  const std::string& path() const noexcept { return path_; }

  /// On the disk, under its name, with the rights that `like` has.
  void publish(const std::string& like) {
    struct stat status {};
    if (::stat(like.c_str(), &status) == 0) ::chmod(path_.c_str(), status.st_mode & 07777);
    syncToDisk(path_);
    // Unlike rename(), never takes the place of a file that somebody made meanwhile.
    if (::link(path_.c_str(), name_.c_str()) != 0) {
      throw Error(errno == EEXIST ? ErrorKind::conflict : ErrorKind::resource,
                  "cannot make the file \"" + name_ + "\": " + std::strerror(errno));
    }
    syncToDisk(fs::absolute(name_).parent_path().string());
  }

 private:
  void remove() noexcept {
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"})
      fs::remove(path_ + suffix, ignored);
  }
  std::string name_;
  std::string path_;
};

/// The connection that writes the new file. Nothing of it counts before it is complete, so that it
/// needs no journal.
class Writer {
 public:
  explicit Writer(const std::string& path) : handle_(sqlite::openForWriting(path)) {
    sqlite3_db_config(raw(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    sqlite3_db_config(raw(), SQLITE_DBCONFIG_ENABLE_FKEY, 0, nullptr);
    run("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF");
  }
  /// All that the reader's snapshot holds.
  void copyFrom(sqlite3* reader) {
    sqlite3_backup* const backup = sqlite3_backup_init(raw(), "main", reader, "main");
    if (backup == nullptr) throw sqlite::sqliteError(raw(), "copying the file");
    const int stepped = sqlite3_backup_step(backup, -1);
    const int finished = sqlite3_backup_finish(backup);
    if (stepped != SQLITE_DONE || finished != SQLITE_OK)
      throw sqlite::sqliteError(stepped == SQLITE_DONE ? finished : stepped, sqlite3_errmsg(raw()),
                                "copying the file");
    run("PRAGMA journal_mode = OFF");
  }
  void run(const std::string& sql) { sqlite::execute(handle_, sql, "writing the new file"); }
  sqlite3* raw() const noexcept { return handle_.get(); }

 private:
  sqlite::WriterHandle handle_;
};

/// How the values of a table are compared: by the plan that moved them where the target still has
/// its types, else by the target's types alone.
const TablePlan& shapeOf(const TablePlan& paired, const std::optional<Plan>& planned) {
  if (!planned) return paired;
  for (const TablePlan& table : planned->tables) {
    if (table.source != paired.source || table.target != paired.target) continue;
    const bool same =
        std::all_of(table.columns.begin(), table.columns.end(), [&](const ColumnPlan& column) {
          return std::any_of(
              paired.columns.begin(), paired.columns.end(), [&](const ColumnPlan& other) {
                return other.source == column.source && other.target == column.target &&
                       typeSql(other) == typeSql(column);
              });
        });
    return same ? table : paired;
  }
  return paired;
}

/// Refuses what could not come back, and reports what will not.
Plan planOf(const Pairing& pairing, const std::optional<Plan>& planned, Report& report) {
  std::vector<Finding> grave;
  for (const Finding& finding : pairing.plan.findings) {
    if (finding.level == Finding::Level::refused || finding.code == "extra-column")
      grave.push_back(finding);
    if (finding.code != "extra-table" || (planned && finding.object == planned->quarantine))
      continue;
    report.findings.push_back(finding);
    report.findings.back().level = Finding::Level::reported;
    report.findings.back().message = "only PostgreSQL has this table: it does not come back";
  }
  if (!grave.empty()) {
    throw Error(ErrorKind::data,
                findingsToText(grave) + "nothing was written: the schemas do not fit together");
  }
  Plan plan = pairing.plan;
  plan.tables.clear();
  for (const TablePlan& table : pairing.plan.tables) {
    const SourceTable* const source = pairing.schema.find(table.source);
    if (source == nullptr) continue;  // A view that became a table.
    if (source->kind == SourceTable::Kind::table) {
      plan.tables.push_back(shapeOf(table, planned));
    } else {
      report.findings.push_back({Finding::Level::reported,
                                 "virtual-table",
                                 table.source,
                                 "a virtual table is not brought up to date",
                                 "build it anew from its rows, as its module does",
                                 "",
                                 0,
                                 {}});
    }
  }
  return plan;
}

/// AUTOINCREMENT goes on where the target's sequence stands.
void moveSequences(const Pairing& pairing, Control& control, Writer& writer) {
  for (const PairedTable& table : pairing.tables) {
    if (table.source == nullptr || !table.source->autoincrement || !table.source->rowidAlias)
      continue;
    const ColumnPlan& key =
        pairing.plan.tables[static_cast<std::size_t>(&table - pairing.tables.data())]
            .columns[table.planned[*table.source->rowidAlias]];
    const TargetColumn* const column = table.target->find(key.target);
    if (column == nullptr || column->sequence.empty() || !column->readsSequence) continue;
    const SequenceState state = readSequence(control, column->sequence);
    const std::int64_t given = state.spent ? state.last : state.next - 1;
    if (given < 1) continue;  // SQLite has no line for a table that never had a row.
    const std::string last = std::to_string(given);
    const std::string name = quoteLiteral(table.source->name);
    writer.run("INSERT INTO sqlite_sequence(name, seq) SELECT " + name +
               ", 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = " + name +
               "); UPDATE sqlite_sequence SET seq = max(seq, " + last + ") WHERE name = " + name);
  }
}

std::string journalMode(sqlite::SqliteSource& source) {
  sqlite::Statement statement = source.prepare("PRAGMA main.journal_mode");
  return statement.step() ? statement.string(0) : "delete";
}

void revertInto(Report& report, const std::string& sourcePath, const DatabaseUrl& target,
                const std::string& newPath, const MigrateOptions& options, Progress& progress) {
  report.targetSchema = options.plan.schema;
  Stopwatch stopwatch(report.phases);
  progress.begin(Progress::Phase::scan, 0);
  NewFile file = during(Stage::refused, [&] { return NewFile(newPath); });
  auto source = reading(sourcePath, [&] { return openSource(sourcePath, 1); });
  Control control = during(Stage::target, [&] { return Control(target); });
  TargetSnapshot snapshot =
      during(Stage::target, [&] { return TargetSnapshot(control, target, 1); });
  const std::optional<Plan> planned = reading(sourcePath, [&]() -> std::optional<Plan> {
    if (options.savedPlan) return planAgain(source, *options.savedPlan);
    if (options.pairing.dataOnly) return std::nullopt;
    return makePlan(source, options.plan);
  });
  const Pairing pairing = during(Stage::target, [&] {
    return pairWithTarget(source.reader(), control, options.plan, options.pairing,
                          planned ? &*planned : nullptr);
  });
  const Plan plan = during(Stage::refused, [&] { return planOf(pairing, planned, report); });
  report.tables = plan.tables;
  stopwatch.lap("plan");
  during(Stage::run, [&] {
    progress.begin(Progress::Phase::load, 0);
    {
      Writer writer(file.path());
      writer.copyFrom(source.reader().raw());
      stopwatch.lap("copy");
      writer.run(fenceRemovalSql(writer.raw()));
      writer.run(captureRemovalSql(writer.raw()));
      writer.run("BEGIN");
      for (const TablePlan& table : plan.tables) {
        report.reverts.push_back(
            revertTable({*pairing.schema.find(table.source), table, plan.targetSchema,
                         source.reader(), snapshot.stream(0), writer.raw(), progress}));
      }
      moveSequences(pairing, control, writer);
      writer.run("COMMIT; PRAGMA journal_mode = DELETE");
    }
    stopwatch.lap("load");
    sqlite::SqliteSource made = openSource(file.path(), 1);
    report.verification =
        verifyTables(made, snapshot, plan.targetSchema, plan, options.verify, progress);
    stopwatch.lap("verify");
    if (!report.verified()) return;
    progress.throwIfStopped();
  });
  during(Stage::run, [&] {
    if (!report.verified()) return;
    if (journalMode(source) == "wal") Writer(file.path()).run("PRAGMA journal_mode = WAL");
    file.publish(sourcePath);
    report.published = true;
  });
  progress.finish();
}

}  // namespace

Report revert(const std::string& sourcePath, const DatabaseUrl& target, const std::string& newPath,
              const MigrateOptions& options, Progress& progress) {
  return reporting(newReport("revert", sourcePath, target), progress, [&](Report& report) {
    revertInto(report, sourcePath, target, newPath, options, progress);
  });
}

}  // namespace repot::migrate
