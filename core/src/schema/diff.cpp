// Two schemas compared; see diff.hpp. The order of the changes is in diff_steps.cpp, what is the
// same in compare.cpp.
#include "schema/compare.hpp"
#include "schema/diff_steps.hpp"
#include "schema/diff_table.hpp"
#include "schema/normal_sql.hpp"
#include "schema/sql_text.hpp"

#include <repot/schema/diff.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace repot::schema {
namespace {

bool sameColumnNames(const Table& a, const Table& b) {
  return a.columns.size() == b.columns.size() &&
         std::all_of(a.columns.begin(), a.columns.end(),
                     [&](const Column& column) { return b.find(column.name) != nullptr; });
}

/// With the parents' keys where a foreign key names no columns of theirs.
Schema resolved(Schema schema) {
  for (Table& table : schema.tables) {
    for (ForeignKey& key : table.foreignKeys) {
      const Table* const parent = schema.find(key.table);
      if (key.targetColumns.empty() && parent != nullptr)
        key.targetColumns = parent->primaryKey.columns;
    }
  }
  return schema;
}

class SchemaDiff {
 public:
  SchemaDiff(const Schema& from, const Schema& to, const DiffOptions& options)
      : from_(resolved(from)), to_(resolved(to)), compare_(options) {
    if (compare_.everything()) return;
    to_.views = from_.views;
    to_.triggers = from_.triggers;
  }

  Diff run() {
    tables();
    views();
    triggers();
    diff_.changes = std::move(steps_).inOrder();
    return std::move(diff_);
  }

 private:
  void tables() {
    std::vector<Table> missing, surplus;
    std::copy_if(to_.tables.begin(), to_.tables.end(), std::back_inserter(missing),
                 [&](const Table& table) { return from_.find(table.name) == nullptr; });
    std::copy_if(from_.tables.begin(), from_.tables.end(), std::back_inserter(surplus),
                 [&](const Table& table) { return to_.find(table.name) == nullptr; });
    for (const Table& table : missing)
      tell("table " + table.name, "missing");
    for (const Table& table : surplus)
      tell("table " + table.name, "not wanted" + renameHint(table, missing));
    for (const Table& table : to_.tables) {
      if (const Table* const old = from_.find(table.name))
        diffTable({*old, table, from_, to_}, compare_, diff_, steps_);
    }
    freeNames(surplus);
    freeParents(surplus);
    createInOrder(std::move(missing), changedTables(), steps_);
    dropInOrder(std::move(surplus), steps_);
  }

  static std::string renameHint(const Table& table, const std::vector<Table>& missing) {
    for (const Table& other : missing) {
      if (sameColumnNames(table, other)) {
        return "; if it became " + other.name + ", write renameTable(\"" + table.name + "\", \"" +
               other.name + "\") in place of the two changes";
      }
    }
    return {};
  }

  /// Names of indexes, and of keys on PostgreSQL, are unique in a schema: what a table to be
  /// dropped holds must go before it is given to another.
  void freeNames(const std::vector<Table>& surplus) {
    const auto wanted = [&](const std::string& name) {
      return std::any_of(to_.tables.begin(), to_.tables.end(), [&](const Table& table) {
        const auto called = [&](const auto& item) { return item.name == name; };
        return std::any_of(table.indexes.begin(), table.indexes.end(), called) ||
               std::any_of(table.uniqueKeys.begin(), table.uniqueKeys.end(), called) ||
               (!table.primaryKey.columns.empty() && called(table.primaryKey));
      });
    };
    for (const Table& table : surplus) {
      for (const Index& index : table.indexes) {
        if (wanted(index.name)) steps_.dropIndexes.push_back(DropIndex{table.name, index.name});
      }
      for (const Key& key : table.uniqueKeys) {
        if (!key.name.empty() && wanted(key.name))
          steps_.dropConstraints.push_back(DropConstraint{table.name, key.name});
      }
      if (!table.primaryKey.name.empty() && wanted(table.primaryKey.name))
        steps_.dropPrimaryKeys.push_back(DropPrimaryKey{table.name});
    }
  }

  /// A column does not become another type while a table that is dropped later refers to it.
  void freeParents(const std::vector<Table>& surplus) {
    const auto altered = [&](const std::string& table) {
      return std::any_of(steps_.alterColumns.begin(), steps_.alterColumns.end(),
                         [&](const Change& change) {
                           return sameName(std::get<AlterColumn>(change).table, table);
                         });
    };
    for (const Table& table : surplus) {
      for (const ForeignKey& key : table.foreignKeys) {
        if (!key.name.empty() && altered(key.table))
          steps_.dropForeignKeys.push_back(DropConstraint{table.name, key.name});
      }
    }
  }

  /// Tables whose columns or keys change, so that a foreign key to them has to wait.
  std::vector<std::string> changedTables() const {
    std::vector<std::string> names;
    for (const std::vector<Change>* const part :
         {&steps_.addColumns, &steps_.addGenerated, &steps_.alterColumns, &steps_.addPrimaryKeys,
          &steps_.addConstraints, &steps_.createIndexes}) {
      for (const Change& change : *part) {
        std::visit(
            [&](const auto& made) {
              if constexpr (
                  requires { made.column.name; } || requires { made.key; } ||
                  requires { made.index; })
                names.push_back(made.table);
            },
            change);
      }
    }
    return names;
  }

