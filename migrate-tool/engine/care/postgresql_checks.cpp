// Each check is a query that gives a row for each finding: subject, what, and the statement that
// cures it (or NULL). What they look at every user may read.
#include "engine/care/postgresql_checks.hpp"

#include <repot/postgresql/bulk.hpp>

#include <libpq-fe.h>

#include <memory>

namespace repot::care {
namespace {

struct Check {
  const char* name;
  Severity severity;
  const char* why;
  const char* advice;
  bool maintenance;
  const char* sql;
};

// Tables of the user's: not the system's, not those of extensions.
#define REPOT_USER_SCHEMAS \
  "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'"

constexpr Check checks[] = {
    {"server_version", Severity::warning,
     "its faults, those of security too, are not mended any more", "upgrade the server", false,
     "SELECT '', 'the server is PostgreSQL ' || current_setting('server_version'), NULL "
     "WHERE current_setting('server_version_num')::int < 140000"},
    {"durability", Severity::error,
     "after a crash of the machine committed rows are lost, or the whole database",
     "set it to on in postgresql.conf", false,
     "SELECT name, name || ' is ' || setting, NULL FROM pg_settings "
     "WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off'"},
    {"synchronous_commit", Severity::warning,
     "the last commits before a crash are lost, though the application was told they are stored",
     "set it to on, unless that is meant", false,
     "SELECT '', 'synchronous_commit is off', NULL WHERE current_setting('synchronous_commit') = "
     "'off'"},
    {"encoding", Severity::error, "texts are not checked, and programs read them differently",
     "make a new database with ENCODING 'UTF8', and move the data", false,
     "SELECT '', 'the encoding is ' || pg_encoding_to_char(encoding), NULL FROM pg_database "
     "WHERE datname = current_database() AND pg_encoding_to_char(encoding) <> 'UTF8'"},
    {"autovacuum", Severity::error,
     "dead rows stay, tables grow, and in the end the server refuses to write (wraparound)",
     "set it to on", false,
     "SELECT '', 'autovacuum is off', NULL WHERE current_setting('autovacuum') = 'off' UNION ALL "
     "SELECT c.oid::regclass::text, 'autovacuum is off for the table', 'ALTER TABLE ' || "
     "c.oid::regclass || ' RESET (autovacuum_enabled)' FROM pg_class c "
     "WHERE 'autovacuum_enabled=false' = ANY (c.reloptions) OR 'autovacuum_enabled=off' = ANY "
     "(c.reloptions)"},
    {"wraparound", Severity::error, "at 2 billion the server refuses to write until it is vacuumed",
     "VACUUM FREEZE; look for long transactions, prepared ones and replication slots", true,
     "SELECT '', 'the oldest transaction is ' || age(datfrozenxid) || ' behind', 'VACUUM (FREEZE)' "
     "FROM pg_database WHERE datname = current_database() AND age(datfrozenxid) > 1000000000"},
    {"invalid_index", Severity::error,
     "CREATE INDEX CONCURRENTLY failed: the index costs with every change, and serves no query",
     "build it anew", false,
     "SELECT c.oid::regclass::text, 'the index is not valid', 'REINDEX INDEX CONCURRENTLY ' || "
     "c.oid::regclass FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE NOT "
     "i.indisvalid AND c.relkind = 'i'"},
    {"unproved_constraint", Severity::warning,
     "rows from before the constraint may break it (repot migrate leaves it so where rows were set "
     "aside)",
     "correct the rows, then validate", false,
     "SELECT conrelid::regclass || '.' || quote_ident(conname), 'the constraint is NOT VALID', "
     "NULL "
     "FROM pg_constraint WHERE NOT convalidated"},
    {"foreign_key_index", Severity::warning,
     "each deletion or change of a parent's key reads the whole table",
     "CREATE INDEX CONCURRENTLY on the key's columns, best in a migration of the application's",
     false,
     "SELECT k.conrelid::regclass || '.' || quote_ident(k.conname), 'no index begins with the "
     "key''s columns', NULL FROM pg_constraint k WHERE k.contype = 'f' AND NOT EXISTS (SELECT FROM "
     "pg_index i WHERE i.indrelid = k.conrelid AND i.indisvalid AND i.indpred IS NULL AND "
     "(i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)"},
    {"duplicate_index", Severity::warning,
     "it makes every change slower and the database larger, and no query faster",
     "drop one of them, best in a migration of the application's", false,
     "SELECT a.indexrelid::regclass::text, 'it is the same as ' || b.indexrelid::regclass, NULL "
     "FROM pg_index a JOIN pg_index b ON a.indrelid = b.indrelid AND a.indexrelid > b.indexrelid "
     "AND a.indkey::text = b.indkey::text AND a.indclass::text = b.indclass::text AND "
     "a.indcollation::text = b.indcollation::text AND a.indoption::text = b.indoption::text AND "
     "a.indpred IS NOT DISTINCT FROM b.indpred AND a.indexprs IS NOT DISTINCT FROM b.indexprs AND "
     "NOT (a.indisunique AND NOT b.indisunique) JOIN pg_class c ON c.oid = a.indrelid JOIN "
     "pg_namespace n ON n.oid = c.relnamespace WHERE " REPOT_USER_SCHEMAS},
    {"no_primary_key", Severity::note,
     "logical replication cannot follow changes of its rows, and equal rows cannot be told apart",
     "add one", false,
     "SELECT c.oid::regclass::text, 'the table has no primary key', NULL FROM pg_class c JOIN "
     "pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND NOT "
     "c.relispartition AND " REPOT_USER_SCHEMAS
     " AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p')"},
    {"sequence_end", Severity::error, "then every insert fails",
     "ALTER TABLE … ALTER COLUMN … TYPE bigint, and the sequence with it", false,
     "SELECT format('%I.%I', schemaname, sequencename), 'the sequence is at ' || last_value || "
     "' of ' || max_value, NULL FROM pg_sequences WHERE last_value > max_value * 0.8 AND NOT "
     "cycle"},
    {"statistics", Severity::warning, "the planner guesses which index is best", "ANALYZE", true,
     "SELECT relid::regclass::text, 'the table was never analyzed', 'ANALYZE ' || relid::regclass "
     "FROM pg_stat_user_tables WHERE last_analyze IS NULL AND last_autoanalyze IS NULL AND "
     "(n_live_tup > 10000 OR pg_relation_size(relid) > 10000000)"},
    {"dead_rows", Severity::warning, "tables and indexes grow, and every scan reads them",
     "VACUUM (ANALYZE); where it does not help, look for old transactions", true,
     "SELECT relid::regclass::text, n_dead_tup || ' dead rows beside ' || n_live_tup, 'VACUUM "
     "(ANALYZE) ' || relid::regclass FROM pg_stat_user_tables WHERE n_dead_tup > 50000 AND "
     "n_dead_tup > n_live_tup"},
    {"idle_transaction", Severity::warning,
     "it holds its locks, and keeps VACUUM from removing rows",
     "find the place in the application that leaves it open; idle_in_transaction_session_timeout "
     "ends such ones",
     false,
     "SELECT coalesce(application_name, ''), 'process ' || pid || ' is idle in a transaction since "
     "'"
     " || date_trunc('second', state_change), NULL FROM pg_stat_activity WHERE state LIKE 'idle in "
     "transaction%' AND datname = current_database() AND state_change < now() - interval '5 min'"},
    {"prepared_transaction", Severity::error,
     "it holds its locks over restarts, and keeps VACUUM from removing rows",
     "COMMIT PREPARED or ROLLBACK PREPARED", false,
     "SELECT gid, 'a prepared transaction is open since ' || date_trunc('second', prepared), NULL "
     "FROM pg_prepared_xacts WHERE database = current_database() AND prepared < now() - interval "
     "'5 "
     "min'"},
    {"replication_slot", Severity::error, "it keeps the server's log until the disk is full",
     "start its consumer, or pg_drop_replication_slot()", false,
     "SELECT slot_name::text, 'nobody reads the replication slot', NULL FROM pg_replication_slots "
     "WHERE NOT active"},
    {"connections", Severity::warning, "the next ones are refused",
     "use smaller pools, or pgbouncer", false,
     "SELECT '', count(*) || ' of ' || current_setting('max_connections') || ' connections are "
     "open', NULL FROM pg_stat_activity WHERE backend_type = 'client backend' HAVING count(*) > "
     "current_setting('max_connections')::int * 0.9"},
    {"unlogged_table", Severity::warning, "its rows are gone after a crash of the server",
     "ALTER TABLE … SET LOGGED, unless that is meant", false,
     "SELECT c.oid::regclass::text, 'the table is unlogged', NULL FROM pg_class c WHERE c.relkind "
     "= "
     "'r' AND c.relpersistence = 'u'"},
    {"staging_schema", Severity::warning, "it takes room",
     "repot migrate --resume or --abort, of a sample the next repot assess with this target; where "
     "there is no run any more, DROP SCHEMA … CASCADE",
     false,
     "SELECT nspname::text, 'a migration or a sample that did not end has left the schema', NULL "
     "FROM pg_namespace WHERE nspname ~ '^repot_(staging|sample)_[0-9a-f]{8}$'"},
    {"size", Severity::note, "backups and restores take accordingly", "nothing", false,
     "SELECT '', pg_size_pretty(pg_database_size(current_database())) || ' are in use', NULL"},
};

using Result = std::unique_ptr<PGresult, void (*)(PGresult*)>;

void run(postgresql::BulkConnection& connection, const Check& check, Chart& chart) {
  const Result rows(PQexec(connection.raw(), check.sql), &PQclear);
  if (PQresultStatus(rows.get()) != PGRES_TUPLES_OK)
    throw Error(ErrorKind::permission, PQresultErrorMessage(rows.get()));
  for (int row = 0; row < PQntuples(rows.get()); ++row) {
    Finding finding{check.name,
                    check.severity,
                    PQgetvalue(rows.get(), row, 0),
                    PQgetvalue(rows.get(), row, 1),
                    check.why,
                    check.advice,
                    {}};
    if (PQgetisnull(rows.get(), row, 2) == 0) {
      finding.cure = {Cure::Kind::sql, {PQgetvalue(rows.get(), row, 2)}, check.maintenance};
    }
    chart.add(std::move(finding));
  }
}

}  // namespace

void checkPostgresql(const DatabaseUrl& database, Chart& chart) {
  postgresql::BulkConnection connection(database);
  // Names are spelt with their schemas, whatever the user's search_path is.
  connection.execute("SET search_path = pg_catalog");
  for (const Check& check : checks)
    chart.run(check.name, [&] { run(connection, check, chart); });
}

}  // namespace repot::care
