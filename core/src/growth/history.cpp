// The file of the history; see growth_history.hpp. It is written through Database as any other, in
// one unit of work per update: several processes add to the same rows, one after the other.
#include "repot/database.hpp"
#include "repot/error.hpp"
#include "repot/growth_history.hpp"
#include "work_json.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <map>
#include <random>

namespace repot {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

constexpr const char* schemaSql = R"(
CREATE TABLE IF NOT EXISTS format (version INTEGER NOT NULL, salt INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS samples (
  start INTEGER PRIMARY KEY, seconds INTEGER NOT NULL,
  pages INTEGER NOT NULL, free_pages INTEGER NOT NULL, page_bytes INTEGER NOT NULL,
  wal_bytes INTEGER NOT NULL, users INTEGER NOT NULL, work TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS totals (id INTEGER PRIMARY KEY CHECK (id = 1), work TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS users (hash INTEGER PRIMARY KEY, seen INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value REAL NOT NULL) WITHOUT ROWID;
)";

std::int64_t number(sys_seconds time) {
  return time.time_since_epoch().count();
}
std::int64_t number(const Value& value) {
  return std::get<std::int64_t>(value);
}

std::vector<ColumnType> integers(std::size_t count) {
  return std::vector<ColumnType>(count, ColumnType::integer);
}

sys_seconds startOf(sys_seconds time, seconds width) {
  return sys_seconds(time.time_since_epoch() / width * width);
}

std::vector<GrowthSample> readSamples(UnitOfWork& unit, const std::string& where) {
  std::vector<GrowthSample> samples;
  auto types = integers(7);
  types.push_back(ColumnType::text);
  unit.query(
      "SELECT start, seconds, pages, free_pages, page_bytes, wal_bytes, users, work "
      "FROM samples WHERE " +
          where + " ORDER BY start",
      {}, types, [&](std::vector<Value>& row) {
        GrowthSample sample;
        sample.start = sys_seconds(seconds(number(row[0])));
        sample.length = seconds(number(row[1]));
        sample.storage = {number(row[2]), number(row[3]), number(row[4]), number(row[5])};
        sample.users = number(row[6]);
        sample.work = detail::workFromJson(std::get<std::string>(row[7]));
        samples.push_back(std::move(sample));
      });
  return samples;
}

void writeSample(UnitOfWork& unit, const GrowthSample& sample) {
  const StorageFigures& storage = sample.storage;
  unit.execute(
      "INSERT OR REPLACE INTO samples (start, seconds, pages, free_pages, page_bytes, wal_bytes, "
      "users, work) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      {number(sample.start), std::int64_t{sample.length.count()}, storage.pages, storage.freePages,
       storage.pageBytes, storage.walBytes, sample.users, detail::workToJson(sample.work)});
}

/// Adds `later` to `sample`, which is as wide or wider.
void absorb(GrowthSample& sample, const GrowthSample& later) {
  sample.storage = later.storage;
  sample.users = std::max(sample.users, later.users);
  sample.work += later.work;
}

/// Samples of less than `width` that ended before `before` become samples of that width.
void widen(UnitOfWork& unit, sys_seconds before, seconds width) {
  const std::string old = "seconds < " + std::to_string(width.count()) + " AND start < " +
                          std::to_string(number(startOf(before, width)));
  const std::vector<GrowthSample> narrow = readSamples(unit, old);
  if (narrow.empty()) return;
  unit.execute("DELETE FROM samples WHERE " + old);
  std::map<sys_seconds, GrowthSample> wide;
  for (const GrowthSample& sample : narrow) {
    const sys_seconds start = startOf(sample.start, width);
    auto [place, isNew] = wide.try_emplace(start, sample);
    if (!isNew) {
      absorb(place->second, sample);
      continue;
    }
    place->second.start = start;
    place->second.length = width;
    // Of a process that wrote late.
    for (const GrowthSample& known :
         readSamples(unit, "start = " + std::to_string(number(start)))) {
      const GrowthSample latest = place->second;
      place->second = known;
      absorb(place->second, latest);
      place->second.length = std::max(known.length, width);
    }
  }
  for (const auto& [start, sample] : wide)
    writeSample(unit, sample);
}

void prune(UnitOfWork& unit, sys_seconds now) {
  widen(unit, now - GrowthHistory::minutesKept, std::chrono::hours(1));
  widen(unit, now - GrowthHistory::hoursKept, std::chrono::days(1));
  unit.execute("DELETE FROM samples WHERE start < $1", {number(now - GrowthHistory::daysKept)});
}

std::int64_t countUsers(UnitOfWork& unit, const GrowthUpdate& update, sys_seconds now,
                        std::int64_t salt) {
  for (const GrowthUpdate::User& user : update.users) {
    const std::uint64_t mixed =
        XXH3_64bits_withSeed(&user.hash, sizeof user.hash, static_cast<std::uint64_t>(salt));
    unit.execute(
        "INSERT INTO users (hash, seen) VALUES ($1, $2) "
        "ON CONFLICT (hash) DO UPDATE SET seen = max(seen, excluded.seen)",
        {static_cast<std::int64_t>(mixed), number(user.seen)});
  }
  unit.execute("DELETE FROM users WHERE seen <= $1", {number(now - update.usersWindow)});
  std::int64_t active = 0;
  unit.query("SELECT count(*) FROM users", {}, integers(1),
             [&](std::vector<Value>& row) { active = number(row[0]); });
  if (active > static_cast<std::int64_t>(GrowthHistory::usersKept)) {
    unit.execute(
        "DELETE FROM users WHERE hash NOT IN (SELECT hash FROM users ORDER BY seen DESC "
        "LIMIT $1)",
        {static_cast<std::int64_t>(GrowthHistory::usersKept)});
  }
  return active;
}

/// Nothing where the file was just made.
std::optional<std::int64_t> saltOf(UnitOfWork& unit, const std::string& path) {
  std::optional<std::int64_t> salt;
  unit.query("SELECT version, salt FROM format", {}, integers(2), [&](std::vector<Value>& row) {
    if (number(row[0]) != GrowthHistory::formatVersion) {
      throw Error(ErrorKind::data, path + " is of format " + std::to_string(number(row[0])) +
                                       ", which another version of Repot writes; update this one, "
                                       "or remove the file");
    }
    salt = number(row[1]);
  });
  return salt;
}

WorkCounts readTotals(UnitOfWork& unit) {
  WorkCounts totals;
  unit.query("SELECT work FROM totals", {}, {ColumnType::text}, [&](std::vector<Value>& row) {
    totals = detail::workFromJson(std::get<std::string>(row[0]));
  });
  return totals;
}

void writeAll(UnitOfWork& unit, const GrowthUpdate& update, const std::string& path) {
  unit.executeScript(schemaSql);
  std::optional<std::int64_t> salt = saltOf(unit, path);
  if (!salt) {
    std::random_device random;
    salt = static_cast<std::int64_t>((std::uint64_t{random()} << 32) | random());
    unit.execute("INSERT INTO format (version, salt) VALUES ($1, $2)",
                 {GrowthHistory::formatVersion, *salt});
  }
  const sys_seconds now = update.sample.start + update.sample.length;
  GrowthSample sample = update.sample;
  sample.length = std::chrono::minutes(1);
  sample.start = startOf(now, sample.length);
  sample.users = countUsers(unit, update, now, *salt);
  for (GrowthSample known : readSamples(unit, "start = " + std::to_string(number(sample.start)))) {
    absorb(known, sample);
    sample = known;
  }
  writeSample(unit, sample);
  WorkCounts totals = readTotals(unit);
  totals += update.sample.work;
  unit.execute("INSERT OR REPLACE INTO totals (id, work) VALUES (1, $1)",
               {detail::workToJson(totals)});
  for (const GrowthField& field : growthFields()) {
    unit.execute("INSERT OR REPLACE INTO settings (name, value) VALUES ($1, $2)",
                 {std::string(field.name), update.settings.*field.value});
  }
  prune(unit, now);
}

/// Makes the file with its mode before SQLite would with another; its journal gets the same.
void makePrivateFile(const std::string& path) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) == 0) {
    if (S_ISREG(found.st_mode)) return;
    throw Error(ErrorKind::permission, path + " is not a plain file; remove it");
  }
  const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file >= 0) ::close(file);  // Else another process was first, or SQLite says why not.
}

