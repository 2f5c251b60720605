// See ledger_upkeep.hpp; ledger.cpp makes the tables.
#include "engine/run/ledger_upkeep.hpp"

#include "engine/run/ledger.hpp"

#include <charconv>

namespace repot::migrate {
namespace {

std::int64_t numberOf(const std::string& text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

std::optional<FinishedRun> finishedRun(Control& control, const std::string& targetSchema) {
  // Asks for the format, too, before columns are named that an older one does not have.
  const auto published = Ledger(control).published(targetSchema);
  if (!published || !Ledger(control).syncRecord(published->run)) return std::nullopt;
  const auto rows = control.query(
      "SELECT run, source, source_state, pg_catalog.json_array_length(plan->'tables'), "
      "(SELECT pg_catalog.count(*) FROM pg_catalog.json_array_elements(plan->'tables') AS one "
      "WHERE pg_catalog.to_regclass(pg_catalog.format('%I.%I', target_schema, one->>'target')) "
      "IS NULL) FROM repot.runs WHERE run = $1",
      {published->run});
  if (rows.empty()) return std::nullopt;
  const auto& row = rows[0];
  return FinishedRun{row[0], row[1], row[2], numberOf(row[3]), numberOf(row[4])};
}

void noteSourceState(Control& control, const std::string& run, const std::string& state) {
  control.query(
      "UPDATE repot.runs SET source_state = $2 WHERE run = $1 AND state = 'published' "
      "AND synced_at IS NULL",
      {run, state});
}

void keepLedger(Control& control) {
  control.query("SELECT pg_catalog.pg_advisory_lock_shared(1919250542, 0)");
}

void letLedgerGo(Control& control) {
  control.query("SELECT pg_catalog.pg_advisory_unlock_shared(1919250542, 0)");
  if (!control.value("SELECT pg_catalog.to_regclass('repot.runs')").empty())
    removeEmptyLedger(control);
}

void removeEmptyLedger(Control& control) {
  // A schema that was there before, or has something else in it by now, stays.
  control.execute(
      "DO $$ BEGIN PERFORM pg_catalog.pg_advisory_xact_lock(1919250543, 0); "
      "IF NOT pg_catalog.pg_try_advisory_xact_lock(1919250542, 0) THEN RETURN; END IF; "
      "IF NOT EXISTS (SELECT FROM repot.runs) THEN "
      "DROP TABLE IF EXISTS repot.captures, repot.capture_writes; "
      "DROP TABLE repot.chunks, repot.runs; "
      "IF pg_catalog.obj_description('repot'::pg_catalog.regnamespace, 'pg_namespace') = "
      "'Made by repot migrate' AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend WHERE refclassid = "
      "'pg_catalog.pg_namespace'::pg_catalog.regclass AND refobjid = "
      "'repot'::pg_catalog.regnamespace) THEN DROP SCHEMA repot; END IF; END IF; END $$");
}

}  // namespace repot::migrate
