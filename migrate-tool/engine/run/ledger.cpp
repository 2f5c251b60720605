// The tables of the ledger; see ledger.hpp.
#include "engine/run/ledger.hpp"

#include "engine/run/ledger_upkeep.hpp"

#include <repot/error.hpp>
#include <repot/hex.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

namespace repot::migrate {
namespace {

constexpr int newestFormat = 2;
constexpr std::string_view formatComment = "Ledger of repot migrate, format ";
/// Held while the ledger is made or removed.
constexpr const char* lockLedger = "SELECT pg_catalog.pg_advisory_xact_lock(1919250543, 0)";

std::string commentSql() {
  return "COMMENT ON TABLE repot.runs IS '" + std::string(formatComment) +
         std::to_string(newestFormat) + "'";
}

// The format is part of the comments, so that it is seen wherever the tables are seen.
const std::vector<std::string>& tables() {
  static const std::vector<std::string> statements = {
      "DO $$ BEGIN IF pg_catalog.to_regnamespace('repot') IS NULL THEN CREATE SCHEMA repot; "
      "COMMENT ON SCHEMA repot IS 'Made by repot migrate'; END IF; END $$",
      "CREATE TABLE IF NOT EXISTS repot.runs (\n"
      "  run text PRIMARY KEY,\n"
      "  state text NOT NULL CHECK (state IN ('creating', 'loading', 'published')),\n"
      "  target_schema text NOT NULL,\n"
      "  staging_schema text NOT NULL,\n"
      "  source text NOT NULL,\n"
      "  source_identity json NOT NULL,\n"
      "  plan_digest text NOT NULL,\n"
      "  options json NOT NULL,\n"
      "  repot_version text NOT NULL,\n"
      "  started_at timestamptz NOT NULL DEFAULT pg_catalog.now(),\n"
      "  updated_at timestamptz NOT NULL DEFAULT pg_catalog.now(),\n"
      "  finished_at timestamptz,\n"
      "  plan json,\n"
      "  source_state text NOT NULL DEFAULT '',\n"
      "  synced_at timestamptz,\n"
      "  syncs bigint NOT NULL DEFAULT 0,\n"
      "  attempt integer NOT NULL,\n"
      "  host text NOT NULL,\n"
      "  process integer NOT NULL,\n"
      "  backend integer NOT NULL\n)",
      "CREATE TABLE IF NOT EXISTS repot.chunks (\n"
      "  run text NOT NULL REFERENCES repot.runs ON DELETE CASCADE,\n"
      "  \"table\" text NOT NULL,\n"
      "  first bigint NOT NULL,\n"
      "  last bigint NOT NULL,\n"
      "  rows bigint NOT NULL,\n"
      "  rows_set_aside bigint NOT NULL,\n"
      "  bytes bigint NOT NULL,\n"
      "  digest text NOT NULL,\n"
      "  columns bigint[] NOT NULL,\n"
      "  parts bytea,\n"
      "  loaded_at timestamptz NOT NULL DEFAULT pg_catalog.now(),\n"
      "  PRIMARY KEY (run, \"table\", first)\n)",
      commentSql()};
  return statements;
}

/// What format 2 has beyond format 1.
const std::vector<std::string>& renewal() {
  static const std::vector<std::string> statements = {
      "ALTER TABLE repot.runs ADD COLUMN IF NOT EXISTS plan json, "
      "ADD COLUMN IF NOT EXISTS source_state text NOT NULL DEFAULT '', "
      "ADD COLUMN IF NOT EXISTS synced_at timestamptz, "
      "ADD COLUMN IF NOT EXISTS syncs bigint NOT NULL DEFAULT 0",
      "ALTER TABLE repot.chunks ADD COLUMN IF NOT EXISTS parts bytea", commentSql()};
  return statements;
}

constexpr std::array<std::string_view, 3> stateNames = {"creating", "loading", "published"};

RunState stateOf(std::string_view name) {
  for (std::size_t i = 0; i < stateNames.size(); ++i) {
    if (stateNames[i] == name) return static_cast<RunState>(i);
  }
  throw Error(ErrorKind::conflict, "the ledger in schema \"repot\" of the target has the state \"" +
                                       std::string(name) + "\", which this version does not know");
}

template <typename Number>
Number numberOf(std::string_view text) {
  Number number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// "{{1,2,3,4,5},{…}}": the counts of ColumnLedger in their order.
std::string columnsText(const std::vector<ColumnLedger>& columns) {
  std::string text = "{";
  for (const ColumnLedger& column : columns) {
    text += text.size() > 1 ? ",{" : "{";
    for (const std::int64_t count :
         {column.written, column.converted, column.nulls, column.setNull, column.quarantined})
      text += std::to_string(count) + ",";
    text.back() = '}';
  }
  return text + "}";
}

std::vector<ColumnLedger> columnsOf(std::string_view text) {
  std::vector<std::int64_t> numbers;
  while (!text.empty()) {
    const std::size_t start = text.find_first_of("-0123456789");
    if (start == std::string_view::npos) break;
    text.remove_prefix(start);
    const std::size_t end = std::min(text.find_first_of(",}"), text.size());
    numbers.push_back(numberOf<std::int64_t>(text.substr(0, end)));
    text.remove_prefix(end);
  }
  std::vector<ColumnLedger> columns;
  for (std::size_t i = 0; i + 5 <= numbers.size(); i += 5) {
    const std::int64_t* count = &numbers[i];
    columns.push_back({count[0], count[1], count[2], count[3], count[4]});
  }
  return columns;
}

TableDigest digestOf(std::string_view hex, std::int64_t rows) {
  TableDigest digest;
  digest.rows = rows;
  if (hex.size() != 32) return digest;
  std::from_chars(hex.data(), hex.data() + 16, digest.high, 16);
  std::from_chars(hex.data() + 16, hex.data() + 32, digest.low, 16);
  return digest;
}

/// Of what the server encoded: digits, and letters in lower case.
std::string bytesOf(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes(hex.size() / 2, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
  return bytes;
}

std::string hostName() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

}  // namespace

bool isThisProcess(const RunRecord& record) {
  return record.host == hostName() && record.process == std::to_string(::getpid());
}

/// 0: there is no ledger.
int Ledger::format() {
  const auto found = control_.query(
      "SELECT pg_catalog.obj_description(c.oid, 'pg_class') FROM pg_catalog.pg_class c "
      "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
      "WHERE n.nspname = 'repot' AND c.relname = 'runs'");
  if (found.empty()) return 0;
  const std::string& comment = found[0][0];
  for (int format = 1; format <= newestFormat; ++format) {
    if (comment == std::string(formatComment) + std::to_string(format)) return format;
  }
  throw Error(ErrorKind::conflict,
              "the target has a table \"repot\".\"runs\" that is no ledger of this version of "
              "Repot; a newer version made it, or it is your own and stands where Repot keeps "
              "its ledger");
}

bool Ledger::exists() {
  return format() > 0;
}

void Ledger::requireReadable() {
  const auto foreign = control_.query(
      "SELECT pg_catalog.pg_get_userbyid(c.relowner), current_user FROM pg_catalog.pg_class c "
      "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'repot' "
      "AND c.relname = 'runs' AND NOT (pg_catalog.has_schema_privilege(n.oid, 'USAGE') "
      "AND pg_catalog.has_table_privilege(c.oid, 'SELECT'))");
  if (foreign.empty()) return;
  const std::string& owner = foreign[0][0];
  const std::string& role = foreign[0][1];
  throw Error(ErrorKind::permission,
              "the ledger in schema \"repot\" of the target belongs to the role \"" + owner +
                  "\", which migrated before; run as that role, or GRANT " +
                  quoteIdentifier(owner) + " TO " + quoteIdentifier(role));
}

std::optional<RunRecord> Ledger::select(const std::string& condition, const std::string& value) {
  if (!exists()) return std::nullopt;
  requireReadable();
  const auto rows = control_.query(
      "SELECT run, state, target_schema, staging_schema, source, source_identity, plan_digest, "
      "options, started_at, finished_at, host, process, backend, attempt FROM repot.runs WHERE " +
          condition,
      {value});
  if (rows.empty()) return std::nullopt;
  const auto& row = rows[0];
  RunRecord record;
  record.run = row[0];
  record.state = stateOf(row[1]);
  record.targetSchema = row[2];
  record.stagingSchema = row[3];
  record.source = row[4];
  record.sourceIdentity = row[5];
  record.planDigest = row[6];
  record.options = row[7];
  record.startedAt = row[8];
  record.finishedAt = row[9];
  record.host = row[10];
  record.process = row[11];
  record.backend = row[12];
  record.attempt = numberOf<int>(row[13]);
  return record;
}

std::optional<RunRecord> Ledger::unfinished(const std::string& targetSchema) {
  return select("target_schema = $1 AND state <> 'published'", targetSchema);
}

std::optional<RunRecord> Ledger::published(const std::string& targetSchema) {
  return select("target_schema = $1 AND state = 'published' ORDER BY finished_at DESC LIMIT 1",
                targetSchema);
}

std::optional<RunRecord> Ledger::find(const std::string& run) {
  return select("run = $1", run);
}

void Ledger::begin(const RunRecord& record) {
  std::vector<std::string> statements = {lockLedger};
  const int found = format();
  if (found == 0) statements.insert(statements.end(), tables().begin(), tables().end());
  if (found == 1) statements.insert(statements.end(), renewal().begin(), renewal().end());
  statements.push_back(
      "INSERT INTO repot.runs (run, state, target_schema, staging_schema, source, source_identity, "
      "plan_digest, options, repot_version, attempt, host, process, backend) VALUES (" +
      quoteLiteral(record.run) + ", 'creating', " + quoteLiteral(record.targetSchema) + ", " +
      quoteLiteral(record.stagingSchema) + ", " + quoteLiteral(record.source) + ", " +
      quoteLiteral(record.sourceIdentity) + ", '', " + quoteLiteral(record.options) +
      ", '" REPOT_VERSION "', 1, " + quoteLiteral(hostName()) + ", " + std::to_string(::getpid()) +
      ", pg_catalog.pg_backend_pid())");
  try {
    control_.together(statements);
  } catch (const Error& error) {
    throw error.within("writing the ledger in schema \"repot\" of the target");
  }
}

void Ledger::takeOver(const RunRecord& record) {
  if (format() < newestFormat) {
    std::vector<std::string> statements = {lockLedger};
    statements.insert(statements.end(), renewal().begin(), renewal().end());
    control_.transaction(statements);
  }
  control_.query(
      "UPDATE repot.runs SET attempt = $2, host = $3, process = $4, "
      "backend = pg_catalog.pg_backend_pid(), updated_at = pg_catalog.now() WHERE run = $1",
      {record.run, std::to_string(record.attempt), hostName(), std::to_string(::getpid())});
}

void Ledger::setLoading(const std::string& run, const std::string& planDigest) {
  control_.query(
      "UPDATE repot.runs SET state = 'loading', plan_digest = $2, updated_at = pg_catalog.now() "
      "WHERE run = $1",
      {run, planDigest});
}

void Ledger::notePlan(const std::string& run, std::string plan) {
  std::vector<std::string> values = {run};
  values.push_back(std::move(plan));
  control_.query("UPDATE repot.runs SET plan = $2 WHERE run = $1", values);
}

std::vector<ChunkRecord> Ledger::chunks(const std::string& run) {
  std::vector<ChunkRecord> chunks;
  // A run that is gone on with may be of an older format.
  const std::string parts = format() < 2 ? "''" : "pg_catalog.encode(parts, 'hex')";
  for (const auto& row : control_.query(
           "SELECT \"table\", first, last, rows, rows_set_aside, bytes, digest, columns, " + parts +
               " FROM repot.chunks WHERE run = $1 ORDER BY \"table\", first",
           {run})) {
    ChunkRecord& chunk = chunks.emplace_back();
    chunk.table = row[0];
    chunk.range = {numberOf<std::int64_t>(row[1]), numberOf<std::int64_t>(row[2])};
    chunk.load.rows = numberOf<std::int64_t>(row[3]);
    chunk.load.rowsSetAside = numberOf<std::int64_t>(row[4]);
    chunk.load.bytes = numberOf<std::int64_t>(row[5]);
    chunk.digest = digestOf(row[6], chunk.load.rows);
    chunk.load.columns = columnsOf(row[7]);
    chunk.parts = bytesOf(row[8]);
  }
  return chunks;
}

std::optional<SyncRecord> Ledger::syncRecord(const std::string& run) {
  if (format() < 2) return std::nullopt;
  const auto rows = control_.query(
      "SELECT plan, source_state, synced_at, syncs FROM repot.runs WHERE run = $1", {run});
  if (rows.empty() || rows[0][0].empty()) return std::nullopt;
  return SyncRecord{rows[0][0], rows[0][1], rows[0][2], numberOf<std::int64_t>(rows[0][3])};
}

void Ledger::remove(const std::string& run) {
  if (!exists()) return;
  control_.transaction({lockLedger, "DELETE FROM repot.runs WHERE run = " + quoteLiteral(run)});
  removeEmptyLedger(control_);
}

std::string insertChunkSql(const std::string& run, const ChunkRecord& chunk) {
  return "INSERT INTO repot.chunks (run, \"table\", first, last, rows, rows_set_aside, bytes, "
         "digest, columns, parts) VALUES (" +
         quoteLiteral(run) + ", " + quoteLiteral(chunk.table) + ", " +
         std::to_string(chunk.range.first) + ", " + std::to_string(chunk.range.last) + ", " +
         std::to_string(chunk.load.rows) + ", " + std::to_string(chunk.load.rowsSetAside) + ", " +
         std::to_string(chunk.load.bytes) + ", '" + chunk.digest.hex() + "', '" +
         columnsText(chunk.load.columns) + "', '\\x" + formats::toHex(chunk.parts) + "')";
}

std::string renewChunkSql(const std::string& run, std::int64_t first, const ChunkRecord& chunk) {
  return "UPDATE repot.chunks SET first = " + std::to_string(chunk.range.first) +
         ", last = " + std::to_string(chunk.range.last) +
         ", rows = " + std::to_string(chunk.digest.rows) + ", digest = '" + chunk.digest.hex() +
         "', parts = '\\x" + formats::toHex(chunk.parts) + "' WHERE run = " + quoteLiteral(run) +
         " AND \"table\" = " + quoteLiteral(chunk.table) + " AND first = " + std::to_string(first);
}

std::string noteSyncSql(const std::string& run, const SyncRecord& record) {
  return "UPDATE repot.runs SET plan = " + quoteLiteral(record.plan) +
         ", source_state = " + quoteLiteral(record.sourceState) +
         ", synced_at = pg_catalog.now(), syncs = syncs + 1 WHERE run = " + quoteLiteral(run);
}

std::string forgetChunksSql(const std::string& run, const std::string& table,
                            const KeyRange& range) {
  return "DELETE FROM repot.chunks WHERE run = " + quoteLiteral(run) +
         " AND \"table\" = " + quoteLiteral(table) + " AND first BETWEEN " +
         std::to_string(range.first) + " AND " + std::to_string(range.last);
}

std::vector<std::string> closeRunSql(const RunRecord& record) {
  return {"DELETE FROM repot.runs WHERE state = 'published' AND target_schema = " +
              quoteLiteral(record.targetSchema),
          "UPDATE repot.runs SET state = 'published', updated_at = pg_catalog.now(), finished_at = "
          "pg_catalog.now() WHERE run = " +
              quoteLiteral(record.run)};
}

}  // namespace repot::migrate
