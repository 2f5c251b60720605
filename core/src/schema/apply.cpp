// Changes made in a schema held in memory: what both databases are to do, decided once. Where one
// of them would drop silently what depends on a column, nothing is dropped and the error names it.
#include "repot/backend.hpp"
#include "repot/error.hpp"
#include "repot/schema/changes.hpp"
#include "repot/schema/render.hpp"
#include "schema/sql_text.hpp"

#include <algorithm>

namespace repot::schema {
namespace {

[[noreturn]] void fail(const std::string& message) {
  throw Error(ErrorKind::schema, message);
}

std::string inQuotes(std::string_view name) {
  return '"' + std::string(name) + '"';
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& item) { return sameName(item, name); });
}

bool sameColumns(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return a.size() == b.size() && std::all_of(a.begin(), a.end(), [&](const std::string& name) {
           return contains(b, name);
         });
}

template <typename Items>
auto findNamed(Items& items, std::string_view name) {
  return std::find_if(items.begin(), items.end(),
                      [&](const auto& item) { return sameName(item.name, name); });
}

/// Keys and unique indexes that a foreign key may refer to.
int uniquesOn(const Table& table, const std::vector<std::string>& columns) {
  int count = sameColumns(table.primaryKey.columns, columns) ? 1 : 0;
  for (const Key& key : table.uniqueKeys)
    count += sameColumns(key.columns, columns) ? 1 : 0;
  for (const Index& index : table.indexes) {
    if (!index.unique || !index.where.empty()) continue;
    std::vector<std::string> indexed;
    for (const IndexPart& part : index.parts)
      indexed.push_back(part.column);
    count += sameColumns(indexed, columns) ? 1 : 0;
  }
  return count;
}

class Application {
 public:
  explicit Application(Schema& schema) : schema_(schema) {}

  void operator()(const CreateTable& change);
  void operator()(const DropTable& change);
  void operator()(const RenameTable& change);
  void operator()(const AddColumn& change);
  void operator()(const DropColumn& change);
  void operator()(const RenameColumn& change);
  void operator()(const AlterColumn& change);
  void operator()(const AddPrimaryKey& change);
  void operator()(const DropPrimaryKey& change);
  void operator()(const AddUnique& change);
  void operator()(const AddCheck& change);
  void operator()(const AddForeignKey& change);
  void operator()(const DropConstraint& change);
  void operator()(const CreateIndex& change);
  void operator()(const DropIndex& change);
  void operator()(const CreateView& change);
  void operator()(const DropView& change);
  void operator()(const CreateTrigger& change);
  void operator()(const DropTrigger& change);
  void operator()(const Execute&) {}
  void operator()(const Run&) {}

 private:
  Table& table(std::string_view name) {
    Table* found = schema_.find(name);
    if (found == nullptr) fail("there is no table " + inQuotes(name));
    return *found;
  }
  Column& column(Table& table, std::string_view name) {
    Column* found = table.find(name);
    if (found == nullptr)
      fail("table " + inQuotes(table.name) + " has no column " + inQuotes(name));
    return *found;
  }
  void checkFree(std::string_view name) const {
    if (schema_.find(name) != nullptr) fail("there is a table " + inQuotes(name) + " already");
    if (findNamed(schema_.views, name) != schema_.views.end())
      fail("there is a view " + inQuotes(name) + " already");
  }
  void checkColumns(Table& table, const std::vector<std::string>& columns) {
    if (columns.empty()) fail("a key of table " + inQuotes(table.name) + " has no columns");
    for (const std::string& name : columns)
      column(table, name);
  }
  void checkKinds(const Table& table, const ForeignKey& key) const;
  void checkConstraintFree(const Table& table, std::string_view name) const;
  void checkIndexFree(std::string_view name) const;
  void checkUnreferenced(const Table& table, const std::vector<std::string>& columns,
                         const std::string& what) const;
  std::string usesOf(const Table& table, const Column& column) const;
  void dropOwn(Table& table, const std::string& column) const;

  Schema& schema_;
};

