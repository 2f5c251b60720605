// One statement for all tables, or foreign keys taken away and put back; see apply.hpp and
// docs/decisions/0010-sync-by-digests.md.
#include "engine/sync/apply.hpp"

#include "engine/names.hpp"
#include "engine/run/source_name.hpp"

#include <repot/error.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>

namespace repot::migrate {
namespace {

namespace json = boost::json;

/// Rows inserted, updated and deleted.
using Counts = std::array<std::int64_t, 3>;

std::vector<std::int64_t> numbersOf(std::string_view text) {
  std::vector<std::int64_t> numbers;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    std::int64_t number = 0;
    const auto [next, failure] = std::from_chars(at, end, number);
    if (failure == std::errc()) numbers.push_back(number);
    at = failure == std::errc() ? next : at + 1;
  }
  return numbers;
}

struct ForeignKey {
  std::string table;  ///< Quoted and qualified.
  std::string name;   ///< Quoted.
  std::string definition;
  std::string plainTable, plainName;
};

class Applier {
 public:
  Applier(postgresql::BulkConnection& target, Plan& plan, const std::vector<StagedTable>& staged,
          const std::string& noteSql)
      : target_(target), plan_(plan), staged_(staged), noteSql_(noteSql) {}

  void apply() {
    // Definitions are then spelled with their schemas.
    target_.execute("SET LOCAL search_path = ''");
    target_.execute("SAVEPOINT repot_sync");
    try {
      if (applyTogether()) {
        note();
        return;
      }
    } catch (const Error& error) {
      // A unique key that is handed on underway, or a key that never held.
      if (error.kind() != ErrorKind::unique && error.kind() != ErrorKind::foreignKey) throw;
    }
    target_.execute("ROLLBACK TO SAVEPOINT repot_sync");
    applyWithoutKeys();
  }

 private:
  void note() {
    if (!noteSql_.empty()) target_.execute(noteSql_);
  }
  const TablePlan& plan(const StagedTable& staged) const { return plan_.tables[staged.table]; }
  std::string nameOf(const StagedTable& staged) const {
    return quoteIdentifier(plan_.targetSchema) + '.' + quoteIdentifier(plan(staged).target);
  }

  struct Columns {
    std::string names;   ///< "a", "b"
    std::string values;  ///< r.c0, r.c1
    std::string sets;    ///< "a" = r.c0, …
  };
  Columns columnsOf(const StagedTable& staged) const {
    Columns columns;
    std::size_t count = 0;
    for (const ColumnPlan& column : plan(staged).columns) {
      if (column.generatedSql) continue;
      const std::string comma = count == 0 ? "" : ", ";
      const std::string name = quoteIdentifier(column.target);
      const std::string value = "r.c" + std::to_string(count++);
      columns.names += comma + name;
      columns.values += comma + value;
      columns.sets += comma + name + " = " + value;
    }
    return columns;
  }

  /// All tables by one statement: foreign keys are checked, and their actions run, at its end, when
  /// nothing refers any more to a row that is gone. Within a table rows go before others come.
  std::string togetherSql() const {
    std::string with, counts;
    for (const StagedTable& staged : staged_) {
      const std::string n = std::to_string(staged.table);
      const std::string name = nameOf(staged);
      const std::string rows = "pg_temp." + staged.names.rows + " r";
      const Columns columns = columnsOf(staged);
      with += (with.empty() ? "WITH d" : ", d") + n + " AS (DELETE FROM ONLY " + name +
              " t USING pg_temp." + staged.names.gone + " g WHERE t.ctid = g.old RETURNING 1), dn" +
              n + " AS MATERIALIZED (SELECT count(*) AS n FROM d" + n + "), u" + n +
              " AS (UPDATE ONLY " + name + " t SET " + columns.sets + " FROM " + rows +
              " WHERE t.ctid = r.old AND (SELECT n FROM dn" + n +
              ") >= 0 RETURNING t.ctid AS place), un" + n +
              " AS MATERIALIZED (SELECT count(*) AS n FROM u" + n + "), i" + n +
              " AS (INSERT INTO " + name + " (" + columns.names + ") SELECT " + columns.values +
              " FROM " + rows + " WHERE r.old IS NULL AND (SELECT n FROM un" + n +
              ") >= 0 RETURNING ctid AS place), w" + n + " AS (INSERT INTO pg_temp." +
              staged.names.written + " SELECT place FROM u" + n + " UNION ALL SELECT place FROM i" +
              n + ")";
      counts += (counts.empty() ? "(SELECT count(*) FROM i" : ", (SELECT count(*) FROM i") + n +
                "), (SELECT n FROM un" + n + "), (SELECT n FROM dn" + n + ")";
    }
    return with + " SELECT pg_catalog.concat_ws(',', " + counts + ")";
  }

