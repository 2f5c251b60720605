// Both sides are held in memory in canonical form and sorted; see views.hpp.
#include "engine/run/views.hpp"

#include "engine/double_quotes.hpp"
#include "engine/run/canonical.hpp"
#include "engine/run/control.hpp"

#include <repot/error.hpp>
#include <repot/postgresql/bulk.hpp>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>

namespace repot::migrate {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds patience{30};

struct Row {
  ByteBuffer exact;                 ///< The canonical form of all other columns.
  std::vector<double> approximate;  ///< NaN for NULL, which SQLite has no other use for.
};

bool comesBefore(const Row& left, const Row& right) {
  if (left.exact.view() != right.exact.view()) return left.exact.view() < right.exact.view();
  return std::lexicographical_compare(
      left.approximate.begin(), left.approximate.end(), right.approximate.begin(),
      right.approximate.end(), [](double a, double b) { return std::strong_order(a, b) < 0; });
}

/// Stops SQLite where a view takes too long.
class Deadline {
 public:
  explicit Deadline(sqlite3* handle) : handle_(handle) {
    sqlite3_progress_handler(handle_, 100'000, &Deadline::isOver, this);
  }
  ~Deadline() { sqlite3_progress_handler(handle_, 0, nullptr, nullptr); }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 private:
  static int isOver(void* self) {
    return Clock::now() > static_cast<Deadline*>(self)->end_ ? 1 : 0;
  }
  sqlite3* handle_;
  Clock::time_point end_ = Clock::now() + patience;
};

bool isApproximate(const ViewPlan& view, std::size_t column) {
  return std::find(view.approximate.begin(), view.approximate.end(), column) !=
         view.approximate.end();
}

std::string columnNames(const ViewPlan& view, std::string ColumnPlan::*name) {
  std::string list;
  for (const ColumnPlan& column : view.shape.columns)
    list += (list.empty() ? "" : ", ") + quoteIdentifier(column.*name);
  return list;
}

const std::string& rowLimit() {
  static const std::string limit = " LIMIT " + std::to_string(viewRowsCompared + 1);
  return limit;
}

std::vector<Row> sourceRows(sqlite::SqliteReader& reader, const ViewPlan& view,
                            Progress& progress) {
  const DoubleQuotedStrings asSqlite(reader);
  const Deadline deadline(reader.raw());
  sqlite::Statement statement =
      reader.prepare("SELECT * FROM main." + quoteIdentifier(view.shape.source) + rowLimit());
  std::vector<Row> rows;
  while (statement.step()) {
    progress.throwIfStopped();
    Row& row = rows.emplace_back();
    for (std::size_t i = 0; i < view.shape.columns.size(); ++i) {
      const int index = static_cast<int>(i);
      if (isApproximate(view, i)) {
        row.approximate.push_back(statement.isNull(index) ? std::numeric_limits<double>::quiet_NaN()
                                                          : statement.real(index));
      } else if (!appendSourceValue(row.exact, view.shape.columns[i], statement, index) &&
                 view.shape.columns[i].misfit == MisfitPolicy::fail) {
        throw Error(ErrorKind::data, "column \"" + view.shape.columns[i].source +
                                         "\" has a value that is no " +
                                         typeSql(view.shape.columns[i]));
      }
    }
  }
  return rows;
}

double realOf(const postgresql::CopyReader::Field& field) {
  if (field.null) return std::numeric_limits<double>::quiet_NaN();
  if (field.bytes.size() != sizeof(double))
    throw Error(ErrorKind::internal, "the server sent a double precision of another size");
  std::uint64_t bits = 0;
  for (const char byte : field.bytes)
    bits = bits << 8U | static_cast<unsigned char>(byte);
  return std::bit_cast<double>(bits);
}

std::vector<Row> targetRows(postgresql::BulkConnection& connection, const std::string& schema,
                            const ViewPlan& view, Progress& progress) {
  connection.execute("SET statement_timeout = '" + std::to_string(patience.count()) + "s'");
  postgresql::CopyReader reader(
      connection, "COPY (SELECT " + columnNames(view, &ColumnPlan::target) + " FROM " +
                      quoteIdentifier(schema) + '.' + quoteIdentifier(view.shape.target) +
                      rowLimit() + ") TO STDOUT (FORMAT binary)");
  std::vector<postgresql::CopyReader::Field> fields;
  std::vector<Row> rows;
  while (reader.next(fields)) {
    progress.throwIfStopped();
    Row& row = rows.emplace_back();
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (isApproximate(view, i)) {
        row.approximate.push_back(realOf(fields[i]));
      } else {
        appendTargetValue(row.exact, view.shape.columns[i], fields[i]);
      }
    }
  }
  return rows;
}

bool near(double left, double right) {
  constexpr double tolerance = 1e-9;  // Far above what the order of a sum does to its last digits.
  if (std::isnan(left) || std::isnan(right)) return std::isnan(left) && std::isnan(right);
  if (left == right) return true;
  return std::abs(left - right) <= tolerance * std::max(std::abs(left), std::abs(right));
}

bool sameRow(const Row& left, const Row& right) {
  return left.exact.view() == right.exact.view() &&
         std::equal(left.approximate.begin(), left.approximate.end(), right.approximate.begin(),
                    right.approximate.end(), near);
}

ViewOutcome compareRows(sqlite::SqliteReader& reader, postgresql::BulkConnection& connection,
                        const std::string& schema, const ViewPlan& view, Progress& progress) {
  std::vector<Row> left = sourceRows(reader, view, progress);
  if (left.size() > viewRowsCompared)
    return {"", "it has more than " + std::to_string(viewRowsCompared) + " rows"};
  std::vector<Row> right = targetRows(connection, schema, view, progress);
  if (left.size() != right.size()) {
    return {"it has " + std::to_string(left.size()) + " rows in SQLite and " +
                std::to_string(right.size()) + " in PostgreSQL",
            ""};
  }
  std::sort(left.begin(), left.end(), comesBefore);
  std::sort(right.begin(), right.end(), comesBefore);
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (sameRow(left[i], right[i])) continue;
    return {"row " + std::to_string(i + 1) + " in order of all values differs", ""};
  }
  return {};
}