/// Whether values of one type can be equal to those of the other, on both databases. What other
/// tools declared is left to the database.
bool canRefer(const Column& from, const Column& to) {
  using enum ColumnType;
  const auto foreign = [](const Column& column) {
    return !column.type.native.empty() || !column.strict;
  };
  if (foreign(from) || foreign(to) || from.type.kind == to.type.kind) return true;
  return (from.type.kind == integer && (to.type.kind == decimal || to.type.kind == real)) ||
         (from.type.kind == decimal && to.type.kind == real);
}

/// SQLite takes any two columns, and then no row has a parent.
void Application::checkKinds(const Table& table, const ForeignKey& key) const {
  const Table* const parent = schema_.find(key.table);
  if (parent == nullptr) return;
  const std::vector<std::string>& targets =
      key.targetColumns.empty() ? parent->primaryKey.columns : key.targetColumns;
  for (std::size_t i = 0; i < std::min(key.columns.size(), targets.size()); ++i) {
    const Column* const from = table.find(key.columns[i]);
    const Column* const to = parent->find(targets[i]);
    if (from == nullptr || to == nullptr || canRefer(*from, *to)) continue;
    fail("column " + inQuotes(from->name) + " of table " + inQuotes(table.name) + " is " +
         std::string(toString(from->type.kind)) + " and cannot refer to " + inQuotes(to->name) +
         " of table " + inQuotes(parent->name) + ", which is " +
         std::string(toString(to->type.kind)) + "; give both the same type");
  }
}

void Application::operator()(const CreateTable& change) {
  if (change.ifMissing && schema_.find(change.table.name) != nullptr) return;
  checkFree(change.table.name);
  checkTable(change.table);
  for (const Index& index : change.table.indexes)
    checkIndexFree(index.name);
  schema_.tables.push_back(change.table);
  for (const ForeignKey& key : change.table.foreignKeys)
    checkKinds(change.table, key);
}

void Application::operator()(const DropTable& change) {
  const Table& dropped = table(change.table);
  for (const Table& other : schema_.tables) {
    if (&other == &dropped) continue;
    for (const ForeignKey& key : other.foreignKeys) {
      if (!sameName(key.table, dropped.name)) continue;
      fail("table " + inQuotes(dropped.name) + " is what the foreign key " + inQuotes(key.name) +
           " of table " + inQuotes(other.name) + " refers to; drop that first");
    }
  }
  std::erase_if(schema_.triggers,
                [&](const Trigger& trigger) { return sameName(trigger.table, dropped.name); });
  schema_.tables.erase(findNamed(schema_.tables, change.table));
}

void Application::operator()(const RenameTable& change) {
  Table& renamed = table(change.table);
  const bool sameTable = sameName(change.table, change.to);  // Only the case changes.
  if (!sameTable) checkFree(change.to);
  const std::string from = renamed.name;
  renamed.name = change.to;
  for (Table& other : schema_.tables) {
    for (ForeignKey& key : other.foreignKeys) {
      if (sameName(key.table, from)) key.table = change.to;
    }
  }
  for (Trigger& trigger : schema_.triggers) {
    if (sameName(trigger.table, from)) trigger.table = change.to;
  }
}

void Application::operator()(const AddColumn& change) {
  Table& changed = table(change.table);
  if (changed.find(change.column.name) != nullptr) {
    fail("table " + inQuotes(changed.name) + " has a column " + inQuotes(change.column.name) +
         " already");
  }
  if (change.column.identity) {
    fail("an identity cannot be added to table " + inQuotes(changed.name) +
         "; make a new table with it and copy the rows");
  }
  changed.columns.push_back(change.column);
}

