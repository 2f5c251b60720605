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
#include <repot/sqlite/grammar/token.hpp>
#include <repot/unit_of_work.hpp>

#include <map>
#include <optional>
#include <set>
#include <span>

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

/// Of a change that has no statement of its own in SQLite: the table that is rebuilt.
std::string rebuiltTable(const Change& change) {
  return std::visit(Overloaded{[](const AddColumn& add) {
                                 return canBeAdded(add.column) ? std::string() : add.table;
                               },
                               [](const DropColumn& drop) { return drop.table; },
                               [](const AlterColumn& alter) { return alter.table; },
                               [](const AddPrimaryKey& add) { return add.table; },
                               [](const DropPrimaryKey& drop) { return drop.table; },
                               [](const AddUnique& add) { return add.table; },
                               [](const AddCheck& add) { return add.table; },
                               [](const AddForeignKey& add) { return add.table; },
                               [](const DropConstraint& drop) { return drop.table; },
                               [](const auto&) { return std::string(); }},
                    change);
}

/// Follows changes of one table, and tells which can be made by one rebuild: those that do not
/// build on what another has made of the rows, or of a constraint of the same name.
class Joining {
 public:
  explicit Joining(std::string table) : table_(std::move(table)) {}

  bool take(const Change& change) {
    const bool joins = std::visit([this](const auto& made) { return joined(made); }, change);
    first_ = false;
    return joins;
  }

 private:
  bool ours(const std::string& table) const { return sql::equalsIgnoreCase(table, table_); }
  bool isNew(const std::string& name) { return touched_.insert(sql::upperAscii(name)).second; }

  bool joined(const AddColumn& change) { return ours(change.table) && isNew(change.column.name); }
  bool joined(const DropColumn& change) { return ours(change.table) && isNew(change.column); }
  bool joined(const AlterColumn& change) {
    // An author's conversion reads the columns as they are before everything else.
    return ours(change.table) && isNew(change.column.name) && (first_ || change.convert.empty());
  }
  bool joined(const AddPrimaryKey& change) { return ours(change.table); }
  bool joined(const DropPrimaryKey& change) { return ours(change.table); }
  bool joined(const AddUnique& change) { return constraint(change.table, change.key.name); }
  bool joined(const AddCheck& change) { return constraint(change.table, change.check.name); }
  bool joined(const AddForeignKey& change) { return constraint(change.table, change.key.name); }
  bool joined(const DropConstraint& change) { return constraint(change.table, change.name); }
  bool joined(const CreateIndex& change) { return ours(change.table); }
  bool joined(const DropIndex& change) { return ours(change.table); }
  template <typename Other>
  bool joined(const Other&) {
    return false;
  }
  bool constraint(const std::string& table, const std::string& name) {
    return ours(table) && isNew("constraint " + name);
  }

  std::string table_;
  std::set<std::string> touched_;
  bool first_ = true;
};

/// Nothing where SQLite has statements for the change.
std::optional<Rebuild> rebuildOf(std::span<const Change> changes, const Schema& before,
                                 const Schema& after) {
  const std::string table = rebuiltTable(changes.front());
  if (table.empty()) return std::nullopt;
  std::map<std::string, Sql> converted;
  for (const Change& change : changes) {
    if (const auto* const alter = std::get_if<AlterColumn>(&change))
      converted[after.find(table)->find(alter->column.name)->name] = alter->convert;
  }
  return Rebuild(*before.find(table), *after.find(table), before.triggers, converted);
}

Schema made(Schema schema, std::span<const Change> changes) {
  for (const Change& change : changes)
    apply(schema, change);
  return schema;
}

/// Throws where a value would not be the same in its new type.
void checkConversions(UnitOfWork& work, std::span<const Change> changes, const Schema& before) {
  for (const Change& change : changes) {
    const auto* const altered = std::get_if<AlterColumn>(&change);
    if (altered == nullptr || !altered->convert.empty()) continue;
    const Table& table = *before.find(altered->table);
    checkConversion(work, table, *table.find(altered->column.name), altered->column.type);
  }
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

  std::size_t together(std::span<const Change> changes) const override {
    const std::string table = changes.empty() ? std::string() : rebuiltTable(changes.front());
    if (table.empty()) return Dialect::together(changes);
    Joining joining(table);
    std::size_t count = 0;
    while (count < changes.size() && joining.take(changes[count]))
      ++count;
    return count;
  }

  std::vector<schema::Statement> statements(std::span<const Change> changes,
                                            const Schema& before) const override {
    const Schema after = made(before, changes);
    if (const auto rebuild = rebuildOf(changes, before, after)) return rebuild->statements();
    Rendering rendering(before);
    std::visit(rendering, changes.front());
    return std::move(rendering.result);
  }

  void make(UnitOfWork& work, std::span<const Change> changes,
            const Schema& before) const override {
    const Schema after = made(before, changes);
    const auto rebuild = rebuildOf(changes, before, after);
    const Change& first = changes.front();
    // An author's own SQL may leave a view without its table, and make both anew in the next step.
    const bool mayBreak = rebuild || std::holds_alternative<DropTable>(first) ||
                          std::holds_alternative<DropView>(first);
    const auto brokenBefore = mayBreak ? brokenDependants(work) : std::vector<std::string>();
    checkConversions(work, changes, before);
    if (const auto* const run = std::get_if<Run>(&first)) {
      run->work(work);
    } else if (rebuild) {
      rebuild->run(work);
    } else {
      for (const schema::Statement& statement : statements(changes, before))
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