  /// Tables of which a column goes or becomes another: PostgreSQL refuses while a view reads it.
  std::vector<std::string> tablesInUse() const {
    std::vector<std::string> names;
    for (const Change& change : steps_.alterColumns)
      names.push_back(std::get<AlterColumn>(change).table);
    for (const std::vector<Change>* const part :
         {&steps_.dropColumns, &steps_.dropGenerated, &steps_.dropBefore}) {
      for (const Change& change : *part)
        names.push_back(std::get<DropColumn>(change).table);
    }
    for (const Change& change : steps_.dropTables)
      names.push_back(std::get<DropTable>(change).table);
    return names;
  }

  /// Drops and creates again the views that read what changes, themselves or through others.
  /// `surplus`: those that go or change anyway.
  void rebuildViews(std::vector<View> surplus) {
    std::vector<std::string> touched = tablesInUse();
    for (const View& view : surplus)
      touched.push_back(view.name);
    std::vector<View> again;
    for (bool found = true; found;) {
      found = false;
      for (const View& view : from_.views) {
        if (std::find(touched.begin(), touched.end(), view.name) != touched.end()) continue;
        const bool reads = std::any_of(
            touched.begin(), touched.end(),
            [&](const std::string& name) { return mentions(compare_.textOf(view.select), name); });
        if (!reads) continue;
        found = true;
        touched.push_back(view.name);
        again.push_back(view);
      }
    }
    surplus.insert(surplus.end(), again.begin(), again.end());
    missingViews_.insert(missingViews_.end(), again.begin(), again.end());
    dropInOrder(std::move(surplus), compare_, steps_);
    createInOrder(std::move(missingViews_), compare_, steps_);
  }

  void views() {
    std::vector<View> surplus;
    const auto find = [](const Schema& schema, const std::string& name) -> const View* {
      const auto found = std::find_if(schema.views.begin(), schema.views.end(),
                                      [&](const View& view) { return view.name == name; });
      return found == schema.views.end() ? nullptr : &*found;
    };
    for (const View& view : from_.views) {
      const View* const other = find(to_, view.name);
      if (other != nullptr && view.columns == other->columns &&
          compare_.sameSql(view.select, other->select))
        continue;
      tell("view " + view.name, other == nullptr ? "not wanted" : textsDiffer, other != nullptr);
      surplus.push_back(view);
      if (other != nullptr) missingViews_.push_back(*other);
    }
    for (const View& view : to_.views) {
      if (find(from_, view.name) != nullptr) continue;
      tell("view " + view.name, "missing");
      missingViews_.push_back(view);
    }
    rebuildViews(std::move(surplus));
  }

  void triggers() {
    const auto find = [](const Schema& schema, const Trigger& wanted) -> const Trigger* {
      const auto found = std::find_if(
          schema.triggers.begin(), schema.triggers.end(),
          [&](const Trigger& one) { return one.name == wanted.name && one.table == wanted.table; });
      return found == schema.triggers.end() ? nullptr : &*found;
    };
    for (const Trigger& trigger : from_.triggers) {
      const Trigger* const other = find(to_, trigger);
      if (other != nullptr && compare_.sameSql(trigger.sql, other->sql)) continue;
      tell("trigger " + trigger.name, other == nullptr ? "not wanted" : textsDiffer,
           other != nullptr);
      // It goes with its table.
      if (to_.find(trigger.table) != nullptr || isView(trigger.table))
        steps_.dropTriggers.push_back(DropTrigger{trigger.table, trigger.name});
    }
    for (const Trigger& trigger : to_.triggers) {
      const Trigger* const other = find(from_, trigger);
      if (other != nullptr && compare_.sameSql(trigger.sql, other->sql) &&
          !isRebuilt(trigger.table))
        continue;
      if (other == nullptr) tell("trigger " + trigger.name, "missing");
      steps_.createTriggers.push_back(CreateTrigger{trigger});
    }
  }

  bool isView(const std::string& name) const {
    return std::any_of(from_.views.begin(), from_.views.end(),
                       [&](const View& view) { return view.name == name; });
  }
  /// A view that is dropped takes its triggers along.
  bool isRebuilt(const std::string& name) const {
    return std::any_of(steps_.dropViews.begin(), steps_.dropViews.end(), [&](const Change& change) {
      return std::get<DropView>(change).name == name;
    });
  }

  void tell(std::string object, std::string text, bool byText = false) {
    diff_.differences.push_back({std::move(object), std::move(text), byText});
  }

  static constexpr const char* textsDiffer =
      "differs as text; look whether the two mean the same, as databases rewrite SQL";

  const Schema from_;
  Schema to_;
  Comparison compare_;
  Diff diff_;
  DiffSteps steps_;
  std::vector<View> missingViews_;
};

}  // namespace

std::string Diff::toText() const {
  std::string text;
  for (const Difference& difference : differences)
    text += difference.object + ": " + difference.text + '\n';
  return text;
}

Diff diff(const Schema& from, const Schema& to, const DiffOptions& options) {
  return SchemaDiff(from, to, options).run();
}

}  // namespace repot::schema