/// What stands in the way of dropping the column: everything that other columns take part in.
std::string Application::usesOf(const Table& table, const Column& column) const {
  std::string uses;
  const auto use = [&](const std::string& what) { uses += (uses.empty() ? "" : ", ") + what; };
  const auto mentions = [&](const Sql& sql) {
    return contains(mentionedColumns(table, sql), column.name);
  };
  const auto shared = [&](const std::vector<std::string>& columns) {
    return columns.size() > 1 && contains(columns, column.name);
  };
  if (contains(table.primaryKey.columns, column.name)) use("the primary key");
  for (const Key& key : table.uniqueKeys) {
    if (shared(key.columns)) use("the unique key " + inQuotes(key.name));
  }
  for (const ForeignKey& key : table.foreignKeys) {
    if (shared(key.columns)) use("the foreign key " + inQuotes(key.name));
  }
  for (const Check& check : table.checks) {
    if (shared(mentionedColumns(table, check.condition))) use("the CHECK " + inQuotes(check.name));
  }
  for (const Index& index : table.indexes) {
    std::vector<std::string> columns = mentionedColumns(table, index.where);
    for (const IndexPart& part : index.parts) {
      if (!part.column.empty()) columns.push_back(part.column);
      for (std::string& name : mentionedColumns(table, part.expression))
        columns.push_back(std::move(name));
    }
    const bool others = std::any_of(columns.begin(), columns.end(), [&](const std::string& name) {
      return !sameName(name, column.name);
    });
    if (others && contains(columns, column.name)) use("the index " + inQuotes(index.name));
  }
  for (const Column& other : table.columns) {
    if (&other != &column && other.generated && mentions(other.generated->sql))
      use("the generated column " + inQuotes(other.name));
  }
  for (const Table& other : schema_.tables) {
    for (const ForeignKey& key : other.foreignKeys) {
      if (sameName(key.table, table.name) && contains(key.targetColumns, column.name) &&
          !(&other == &table && contains(key.columns, column.name)))
        use("the foreign key " + inQuotes(key.name) + " of table " + inQuotes(other.name));
    }
  }
  return uses;
}

/// Drops what the column alone is in.
void Application::dropOwn(Table& table, const std::string& column) const {
  const auto mentions = [&](const Sql& sql) {
    return contains(mentionedColumns(table, sql), column);
  };
  std::erase_if(table.uniqueKeys, [&](const Key& key) { return contains(key.columns, column); });
  std::erase_if(table.foreignKeys,
                [&](const ForeignKey& key) { return contains(key.columns, column); });
  std::erase_if(table.checks, [&](const Check& check) { return mentions(check.condition); });
  std::erase_if(table.indexes, [&](const Index& index) {
    return mentions(index.where) ||
           std::any_of(index.parts.begin(), index.parts.end(), [&](const IndexPart& part) {
             return sameName(part.column, column) || mentions(part.expression);
           });
  });
}

void Application::operator()(const DropColumn& change) {
  Table& changed = table(change.table);
  const Column& dropped = column(changed, change.column);
  if (changed.columns.size() == 1)
    fail(inQuotes(dropped.name) + " is the only column of table " + inQuotes(changed.name));
  if (const std::string uses = usesOf(changed, dropped); !uses.empty()) {
    fail("column " + inQuotes(dropped.name) + " of table " + inQuotes(changed.name) +
         " cannot be dropped, as it is part of " + uses + "; drop or change that first");
  }
  dropOwn(changed, dropped.name);
  changed.columns.erase(findNamed(changed.columns, change.column));
}

void Application::operator()(const RenameColumn& change) {
  Table& changed = table(change.table);
  Column& renamed = column(changed, change.column);
  const std::string from = renamed.name;
  if (!sameName(from, change.to) && changed.find(change.to) != nullptr) {
    fail("table " + inQuotes(changed.name) + " has a column " + inQuotes(change.to) + " already");
  }
  renamed.name = change.to;
  const auto list = [&](std::vector<std::string>& columns) {
    for (std::string& name : columns) {
      if (sameName(name, from)) name = change.to;
    }
  };
  const auto text = [&](Sql& sql) {
    const auto replace = [&](std::string_view name) {
      return sameName(name, from) ? quoteIdentifier(change.to) : std::string();
    };
    sql.text = replaceNames(sql.text, replace);
    for (auto& [scheme, own] : sql.dialects)
      own = replaceNames(own, replace);
  };
  list(changed.primaryKey.columns);
  for (Key& key : changed.uniqueKeys)
    list(key.columns);
  for (ForeignKey& key : changed.foreignKeys)
    list(key.columns);
  for (Check& check : changed.checks)
    text(check.condition);
  for (Column& other : changed.columns) {
    if (other.generated) text(other.generated->sql);
  }
  for (Index& index : changed.indexes) {
    text(index.where);
    for (IndexPart& part : index.parts) {
      if (sameName(part.column, from)) part.column = change.to;
      text(part.expression);
    }
  }
  for (Table& other : schema_.tables) {
    for (ForeignKey& key : other.foreignKeys) {
      if (sameName(key.table, changed.name)) list(key.targetColumns);
    }
  }
}

