// Baselines of databases that other tools made; see adopt.hpp.
#include "repot/schema/adopt.hpp"

#include "repot/backend.hpp"
#include "repot/error.hpp"
#include "repot/schema/dialect.hpp"
#include "repot/schema/migrator.hpp"
#include "schema/histories.hpp"
#include "schema/new_migration.hpp"
#include "schema/portable.hpp"

#include <algorithm>

namespace repot::schema {
namespace {

namespace fs = std::filesystem;
using Place = NativeObject::Place;

struct Live {
  Schema schema;
  std::vector<NativeObject> native;
  std::vector<OtherHistory> histories;
};

Live readLive(Database& database, const Dialect& dialect) {
  return database.read([&](UnitOfWork& work) {
    Live live;
    live.schema = dialect.read(work);
    live.native = dialect.readNative(work);
    live.histories = otherHistories(work, live.schema);
    return live;
  });
}

/// Triggers and objects of one kind of database stay out of the files for others.
Sql only(const std::string& scheme, std::string text) {
  Sql sql = Sql::each("", "");
  sql.dialects[scheme] = std::move(text);
  return sql;
}

/// The steps of diff(), with the native objects around the tables.
std::vector<Change> stepsOf(std::vector<Change> changes, const Live& live,
                            const std::string& scheme) {
  std::vector<Change> steps;
  const auto add = [&](Place place) {
    for (const NativeObject& object : live.native) {
      if (object.place == place && !object.sql.empty())
        steps.emplace_back(Execute{only(scheme, object.sql)});
    }
  };
  add(Place::beforeTables);
  const auto behindTables = std::find_if(changes.begin(), changes.end(), [](const Change& change) {
    return std::holds_alternative<CreateView>(change) ||
           std::holds_alternative<CreateTrigger>(change);
  });
  std::move(changes.begin(), behindTables, std::back_inserter(steps));
  add(Place::afterTables);
  std::move(behindTables, changes.end(), std::back_inserter(steps));
  return steps;
}

class Planner {
 public:
  Planner(Live live, std::string scheme, const std::string& database)
      : live_(std::move(live)), scheme_(std::move(scheme)) {
    adoption_.histories = live_.histories;
    adoption_.baseline.scheme = scheme_;
    adoption_.baseline.source = "by adopting " + database + " (" + scheme_ + ')';
    adoption_.baseline.id = nextId({});
  }

  Adoption plan(std::string description) {
    Schema wanted = withoutHistories(live_.schema);
    for (Trigger& trigger : wanted.triggers)
      trigger.sql = only(scheme_, trigger.sql.of(scheme_));
    Draft& baseline = adoption_.baseline;
    baseline.description = std::move(description);
    baseline.up = diff(Schema{}, wanted, {DiffScope::everything, scheme_});
    noteForeign(baseline.up.changes);
    noteNative();
    baseline.up.changes = stepsOf(std::move(baseline.up.changes), live_, scheme_);
    if (scheme_ != "sqlite") trySqlite();
    return std::move(adoption_);
  }

 private:
  void note(std::string object, std::string text, std::string sql = {}) {
    adoption_.notes.push_back({std::move(object), std::move(text), std::move(sql)});
  }

  void noteNative() {
    for (const NativeObject& object : live_.native) {
      if (object.place == Place::insteadOfModel) {
        adoption_.baseline.verbatim[object.replaces] = object.sql;
        if (object.beyondModel)
          note(object.name, "is only in the file for " + scheme_ + ", not in C++", object.sql);
      } else if (object.sql.empty()) {
        note(object.name, "is not in the baseline: add SQL of your own that makes it");
      } else if (object.beyondModel) {
        note(object.name, "is there as SQL for " + scheme_ + " alone", object.sql);
      }
    }
  }

  /// What the file for the other kind of database cannot be sure of.
  void noteForeign(const std::vector<Change>& changes) {
    for (const Change& change : changes) {
      for (Remark& remark : remarksOn(change, scheme_))
        note(std::move(remark.object), std::move(remark.text));
    }
  }

  /// A database in memory tells whether the file for SQLite runs.
  void trySqlite() {
    for (const DraftFile& file : draftToSql(adoption_.baseline)) {
      if (!file.name.ends_with(".sqlite.up.sql")) continue;
      Database scratch = Database::open("sqlite:///:memory:");
      try {
        scratch.backend().schemaDialect().inTransaction(
            scratch, std::chrono::seconds(1),
            [&](UnitOfWork& work) { work.executeScript(file.text); });
      } catch (const Error& error) {
        note("file " + file.name, std::string("does not run as it is: ") + error.what());
      }
    }
  }

  Live live_;
  std::string scheme_;
  Adoption adoption_;
};

void stamp(Database database, Migrations migrations, const std::string& id,
           std::chrono::milliseconds lockTimeout) {
  MigratorOptions options;
  options.lockTimeout = lockTimeout;
  Migrator(std::move(database), std::move(migrations), std::move(options)).stamp(id);
}

}  // namespace

Adoption planAdoption(Database database, std::string description) {
  const std::vector<Applied> applied = Migrator(database, {}).status().applied;
  if (!applied.empty()) {
    throw Error(ErrorKind::schema, database.url().toString() +
                                       " has migrations of Repot's already, "
                                       "the last " +
                                       applied.back().id + ": there is nothing to adopt");
  }
  const Backend& backend = database.backend();
  Live live = readLive(database, backend.schemaDialect());
  if (withoutHistories(live.schema).tables.empty()) {
    throw Error(ErrorKind::schema, "there are no tables in " + database.url().toString() +
                                       ": begin with `repot schema new`");
  }
  return Planner(std::move(live), std::string(backend.scheme()), database.url().database())
      .plan(std::move(description));
}

void checkHoldsNone(const fs::path& folder) {
  if (!fs::is_directory(folder) || Migrations::load(folder).all().empty()) return;
  throw Error(ErrorKind::schema, folder.string() +
                                     " holds migrations already: stamp the one that the schema is, "
                                     "or name an empty folder");
}

std::vector<fs::path> adopt(Database database, const Adoption& adoption, const fs::path& folder,
                            std::chrono::milliseconds lockTimeout) {
  checkHoldsNone(folder);
  const std::vector<fs::path> written = writeDraft(adoption.baseline, folder);
  try {
    stamp(std::move(database), Migrations::load(folder), adoption.baseline.id, lockTimeout);
  } catch (const Error&) {
    std::error_code ignored;
    for (const fs::path& path : written)
      fs::remove(path, ignored);
    throw;
  }
  return written;
}

void stampBaseline(Database database, const Adoption& adoption,
                   std::chrono::milliseconds lockTimeout) {
  const Draft& baseline = adoption.baseline;
  Migration migration;
  migration.id = baseline.id;
  migration.description = baseline.description;
  migration.up = [steps = baseline.up.changes](Changes& changes) {
    for (const Change& step : steps)
      changes.add(step);
  };
  stamp(std::move(database), Migrations().add(std::move(migration)), baseline.id, lockTimeout);
}

}  // namespace repot::schema
