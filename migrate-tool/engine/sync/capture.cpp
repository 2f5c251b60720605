// See capture.hpp. Two tables of the ledger are only there where it is used: the mark up to which
// the target has everything, and a row by each transaction that wrote to the target, whose xmin
// tells those rows from what somebody else wrote.
#include "engine/sync/capture.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <charconv>

namespace repot::migrate {
namespace {

/// Of one table; beyond that a scan is no slower. They take some 200 bytes each.
constexpr std::int64_t keysMax = 250'000;
constexpr std::int64_t keysMin = 20'000;

std::int64_t numberOf(const std::string& text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::int64_t countKeys(sqlite::SqliteReader& reader, const std::string& keysSql) {
  sqlite::Statement row = reader.prepare("SELECT count(*) FROM (SELECT DISTINCT" +
                                         keysSql.substr(std::string("SELECT").size()) + ")");
  return row.step() ? row.int64(0) : 0;
}

std::vector<std::string> tablesSql() {
  return {
      "CREATE TABLE IF NOT EXISTS repot.captures (\n"
      "  run text PRIMARY KEY REFERENCES repot.runs ON DELETE CASCADE,\n"
      "  seq bigint NOT NULL,\n"
      "  mark text NOT NULL,\n"
      "  schema_version bigint NOT NULL,\n"
      "  since text NOT NULL\n)",
      "CREATE TABLE IF NOT EXISTS repot.capture_writes (\n"
      "  run text NOT NULL REFERENCES repot.runs ON DELETE CASCADE,\n"
      "  written_at timestamptz NOT NULL DEFAULT pg_catalog.now()\n)"};
}

}  // namespace

Capture::Capture(std::string path, std::string run, bool wanted)
    : path_(std::move(path)), run_(std::move(run)), wanted_(wanted) {}

void Capture::readRecord(Control& control) {
  record_.reset();
  if (wanted_) {
    for (const std::string& sql : tablesSql())
      control.execute(sql);
  } else if (control.value("SELECT pg_catalog.to_regclass('repot.captures')").empty()) {
    return;
  }
  const auto rows = control.query(
      "SELECT seq, mark, schema_version, since FROM repot.captures WHERE run = $1", {run_});
  if (rows.empty()) return;
  const auto& row = rows[0];
  record_ = CaptureRecord{{numberOf(row[0]), row[1], numberOf(row[2])}, row[3]};
}

void Capture::mark(const Plan& plan, const SourceSchema& schema) {
  design_ = designCapture(plan, schema);
  if (!writer_) writer_ = sqlite::openForWriting(path_);
  const MarkedLog marked =
      markLog(writer_, design_, record_ ? std::optional(record_->mark) : std::nullopt);
  next_ = marked.mark;
  report_ = {};
  report_.installed = marked.installed;
  report_.triggers = design_.triggers.size();
  for (std::size_t i = 0; i < plan.tables.size(); ++i) {
    if (design_.tables[i].mode == CapturedTable::Mode::keys) continue;
    report_.wholeTables.push_back(plan.tables[i].source + ": " + design_.tables[i].why);
  }
}

void Capture::judge(sqlite::SqliteReader& reader, const Plan& plan) {
  if (const std::string fault = distrust(reader, design_, next_); !fault.empty())
    throw Error(ErrorKind::conflict,
                "the schema of the source was changed while this sync began; run it again");
  report_.reason = record_ ? distrust(reader, design_, record_->mark)
                           : std::string("it was not in use at the last sync");
  report_.trusted = report_.reason.empty();
  ways_.assign(plan.tables.size(), Way::whole);
  if (!report_.trusted) return;
  const auto entries = entriesSince(reader, record_->mark);
  for (std::size_t i = 0; i < ways_.size(); ++i) {
    const CapturedTable::Mode mode = design_.tables[i].mode;
    if (mode == CapturedTable::Mode::never) continue;
    const auto found = entries.find(captureNumber(i));
    if (found == entries.end()) {
      ways_[i] = Way::none;
    } else if (mode == CapturedTable::Mode::keys) {
      const std::int64_t most = std::clamp(plan.tables[i].rows / 8, keysMin, keysMax);
      // A row that changes all the time is one row.
      const bool few = found->second <= most || countKeys(reader, keysOf(i).sql) <= most;
      if (few) ways_[i] = Way::keys;
    }
  }
}

bool Capture::nothingToDo() const {
  return wanted_ && report_.trusted &&
         std::all_of(ways_.begin(), ways_.end(), [](Way way) { return way == Way::none; });
}

Capture::Way Capture::way(std::size_t table) const {
  return wanted_ ? ways_.at(table) : Way::whole;
}

LoggedKeys Capture::keysOf(std::size_t table) const {
  const std::vector<std::string>& columns = design_.tables.at(table).key;
  return {columns, loggedKeysSql(record_->mark, captureNumber(table), columns.size()),
          "(pg_catalog.age(t.xmin) > pg_catalog.age(" + quoteLiteral(record_->since) +
              "::pg_catalog.xid) OR t.xmin::text IN (SELECT w.xmin::text FROM "
              "repot.capture_writes w WHERE w.run = " +
              quoteLiteral(run_) + "))"};
}

std::string Capture::noteWriteSql() const {
  if (!wanted_ && !record_) return {};
  return "INSERT INTO repot.capture_writes (run) VALUES (" + quoteLiteral(run_) + ")";
}

std::string Capture::noteMarkSql() const {
  return "UPDATE repot.captures SET seq = " + std::to_string(next_.seq) +
         ", mark = " + quoteLiteral(next_.name) +
         ", schema_version = " + std::to_string(next_.schemaVersion) +
         " WHERE run = " + quoteLiteral(run_);
}

void Capture::committed() {
  if (wanted_ && report_.trusted) record_->mark = next_;
}

std::string Capture::sinceSql() {
  return "SELECT pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::pg_catalog.xid";
}

void Capture::establish(Control& control, const std::string& since) {
  control.query(
      "INSERT INTO repot.captures (run, seq, mark, schema_version, since) VALUES ($1, $2, $3, $4, "
      "$5) ON CONFLICT (run) DO UPDATE SET seq = $2, mark = $3, schema_version = $4, since = $5",
      {run_, std::to_string(next_.seq), next_.name, std::to_string(next_.schemaVersion), since});
  // Older than all that is not known to be right.
  control.query(
      "DELETE FROM repot.capture_writes WHERE run = $1 AND pg_catalog.age(xmin) > "
      "pg_catalog.age($2::text::pg_catalog.xid)",
      {run_, since});
  record_ = CaptureRecord{next_, since};
}

}  // namespace repot::migrate
