// See shadow.hpp. The target's answers have types only once it has read the queries: each becomes a
// view of the session first; then nothing more can be written, and all are asked in one snapshot.
#include "engine/shadow/shadow.hpp"

#include "engine/plan_json.hpp"
#include "engine/run/control.hpp"
#include "engine/run/ledger.hpp"
#include "engine/run/stages.hpp"
#include "engine/run/target_tables.hpp"
#include "engine/shadow/answers.hpp"
#include "engine/shadow/shadow_queries.hpp"

#include <repot/error.hpp>

#include <sqlite3.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace repot::migrate {
namespace {

using Outcome = ShadowAnswer::Outcome;

std::string viewName(std::size_t query) {
  return "repot_shadow_" + std::to_string(query);
}

std::vector<std::string> linesOf(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

class Shadow {
 public:
  Shadow(sqlite::SqliteSource& source, const DatabaseUrl& target, const ShadowOptions& options,
         Progress& progress)
      : source_(source), target_(target), options_(options), progress_(progress) {}

  std::vector<ShadowAnswer> ask(const std::vector<ShadowQuery>& queries) {
    answers_.clear();
    types_.assign(queries.size(), {});
    target_.execute("BEGIN ISOLATION LEVEL REPEATABLE READ");
    target_.execute("SET LOCAL search_path = " + quoteIdentifier(options_.schema) + ", pg_catalog");
    for (std::size_t i = 0; i < queries.size(); ++i) {
      answers_.push_back({queries[i], Outcome::equal, {}, 0, 0, 0, 0});
      progress_.throwIfStopped();
      learnTypes(i);
    }
    target_.execute("SET TRANSACTION READ ONLY");
    progress_.begin(Progress::Phase::verify, std::ssize(answers_));
    for (std::size_t i = 0; i < queries.size(); ++i) {
      progress_.throwIfStopped();
      if (answers_[i].outcome != Outcome::failed) compare(i);
      ++progress_.rows;
    }
    target_.execute("ROLLBACK");
    return std::move(answers_);
  }

 private:
  void fail(std::size_t query, const std::string& message) {
    answers_[query].outcome = Outcome::failed;
    answers_[query].message = message;
  }

  /// Runs `action` so that what fails in it leaves the transaction as it was.
  template <typename Action>
  bool inTarget(std::size_t query, Action action) {
    target_.execute("SAVEPOINT repot_shadow");
    try {
      action();
      target_.execute("RELEASE SAVEPOINT repot_shadow");
      return true;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::connection) throw;
      target_.execute("ROLLBACK TO SAVEPOINT repot_shadow");
      fail(query, std::string("PostgreSQL: ") + error.what());
      return false;
    }
  }

  std::optional<sqlite::Statement> inSource(std::size_t query) {
    try {
      sqlite::Statement statement = source_.prepare(answers_[query].query.source);
      if (statement.raw() != nullptr && statement.columnCount() > 0 &&
          sqlite3_stmt_readonly(statement.raw()) != 0)
        return statement;
      fail(query, "it is no query: only what gives rows and writes nothing is compared");
    } catch (const Error& error) {
      fail(query, std::string("SQLite: ") + error.what());
    }
    return std::nullopt;
  }

  void learnTypes(std::size_t query) {
    const auto statement = inSource(query);
    if (!statement) return;
    const std::string view = viewName(query);
    std::string names;
    for (int i = 0; i < statement->columnCount(); ++i)
      names += (i == 0 ? "c" : ", c") + std::to_string(i);
    inTarget(query, [&] {
      target_.execute("CREATE TEMPORARY VIEW " + view + " (" + names + ") AS " +
                      answers_[query].query.target);
      const std::string types = target_.value(
          "SELECT pg_catalog.string_agg(t.typname || ' ' || pg_catalog.format_type(a.atttypid, "
          "a.atttypmod), E'\\n' ORDER BY a.attnum) FROM pg_catalog.pg_attribute a JOIN "
          "pg_catalog.pg_type t ON t.oid = a.atttypid WHERE a.attnum > 0 AND a.attrelid = "
          "'pg_temp." +
          view + "'::pg_catalog.regclass");
      for (const std::string& line : linesOf(types)) {
        ColumnPlan& column = types_[query].emplace_back();
        column.existing = true;
        column.assumeUtc = true;
        column.type = builtInType(line.substr(0, line.find(' ')));
        column.typeName = line.substr(line.find(' ') + 1);
        column.target = column.source = "c" + std::to_string(types_[query].size());
      }
    });
    if (answers_[query].outcome == Outcome::failed) return;
    if (std::ssize(types_[query]) != statement->columnCount())
      fail(query, "SQLite answers with " + std::to_string(statement->columnCount()) +
                      " columns, PostgreSQL with " + std::to_string(types_[query].size()));
    for (const ColumnPlan& column : types_[query]) {
      if (column.type == PgType::other)
        fail(query, "column " + column.target.substr(1) + " has the type " + column.typeName +
                        ", which SQLite has no values of");
    }
  }

  void compare(std::size_t query) {
    ShadowAnswer& answer = answers_[query];
    Answer ours, theirs;
    auto statement = inSource(query);
    if (!statement) return;
    try {
      ours = answerOf(*statement, types_[query], options_.rowsMax);
    } catch (const Error& error) {
      return fail(query, std::string("SQLite: ") + error.what());
    }
    const bool answered = inTarget(query, [&] {
      theirs = answerOf(target_, answer.query.target, types_[query], options_.rowsMax);
    });
    if (!answered) return;
    answer.sourceRows = std::ssize(ours.rows);
    answer.targetRows = std::ssize(theirs.rows);
    answer.sourceSeconds = ours.seconds;
    answer.targetSeconds = theirs.seconds;
    if (!ours.whole || !theirs.whole) {
      answer.outcome = Outcome::large;
      answer.message = "more than " + std::to_string(options_.rowsMax) +
                       " rows; add a LIMIT, or compare more by --max-rows";
      return;
    }
    if (ours.rows == theirs.rows) return;
    judge(answer, ours, theirs);
  }

  void judge(ShadowAnswer& answer, Answer& ours, Answer& theirs) {
    const bool ordered = isOrdered(answer.query.source);
    if (!ordered || ours.rows.size() != theirs.rows.size()) {
      std::sort(ours.rows.begin(), ours.rows.end());
      std::sort(theirs.rows.begin(), theirs.rows.end());
      if (ours.rows == theirs.rows) return;
    }
    const auto [left, right] =
        std::mismatch(ours.rows.begin(), ours.rows.end(), theirs.rows.begin(), theirs.rows.end());
    const auto text = [](const auto& at, const std::vector<std::string>& rows) {
      constexpr std::size_t most = 200;
      if (at == rows.end()) return std::string("no more rows");
      std::string shown = at->size() > most ? at->substr(0, most) + "…" : *at;
      std::replace_if(
          shown.begin(), shown.end(),
          [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, '?');
      return shown;
    };
    answer.message =
        "SQLite: " + text(left, ours.rows) + "; PostgreSQL: " + text(right, theirs.rows);
    answer.outcome = ours.misfits ? Outcome::types : Outcome::rows;
    if (!ordered) return;
    std::sort(ours.rows.begin(), ours.rows.end());
    std::sort(theirs.rows.begin(), theirs.rows.end());
    if (ours.rows == theirs.rows) answer.outcome = Outcome::order;
  }

  sqlite::SqliteSource& source_;
  postgresql::BulkConnection target_;
  const ShadowOptions& options_;
  Progress& progress_;
  std::vector<ShadowAnswer> answers_;
  std::vector<std::vector<ColumnPlan>> types_;
};

Plan planOfMigration(const DatabaseUrl& target, const std::string& schema) {
  Control control(target);
  Ledger ledger(control);
  const auto run = ledger.published(schema);
  const auto record = run ? ledger.syncRecord(run->run) : std::nullopt;
  if (!record)
    throw Error(ErrorKind::conflict, "no finished `repot migrate` is noted for the schema \"" +
                                         schema +
                                         "\" of this target; name the queries by --queries");
  Plan plan = planFromJson(record->plan);
  readByIds(plan);
  return plan;
}

}  // namespace

std::int64_t ShadowReport::different() const {
  return std::count_if(answers.begin(), answers.end(),
                       [](const ShadowAnswer& answer) { return answer.outcome != Outcome::equal; });
}

ShadowReport shadow(const std::string& sourcePath, const DatabaseUrl& target,
                    std::vector<ShadowQuery> queries, const ShadowOptions& options,
                    Progress& progress) {
  progress.begin(Progress::Phase::scan, 0);
  ShadowReport report;
  report.source = sourcePath;
  report.target = target.toString();
  report.schema = options.schema;
  sqlite::SqliteSource source =
      reading(sourcePath, [&] { return sqlite::SqliteSource::open(sourcePath); });
  if (queries.empty()) {
    try {
      const Plan plan = planOfMigration(target, options.schema);
      queries = queriesOf(plan, source.reader());
    } catch (const Error& error) {
      throw StageError{error.kind() == ErrorKind::conflict ? Stage::refused : Stage::target, error};
    }
  }
  report.answers =
      during(Stage::target, [&] { return Shadow(source, target, options, progress).ask(queries); });
  progress.finish();
  return report;
}

}  // namespace repot::migrate