Database openFile(const std::string& path, bool readOnly) {
  DatabaseOptions options;
  options.poolSize = 1;
  options.poolTimeout = std::chrono::seconds(5);
  options.busyTimeout = std::chrono::seconds(5);
  options.retry.attempts = 1;
  options.writeAheadLog = false;  // Nothing is left beside it, whoever reads it last.
  DatabaseUrl url = DatabaseUrl::fromSqlitePath(path);
  if (readOnly) url = url.withOption("mode", "ro");
  return Database::open(url, options);
}

}  // namespace

std::optional<GrowthHistory> GrowthHistory::beside(const DatabaseUrl& url) {
  if (url.scheme() != "sqlite" || url.isInMemory()) return std::nullopt;
  return GrowthHistory(url.filePath() + "-repot-signals");
}

bool GrowthHistory::exists() const {
  return ::access(path_.c_str(), F_OK) == 0;
}

void GrowthHistory::add(const GrowthUpdate& update) const {
  makePrivateFile(path_);
  openFile(path_, false).write([&](UnitOfWork& unit) { writeAll(unit, update, path_); });
}

GrowthRecord GrowthHistory::read(sys_seconds since) const {
  return openFile(path_, true).read([&](UnitOfWork& unit) {
    GrowthRecord record;
    saltOf(unit, path_);
    record.samples = readSamples(unit, "start + seconds > " + std::to_string(number(since)));
    record.totals = readTotals(unit);
    unit.query("SELECT name, value FROM settings", {}, {ColumnType::text, ColumnType::real},
               [&](std::vector<Value>& row) {
                 for (const GrowthField& field : growthFields()) {
                   if (field.name == std::get<std::string>(row[0]))
                     record.settings.*field.value = std::get<double>(row[1]);
                 }
               });
    if (!record.samples.empty()) record.activeUsers = record.samples.back().users;
    return record;
  });
}

}  // namespace repot
