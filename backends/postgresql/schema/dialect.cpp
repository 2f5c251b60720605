// Changes of a schema on PostgreSQL, which has a statement for each; see dialect.hpp.
#include "postgresql/schema/dialect.hpp"

#include "postgresql/schema/columns.hpp"
#include "postgresql/schema/native.hpp"
#include "postgresql/schema/read.hpp"

#include <repot/backend.hpp>
#include <repot/error.hpp>
#include <repot/schema/convert.hpp>
#include <repot/schema/render.hpp>
#include <repot/sql.hpp>
#include <repot/unit_of_work.hpp>

namespace repot::postgresql {
namespace {

using namespace schema;

constexpr std::string_view scheme = "postgresql";
/// NULLs first, as in SQLite.
constexpr IndexOrder indexOrder{" ASC NULLS FIRST", " DESC NULLS LAST"};

/// How a value of the old type becomes one of the new; that it is the same value has been checked
/// (checkConversion()).
std::string conversion(const Type& from, const Type& to, const std::string& column) {
  using enum ColumnType;
  const std::string cast = column + "::" + typeSql(to);
  if (from.kind == to.kind) return cast;
  if (to.kind == boolean) return column + " <> 0";
  if (from.kind == boolean) return column + "::integer::bigint";
  // float8's own cast to numeric has 15 digits.
  if (from.kind == real && to.kind == decimal) return column + "::text::" + typeSql(to);
  if (from.kind == timestamp && to.kind == instant) return column + " AT TIME ZONE 'UTC'";
  if (from.kind == instant && to.kind == timestamp) return column + " AT TIME ZONE 'UTC'";
  if (from.kind == text && to.kind == instant) return column + "::timestamp AT TIME ZONE 'UTC'";
  if (to.kind != text) return cast;
  const std::string form = ", 'YYYY-MM-DD HH24:MI:SS.US')";
  if (from.kind == timestamp) return "to_char(" + column + form;
  if (from.kind == instant) return "to_char(" + column + " AT TIME ZONE 'UTC'" + form;
  if (from.kind == time) return "to_char('2000-01-01'::date + " + column + ", 'HH24:MI:SS.US')";
  return cast;
}

class Rendering {
 public:
  Rendering(const Schema& before, const Schema& after) : before_(before), after_(after) {}

  void operator()(const CreateTable& change) {
    add(createTableSql(change, scheme, columnSql, false));
    for (const Index& index : change.table.indexes)
      add(createIndexSql(change.table.name, index, scheme, indexOrder, change.ifMissing));
  }
  void operator()(const DropTable& change) { add("DROP TABLE " + quoteIdentifier(change.table)); }
  void operator()(const RenameTable& change) {
    alter(change.table, "RENAME TO " + quoteIdentifier(change.to));
    for (const Column& column : after_.find(change.to)->columns)
      renameSequence(change.to, column);
  }
  void operator()(const AddColumn& change) {
    alter(change.table, "ADD COLUMN " + columnSql(change.column));
  }
  void operator()(const DropColumn& change) {
    alter(change.table, "DROP COLUMN " + quoteIdentifier(change.column));
  }
  void operator()(const RenameColumn& change) {
    alter(change.table,
          "RENAME COLUMN " + quoteIdentifier(change.column) + " TO " + quoteIdentifier(change.to));
    renameSequence(change.table, *after_.find(change.table)->find(change.to));
  }
  void operator()(const AlterColumn& change);
  void operator()(const AddPrimaryKey& change) {
    alter(change.table, "ADD " + primaryKeySql(change.key));
  }
  void operator()(const DropPrimaryKey& change) {
    const std::string& name = before_.find(change.table)->primaryKey.name;
    alter(change.table,
          "DROP CONSTRAINT " + quoteIdentifier(name.empty() ? change.table + "_pkey" : name));
  }
  void operator()(const AddUnique& change) { alter(change.table, "ADD " + uniqueSql(change.key)); }
  void operator()(const AddCheck& change) {
    alter(change.table, "ADD " + checkSql(change.check, scheme));
  }
  void operator()(const AddForeignKey& change) {
    alter(change.table, "ADD " + foreignKeySql(change.key));
  }
  void operator()(const DropConstraint& change) {
    alter(change.table, "DROP CONSTRAINT " + quoteIdentifier(change.name));
  }
  void operator()(const CreateIndex& change) {
    add(createIndexSql(change.table, change.index, scheme, indexOrder));
  }
  void operator()(const DropIndex& change) { add("DROP INDEX " + quoteIdentifier(change.name)); }
  void operator()(const CreateView& change) { add(createViewSql(change.view, scheme)); }
  void operator()(const DropView& change) { add("DROP VIEW " + quoteIdentifier(change.name)); }
  void operator()(const CreateTrigger& change) { add(change.trigger.sql.of(scheme)); }
  void operator()(const DropTrigger& change) {
    add("DROP TRIGGER " + quoteIdentifier(change.name) + " ON " + quoteIdentifier(change.table));
  }
  void operator()(const Execute& change) { add(change.sql.of(scheme)); }
  void operator()(const Run& change) { result.push_back({change.text, true}); }