  /// What this transaction did to each table so far, actions of foreign keys included.
  std::map<std::int64_t, Counts> countedByServer() {
    const std::vector<std::int64_t> numbers = numbersOf(target_.value(
        "SELECT coalesce(pg_catalog.string_agg(pg_catalog.concat_ws(',', relid, n_tup_ins, "
        "n_tup_upd, n_tup_del), ','), '') FROM pg_catalog.pg_stat_xact_user_tables "
        "WHERE schemaname = " +
        quoteLiteral(plan_.targetSchema)));
    std::map<std::int64_t, Counts> counts;
    for (std::size_t i = 0; i + 4 <= numbers.size(); i += 4)
      counts[numbers[i]] = {numbers[i + 1], numbers[i + 2], numbers[i + 3]};
    return counts;
  }

  /// False where the server did more than it was told: an action of a foreign key found rows that
  /// the source keeps.
  bool applyTogether() {
    if (target_.value("SHOW track_counts") != "on") return false;
    std::map<std::int64_t, Counts> expected = countedByServer();
    const std::vector<std::int64_t> done = numbersOf(target_.value(togetherSql()));
    for (std::size_t i = 0; i < staged_.size(); ++i) {
      const TableChange& change = staged_[i].change;
      const Counts counts = {change.inserted, change.updated, change.deleted};
      if (done.size() != 3 * staged_.size() ||
          !std::equal(counts.begin(), counts.end(), done.begin() + static_cast<long>(3 * i)))
        return false;
      const std::int64_t table =
          numbersOf(target_.value("SELECT " + quoteLiteral(nameOf(staged_[i])) +
                                  "::pg_catalog.regclass::pg_catalog.oid"))
              .at(0);
      for (std::size_t k = 0; k < counts.size(); ++k)
        expected[table][k] += counts[k];
    }
    target_.execute("SET CONSTRAINTS ALL IMMEDIATE");
    return countedByServer() == expected;
  }

  /// Foreign keys from and to the tables.
  std::vector<ForeignKey> foreignKeys() {
    std::string tables;
    for (const StagedTable& staged : staged_)
      tables +=
          (tables.empty() ? "" : ", ") + quoteLiteral(nameOf(staged)) + "::pg_catalog.regclass";
    const std::string found = target_.value(
        "SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_array("
        "k.conrelid::pg_catalog.regclass::text, pg_catalog.quote_ident(k.conname), "
        "pg_catalog.pg_get_constraintdef(k.oid), c.relname, k.conname) ORDER BY k.oid), '[]') "
        "FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid "
        "WHERE k.contype = 'f' AND (k.conrelid IN (" +
        tables + ") OR k.confrelid IN (" + tables + "))");
    std::vector<ForeignKey> keys;
    const json::value rows = json::parse(found);
    for (const json::value& row : rows.as_array()) {
      const auto text = [&](std::size_t i) { return json::value_to<std::string>(row.at(i)); };
      keys.push_back({text(0), text(1), text(2), text(3), text(4)});
    }
    return keys;
  }

  /// Without foreign keys every changed row can go before its new one comes, so that no unique key
  /// is in the way; then the keys are made again, and proved.
  void applyWithoutKeys() {
    const std::vector<ForeignKey> keys = foreignKeys();
    for (const ForeignKey& key : keys)
      target_.execute("ALTER TABLE " + key.table + " DROP CONSTRAINT " + key.name);
    for (const StagedTable& staged : staged_) {
      const std::string name = nameOf(staged);
      const Columns columns = columnsOf(staged);
      remove(name, "pg_temp." + staged.names.gone, staged.change.deleted);
      remove(name, "pg_temp." + staged.names.rows, staged.change.updated);
      target_.execute("WITH i AS (INSERT INTO " + name + " (" + columns.names + ") SELECT " +
                      columns.values + " FROM pg_temp." + staged.names.rows +
                      " r RETURNING ctid AS place) INSERT INTO pg_temp." + staged.names.written +
                      " SELECT place FROM i");
    }
    note();
    for (const ForeignKey& key : keys)
      addAgain(key);
  }

