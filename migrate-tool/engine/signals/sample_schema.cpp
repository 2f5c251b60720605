// Whoever is at work on a sample holds a lock of its session, so that what nobody holds is left
// over; and a comment says that a schema is one of these, whatever its name. See sample_schema.hpp.
#include "engine/signals/sample_schema.hpp"

#include "engine/plan.hpp"
#include "engine/run/ledger.hpp"
#include "engine/run/migrate.hpp"
#include "engine/run/staging.hpp"

#include <repot/error.hpp>

namespace repot::migrate {
namespace {

/// "reps": of another class than the locks of migrations, which a sample takes too.
constexpr const char* lockClass = "1919250547";
constexpr const char* mark = "a sample of repot assess; the next one drops it";

}  // namespace

SampleSchema::SampleSchema(const DatabaseUrl& target)
    : target_(target), control_(target), name_("repot_sample_" + newRunName()) {
  removeLeftovers();
  if (!tryLock(name_)) throw Error(ErrorKind::busy, "another sample has the name " + name_);
  control_.transaction(
      {"CREATE SCHEMA " + quoteIdentifier(name_),
       "COMMENT ON SCHEMA " + quoteIdentifier(name_) + " IS " + quoteLiteral(mark)});
}

SampleSchema::~SampleSchema() {
  try {
    remove(name_);
  } catch (const std::exception&) {
    // The connection is lost: the next sample removes it.
  }
}

bool SampleSchema::tryLock(const std::string& name) {
  return control_.value("SELECT pg_catalog.pg_try_advisory_lock(" + std::string(lockClass) +
                            ", pg_catalog.hashtext($1))",
                        {name}) == "t";
}

void SampleSchema::removeLeftovers() {
  const auto schemas = control_.query(
      "SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname LIKE 'repot\\_sample\\_%' AND "
      "pg_catalog.obj_description(oid, 'pg_namespace') = $1 AND "
      "pg_catalog.pg_has_role(nspowner, 'USAGE')",
      {mark});
  for (const auto& row : schemas) {
    if (!tryLock(row[0])) continue;
    try {
      // Of a run that was killed: what it has loaded out of sight.
      abortMigration(target_, row[0]);
      remove(row[0]);
    } catch (const StageError&) {
      // A session of the killed process is still there: the next sample finds it gone.
    } catch (const Error&) {
    }
    control_.value("SELECT pg_catalog.pg_advisory_unlock(" + std::string(lockClass) +
                       ", pg_catalog.hashtext($1))",
                   {row[0]});
  }
}

void SampleSchema::remove(const std::string& name) {
  // The run's rows in the ledger go too, and the ledger where nobody else has any.
  if (control_.value("SELECT to_regclass('repot.runs')") != "") {
    Ledger ledger(control_);
    for (const auto& row :
         control_.query("SELECT run FROM repot.runs WHERE target_schema = $1", {name}))
      ledger.remove(row[0]);
  }
  control_.execute("DROP SCHEMA " + quoteIdentifier(name) + " CASCADE");
}

std::map<std::string, double> SampleSchema::tableBytes() {
  std::map<std::string, double> bytes;
  for (const auto& row : control_.query(
           "SELECT relname, pg_total_relation_size(c.oid) FROM pg_class c JOIN pg_namespace n "
           "ON n.oid = c.relnamespace WHERE n.nspname = $1 AND relkind = 'r'",
           {name_}))
    bytes[row[0]] = std::stod(row[1]);
  return bytes;
}

}  // namespace repot::migrate