void Application::operator()(const AlterColumn& change) {
  Table& changed = table(change.table);
  Column& altered = column(changed, change.column.name);
  if (altered.identity != change.column.identity ||
      (altered.identity && altered.type != change.column.type)) {
    fail("the identity " + inQuotes(altered.name) + " of table " + inQuotes(changed.name) +
         " cannot be altered");
  }
  if (change.column.nullable && contains(changed.primaryKey.columns, altered.name)) {
    fail("column " + inQuotes(altered.name) + " of table " + inQuotes(changed.name) +
         " is part of the primary key and so cannot be NULL");
  }
  if (altered.generated.has_value() != change.column.generated.has_value()) {
    fail("column " + inQuotes(altered.name) + " of table " + inQuotes(changed.name) +
         (altered.generated ? " is" : " is not") +
         " generated, which cannot be changed; add a new column and drop this one");
  }
  if (altered.generated != change.column.generated) {
    fail("the expression of the generated column " + inQuotes(altered.name) + " of table " +
         inQuotes(changed.name) + " cannot be altered; drop the column and add it anew");
  }
  const std::string name = altered.name;
  altered = change.column;
  altered.name = name;
  for (const Table& other : schema_.tables) {
    for (const ForeignKey& key : other.foreignKeys) {
      if (&other == &changed || sameName(key.table, changed.name)) checkKinds(other, key);
    }
  }
}

void Application::operator()(const AddPrimaryKey& change) {
  Table& changed = table(change.table);
  checkColumns(changed, change.key.columns);
  if (!changed.primaryKey.columns.empty())
    fail("table " + inQuotes(changed.name) + " has a primary key already");
  changed.primaryKey = change.key;
  for (const std::string& name : change.key.columns)
    column(changed, name).nullable = false;
}

void Application::operator()(const DropPrimaryKey& change) {
  Table& changed = table(change.table);
  if (changed.primaryKey.columns.empty())
    fail("table " + inQuotes(changed.name) + " has no primary key");
  for (const Column& each : changed.columns) {
    if (each.identity)
      fail("the key of table " + inQuotes(changed.name) + " is an identity and stays its key");
  }
  if (changed.withoutRowid)
    fail("table " + inQuotes(changed.name) + " is WITHOUT ROWID and needs its key");
  checkUnreferenced(changed, changed.primaryKey.columns, "the primary key");
  changed.primaryKey = {};
}

void Application::checkUnreferenced(const Table& table, const std::vector<std::string>& columns,
                                    const std::string& what) const {
  if (uniquesOn(table, columns) > 1) return;
  for (const Table& other : schema_.tables) {
    for (const ForeignKey& key : other.foreignKeys) {
      if (!sameName(key.table, table.name)) continue;
      const auto& target = key.targetColumns.empty() ? table.primaryKey.columns : key.targetColumns;
      if (!sameColumns(target, columns)) continue;
      fail(what + " of table " + inQuotes(table.name) + " is what the foreign key " +
           inQuotes(key.name) + " of table " + inQuotes(other.name) +
           " refers to; drop that first");
    }
  }
}

void Application::checkConstraintFree(const Table& table, std::string_view name) const {
  const bool taken = sameName(table.primaryKey.name, name) ||
                     findNamed(table.uniqueKeys, name) != table.uniqueKeys.end() ||
                     findNamed(table.checks, name) != table.checks.end() ||
                     findNamed(table.foreignKeys, name) != table.foreignKeys.end();
  if (taken && !name.empty())
    fail("table " + inQuotes(table.name) + " has a constraint " + inQuotes(name) + " already");
}