/// Whether it says something of the view, and not of the moment: a full disk or the end of memory
/// must not cost a view.
bool isOfTheView(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::schema:
    case ErrorKind::data:
    case ErrorKind::permission:
    case ErrorKind::usage:
      return true;
    default:
      return error.sqlState().starts_with("54");  // A limit of the server's, as on columns.
  }
}

Finding report(const ViewPlan& view, Finding::Level level, std::string code, std::string message,
               std::string advice) {
  Finding finding;
  finding.level = level;
  finding.code = std::move(code);
  finding.object = view.shape.source;
  finding.message = std::move(message);
  finding.sql = view.source;
  finding.advice = std::move(advice);
  return finding;
}

}  // namespace

ViewOutcome compareViewRows(sqlite::SqliteReader& reader, postgresql::BulkConnection& connection,
                            const std::string& schema, const ViewPlan& view, Progress& progress) {
  try {
    return compareRows(reader, connection, schema, view, progress);
  } catch (const Error& error) {
    progress.throwIfStopped();
    if (error.kind() != ErrorKind::timeout) throw;
    return {"", "it takes longer than " + std::to_string(patience.count()) + " s"};
  }
}

Finding viewNotCompared(const ViewPlan& view, const std::string& why) {
  return report(view, Finding::Level::warning, "view-not-compared",
                "its rows were not compared: " + why, "");
}

Finding viewNotCarriedOver(const ViewPlan& view, const std::string& failure) {
  return report(view, Finding::Level::reported, "view", "the view is not carried over: " + failure,
                "to be corrected: " + view.sql);
}

std::vector<Finding> makeViews(sqlite::SqliteSource& source, const DatabaseUrl& target,
                               const std::string& schema, Plan& plan, Progress& progress) {
  std::vector<Finding> findings;
  std::vector<ViewPlan> kept;
  Control control(target);
  control.setSearchPath(schema);
  for (ViewPlan& view : plan.views) {
    progress.throwIfStopped();
    bool made = false;
    std::string failure;
    try {
      control.execute(view.sql);
      made = true;
      postgresql::BulkConnection connection(target);
      const ViewOutcome outcome =
          compareViewRows(source.reader(), connection, schema, view, progress);
      if (!outcome.difference.empty())
        failure = "its translation has other rows: " + outcome.difference;
      if (!outcome.notCompared.empty())
        findings.push_back(viewNotCompared(view, outcome.notCompared));
    } catch (const Error& error) {
      progress.throwIfStopped();
      if (!isOfTheView(error)) throw;
      failure = "its translation fails: " + std::string(error.what());
    }
    if (failure.empty()) {
      kept.push_back(std::move(view));
      continue;
    }
    if (made) control.execute("DROP VIEW " + quoteIdentifier(view.shape.target));
    findings.push_back(viewNotCarriedOver(view, failure));
  }
  plan.views = std::move(kept);
  return findings;
}

}  // namespace repot::migrate