  /// The rows at the places that `stage` has as `old`.
  void remove(const std::string& name, const std::string& stage, std::int64_t count) {
    const std::string removed =
        target_.value("WITH d AS (DELETE FROM ONLY " + name + " t USING " + stage +
                      " s WHERE t.ctid = s.old RETURNING 1) SELECT count(*) FROM d");
    if (removed != std::to_string(count))
      throw Error(ErrorKind::internal, "of table " + name + " the server removed " + removed +
                                           " rows, not " + std::to_string(count));
  }

  void addAgain(const ForeignKey& key) {
    const std::string add =
        "ALTER TABLE " + key.table + " ADD CONSTRAINT " + key.name + ' ' + key.definition;
    target_.execute("SAVEPOINT repot_key");
    try {
      target_.execute(add);
      target_.execute("RELEASE SAVEPOINT repot_key");
      return;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::foreignKey) throw;
    }
    target_.execute("ROLLBACK TO SAVEPOINT repot_key");
    target_.execute(add + " NOT VALID");
    for (ObjectPlan& object : plan_.objects) {
      if (object.kind != ObjectPlan::Kind::foreignKey || object.table != key.plainTable ||
          object.name != key.plainName)
        continue;
      setNotValid(object, true);
      plan_.findings.push_back(
          {Finding::Level::warning,
           "orphans",
           sourceNameOf(object),
           "rows of the source break this foreign key by now; it is left NOT VALID: it binds new "
           "and changed rows only",
           "correct the rows in the source, then sync again",
           object.source,
           0,
           {}});
    }
  }

  postgresql::BulkConnection& target_;
  Plan& plan_;
  const std::vector<StagedTable>& staged_;
  const std::string noteSql_;
};

}  // namespace

void refuseMeddlers(postgresql::BulkConnection& target, const std::string& schema,
                    const std::vector<std::string>& tables) {
  std::string list;
  for (const std::string& table : tables) {
    list += (list.empty() ? "" : ", ") +
            quoteLiteral(quoteIdentifier(schema) + '.' + quoteIdentifier(table)) +
            "::pg_catalog.regclass";
  }
  if (list.empty()) return;
  const std::string trigger = target.value(
      "SELECT t.tgrelid::pg_catalog.regclass || ', trigger ' || t.tgname "
      "FROM pg_catalog.pg_trigger t WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') "
      "AND t.tgrelid IN (" +
      list + ") LIMIT 1");
  if (!trigger.empty()) {
    throw Error(ErrorKind::conflict,
                "the target has a trigger that would change what is synchronised: table " +
                    trigger +
                    "; disable it until the application has moved (ALTER TABLE … DISABLE TRIGGER)");
  }
  const std::string secured =
      target.value("SELECT c.oid::pg_catalog.regclass FROM pg_catalog.pg_class c WHERE c.oid IN (" +
                   list + ") AND pg_catalog.row_security_active(c.oid) LIMIT 1");
  if (!secured.empty()) {
    throw Error(ErrorKind::conflict, "row security hides rows of table " + secured +
                                         " from this role; run as the table's owner, or as a role "
                                         "with BYPASSRLS");
  }
}

void applyChanges(postgresql::BulkConnection& target, Plan& plan,
                  const std::vector<StagedTable>& staged, const std::string& noteSql) {
  if (!staged.empty()) Applier(target, plan, staged, noteSql).apply();
}

void proveAgain(postgresql::BulkConnection& target, Plan& plan) {
  for (ObjectPlan& object : plan.objects) {
    if (!object.leaveNotValid) continue;
    target.execute("SAVEPOINT repot_proof");
    try {
      target.execute("ALTER TABLE " + quoteIdentifier(plan.targetSchema) + '.' +
                     quoteIdentifier(object.table) + " VALIDATE CONSTRAINT " +
                     quoteIdentifier(object.name));
      target.execute("RELEASE SAVEPOINT repot_proof");
      setNotValid(object, false);
      object.violations = 0;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::connection) throw;
      target.execute("ROLLBACK TO SAVEPOINT repot_proof");
    }
  }
}

}  // namespace repot::migrate