  std::vector<schema::Statement> result;

 private:
  void add(std::string sql) {
    if (!sql.empty()) result.push_back({std::move(sql), false});
  }
  void alter(const std::string& table, const std::string& what) {
    add("ALTER TABLE " + quoteIdentifier(table) + ' ' + what);
  }
  /// The sequence of an identity is named after table and column, as it would be in a new table.
  void renameSequence(const std::string& table, const Column& column) {
    if (!column.identity) return;
    add("DO $repot$ BEGIN EXECUTE 'ALTER SEQUENCE ' || pg_get_serial_sequence(" +
        quoteText(quoteIdentifier(table)) + ", " + quoteText(column.name) +
        ") || ' RENAME TO ' || "
        "quote_ident(" +
        quoteText(table + '_' + column.name + "_seq") + "); END $repot$");
  }

  const Schema& before_;
  const Schema& after_;
};

void Rendering::operator()(const AlterColumn& change) {
  const Column& from = *before_.find(change.table)->find(change.column.name);
  const Column& to = change.column;
  const std::string name = quoteIdentifier(from.name);
  const std::string column = "ALTER COLUMN " + name + ' ';
  std::vector<std::string> steps;
  const bool retyped =
      from.type != to.type || from.collation != to.collation || !change.convert.empty();
  const bool newDefault = from.defaultValue != to.defaultValue;
  // The old default need not be one of the new type.
  if (from.defaultValue && (newDefault || retyped)) steps.push_back(column + "DROP DEFAULT");
  if (retyped) {
    std::string step = column + "TYPE " + typeSql(to.type) + collationSql(to);
    if (!from.generated) {
      step += " USING " + (change.convert.empty() ? conversion(from.type, to.type, name)
                                                  : change.convert.of(scheme));
    }
    steps.push_back(std::move(step));
  }
  if (to.defaultValue && (newDefault || retyped))
    steps.push_back(column + "SET DEFAULT " + defaultSql(*to.defaultValue, to.type));
  if (from.nullable != to.nullable)
    steps.push_back(column + (to.nullable ? "DROP NOT NULL" : "SET NOT NULL"));
  for (const std::string& step : steps)
    alter(change.table, step);
}

class PostgresqlDialect final : public Dialect {
 public:
  Schema read(UnitOfWork& work) const override { return readSchema(work); }
  std::vector<NativeObject> readNative(UnitOfWork& work) const override {
    return nativeObjects(work);
  }

  bool hasTable(UnitOfWork& work, const std::string& name) const override {
    return !select<std::int64_t>(
                work,
                "SELECT 1::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND "
                "c.relname::text = $1",
                name)
                .empty();
  }

  std::vector<schema::Statement> statements(std::span<const Change> changes,
                                            const Schema& before) const override {
    const Change& change = changes.front();
    Schema after = before;
    apply(after, change);
    Rendering rendering(before, after);
    std::visit(rendering, change);
    return std::move(rendering.result);
  }

  void make(UnitOfWork& work, std::span<const Change> changes,
            const Schema& before) const override {
    const Change& change = changes.front();
    const std::vector<schema::Statement> steps = statements(changes, before);
    if (const auto* const run = std::get_if<Run>(&change)) return run->work(work);
    if (const auto* const altered = std::get_if<AlterColumn>(&change);
        altered != nullptr && altered->convert.empty()) {
      const Table& table = *before.find(altered->table);
      checkConversion(work, table, *table.find(altered->column.name), altered->column.type);
    }
    for (const schema::Statement& step : steps)
      work.executeScript(step.sql);
  }
};

}  // namespace

const Dialect& schemaDialect() noexcept {
  static const PostgresqlDialect dialect;
  return dialect;
}

}  // namespace repot::postgresql