void Application::operator()(const AddUnique& change) {
  Table& changed = table(change.table);
  checkColumns(changed, change.key.columns);
  checkConstraintFree(changed, change.key.name);
  changed.uniqueKeys.push_back(change.key);
}

void Application::operator()(const AddCheck& change) {
  Table& changed = table(change.table);
  checkConstraintFree(changed, change.check.name);
  changed.checks.push_back(change.check);
}

void Application::operator()(const AddForeignKey& change) {
  Table& changed = table(change.table);
  checkColumns(changed, change.key.columns);
  checkConstraintFree(changed, change.key.name);
  Table& parent = table(change.key.table);
  const auto& target =
      change.key.targetColumns.empty() ? parent.primaryKey.columns : change.key.targetColumns;
  checkColumns(parent, target);
  if (target.size() != change.key.columns.size() || uniquesOn(parent, target) == 0) {
    fail("the foreign key " + inQuotes(change.key.name) + " of table " + inQuotes(changed.name) +
         " refers to columns of table " + inQuotes(parent.name) +
         " that are no key there; add a unique key on them first");
  }
  checkKinds(changed, change.key);
  changed.foreignKeys.push_back(change.key);
}

void Application::operator()(const DropConstraint& change) {
  Table& changed = table(change.table);
  if (const auto key = findNamed(changed.uniqueKeys, change.name);
      key != changed.uniqueKeys.end()) {
    checkUnreferenced(changed, key->columns, "the unique key " + inQuotes(key->name));
    changed.uniqueKeys.erase(key);
    return;
  }
  if (std::erase_if(changed.checks,
                    [&](const Check& item) { return sameName(item.name, change.name); }) > 0)
    return;
  if (std::erase_if(changed.foreignKeys,
                    [&](const ForeignKey& item) { return sameName(item.name, change.name); }) > 0)
    return;
  fail("table " + inQuotes(changed.name) + " has no unique key, CHECK or foreign key " +
       inQuotes(change.name));
}

void Application::checkIndexFree(std::string_view name) const {
  for (const Table& other : schema_.tables) {
    if (findNamed(other.indexes, name) != other.indexes.end())
      fail("there is an index " + inQuotes(name) + " already, on table " + inQuotes(other.name));
  }
}

void Application::operator()(const CreateIndex& change) {
  Table& changed = table(change.table);
  checkIndexFree(change.index.name);
  for (const IndexPart& part : change.index.parts) {
    if (!part.column.empty()) column(changed, part.column);
  }
  changed.indexes.push_back(change.index);
}

void Application::operator()(const DropIndex& change) {
  Table& changed = table(change.table);
  const auto index = findNamed(changed.indexes, change.name);
  if (index == changed.indexes.end())
    fail("table " + inQuotes(changed.name) + " has no index " + inQuotes(change.name));
  if (index->unique && index->where.empty()) {
    std::vector<std::string> columns;
    for (const IndexPart& part : index->parts)
      columns.push_back(part.column);
    checkUnreferenced(changed, columns, "the unique index " + inQuotes(index->name));
  }
  changed.indexes.erase(index);
}

void Application::operator()(const CreateView& change) {
  checkFree(change.view.name);
  schema_.views.push_back(change.view);
}

void Application::operator()(const DropView& change) {
  const auto view = findNamed(schema_.views, change.name);
  if (view == schema_.views.end()) fail("there is no view " + inQuotes(change.name));
  schema_.views.erase(view);
}

void Application::operator()(const CreateTrigger& change) {
  if (findNamed(schema_.triggers, change.trigger.name) != schema_.triggers.end())
    fail("there is a trigger " + inQuotes(change.trigger.name) + " already");
  schema_.triggers.push_back(change.trigger);
}

void Application::operator()(const DropTrigger& change) {
  const auto trigger = findNamed(schema_.triggers, change.name);
  if (trigger == schema_.triggers.end()) fail("there is no trigger " + inQuotes(change.name));
  schema_.triggers.erase(trigger);
}

}  // namespace

void apply(Schema& schema, const Change& change) {
  std::visit(Application(schema), change);
}

}  // namespace repot::schema
