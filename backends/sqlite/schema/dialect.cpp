// Changes of a schema on SQLite: native where SQLite can, else by the documented rebuild.
#include "sqlite/schema/dialect.hpp"

#include "sqlite/schema/columns.hpp"
#include "sqlite/schema/dependants.hpp"
#include "sqlite/schema/native.hpp"
#include "sqlite/schema/read.hpp"
#include "sqlite/schema/rebuild.hpp"

#include <repot/backend.hpp>
#include <repot/error.hpp>
#include <repot/schema/convert.hpp>
#include <repot/schema/render.hpp>
#include <repot/sql.hpp>
#include <repot/unit_of_work.hpp>

#include <optional>

namespace repot::sqlite {
namespace {

using namespace schema;

constexpr std::string_view scheme = "sqlite";
constexpr IndexOrder indexOrder{"", " DESC"};

/// ADD COLUMN does not evaluate anything for the rows that are there.
bool canBeAdded(const Column& column) {
  if (column.generated) return !column.generated->stored;
  if (!column.defaultValue) return column.nullable;
  return column.defaultValue->kind == Default::Kind::literal;
}

class Rendering {
 public:
  explicit Rendering(const Schema& before) : before_(before) {}

  void operator()(const CreateTable& change) {
    add(tableSql(change.table, change.ifMissing));
    for (const Index& index : change.table.indexes)
      add(createIndexSql(change.table.name, index, scheme, indexOrder, change.ifMissing));
  }
  void operator()(const DropTable& change) { add("DROP TABLE " + quoteIdentifier(change.table)); }
  void operator()(const RenameTable& change) {
    std::string from = quoteIdentifier(change.table);
    const std::string to = quoteIdentifier(change.to);
    if (before_.find(change.to) != nullptr) {  // Another case of the same name counts as taken.
      const std::string between = quoteIdentifier("repot_renamed_" + change.to);
      add("ALTER TABLE " + from + " RENAME TO " + between);
      from = between;
    }
    add("ALTER TABLE " + from + " RENAME TO " + to);
  }
  void operator()(const AddColumn& change) {
    add("ALTER TABLE " + quoteIdentifier(change.table) + " ADD COLUMN " +
        columnSql(change.column, {}));
  }
  void operator()(const RenameColumn& change) {
    add("ALTER TABLE " + quoteIdentifier(change.table) + " RENAME COLUMN " +
        quoteIdentifier(change.column) + " TO " + quoteIdentifier(change.to));
  }
  void operator()(const CreateIndex& change) {
    add(createIndexSql(change.table, change.index, scheme, indexOrder));
  }
  void operator()(const DropIndex& change) { add("DROP INDEX " + quoteIdentifier(change.name)); }
  void operator()(const CreateView& change) { add(createViewSql(change.view, scheme)); }
  void operator()(const DropView& change) { add("DROP VIEW " + quoteIdentifier(change.name)); }
  void operator()(const CreateTrigger& change) { add(change.trigger.sql.of(scheme)); }
  void operator()(const DropTrigger& change) {
    add("DROP TRIGGER " + quoteIdentifier(change.name));
  }
  void operator()(const Execute& change) { add(change.sql.of(scheme)); }
  void operator()(const Run& change) { result.push_back({change.text, true}); }
  /// What ALTER TABLE cannot do.
  template <typename Other>
  void operator()(const Other&) {}

  std::vector<schema::Statement> result;

 private:
  void add(std::string sql) {
    if (!sql.empty()) result.push_back({std::move(sql), false});
  }
  const Schema& before_;
};

/// Of the changes that have no statement of their own in SQLite; nothing for all others.
std::optional<Rebuild> rebuildOf(const Change& change, const Schema& before, const Schema& after) {
  std::string table;
  std::string converted;
  Sql convert;
  std::visit(
      Overloaded{[&](const AddColumn& add) {
                   if (!canBeAdded(add.column)) table = add.table;
                 },
                 [&](const DropColumn& drop) { table = drop.table; },
                 [&](const AlterColumn& alter) {
                   table = alter.table;
                   converted = after.find(table)->find(alter.column.name)->name;
                   convert = alter.convert;
                 },
                 [&](const AddPrimaryKey& add) { table = add.table; },
                 [&](const DropPrimaryKey& drop) { table = drop.table; },
                 [&](const AddUnique& add) { table = add.table; },
                 [&](const AddCheck& add) { table = add.table; },
                 [&](const AddForeignKey& add) { table = add.table; },
                 [&](const DropConstraint& drop) { table = drop.table; }, [](const auto&) {}},
      change);
  if (table.empty()) return std::nullopt;
  return Rebuild(*before.find(table), *after.find(table), before.triggers, convert, converted);
}

class SqliteDialect final : public Dialect {
 public:
  Schema read(UnitOfWork& work) const override { return readSchema(work); }
  std::vector<NativeObject> readNative(UnitOfWork& work) const override {
    return nativeObjects(work);
  }

  bool hasTable(UnitOfWork& work, const std::string& name) const override {
    return !select<std::int64_t>(
                work, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1", name)
                .empty();
  }

  std::vector<schema::Statement> statements(const Change& change,
                                            const Schema& before) const override {
    Schema after = before;
    apply(after, change);
    if (const auto rebuild = rebuildOf(change, before, after)) return rebuild->statements();
    Rendering rendering(before);
    std::visit(rendering, change);
    return std::move(rendering.result);
  }

  void make(UnitOfWork& work, const Change& change, const Schema& before) const override {
    Schema after = before;
    apply(after, change);
    const auto rebuild = rebuildOf(change, before, after);
    // An author's own SQL may leave a view without its table, and make both anew in the next step.
    const bool mayBreak = rebuild || std::holds_alternative<DropTable>(change) ||
                          std::holds_alternative<DropView>(change);
    const auto brokenBefore = mayBreak ? brokenDependants(work) : std::vector<std::string>();
    if (const auto* const altered = std::get_if<AlterColumn>(&change);
        altered != nullptr && altered->convert.empty()) {
      const Table& table = *before.find(altered->table);
      checkConversion(work, table, *table.find(altered->column.name), altered->column.type);
    }
    if (const auto* const run = std::get_if<Run>(&change)) {
      run->work(work);
    } else if (rebuild) {
      rebuild->run(work);
    } else {
      for (const schema::Statement& statement : statements(change, before))
        work.executeScript(statement.sql);
    }
    if (mayBreak) checkDependants(work, brokenBefore);
  }
};

}  // namespace

const Dialect& schemaDialect() noexcept {
  static const SqliteDialect dialect;
  return dialect;
}

}  // namespace repot::sqlite
