// Columns, keys, checks and indexes of one table compared; see diff_table.hpp.
#include "schema/diff_table.hpp"

#include "schema/normal_sql.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace repot::schema {
namespace {

std::vector<std::string> columnsOf(const Index& index) {
  std::vector<std::string> columns;
  for (const IndexPart& part : index.parts)
    columns.push_back(part.column);
  return columns;
}

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return names;
}

std::string called(const std::string& name) {
  return name.empty() ? "" : name + ' ';
}

/// What is only in one of two lists.
template <typename Item>
struct Unmatched {
  std::vector<Item> from, to;
};

template <typename Item, typename Same>
Unmatched<Item> unmatched(const std::vector<Item>& from, const std::vector<Item>& to,
                          const Same& same) {
  Unmatched<Item> result;
  result.to = to;
  for (const Item& item : from) {
    const auto found = std::find_if(result.to.begin(), result.to.end(),
                                    [&](const Item& other) { return same(item, other); });
    if (found == result.to.end()) {
      result.from.push_back(item);
    } else {
      result.to.erase(found);
    }
  }
  return result;
}

class TableDiff {
 public:
  TableDiff(const TablePair& tables, const Comparison& compare, Diff& diff, DiffSteps& steps)
      : pair_(tables), compare_(compare), diff_(diff), steps_(steps), name_(tables.to.name) {}

  void run() {
    columns();
    primaryKey();
    if (compare_.everything()) {
      uniqueKeys(
          unmatched(pair_.from.uniqueKeys, pair_.to.uniqueKeys, [&](const Key& a, const Key& b) {
            return a.columns == b.columns && sameName(a.name, b.name, a.columns);
          }));
      indexes(unmatched(pair_.from.indexes, pair_.to.indexes, [&](const Index& a, const Index& b) {
        return sameName(a.name, b.name, columnsOf(a)) && compare_.sameIndex(a, b);
      }));
      checks();
    } else {
      uniquenessOfEntities();
    }
    foreignKeys();
  }

 private:
  void columns() {
    for (const Column& column : pair_.to.columns) {
      const Column* const old = pair_.from.find(column.name);
      if (old == nullptr) {
        tell("column " + dotted(column), "missing (" + describe(column) + ')');
        auto& list = column.generated ? steps_.addGenerated : steps_.addColumns;
        list.push_back(AddColumn{name_, column});
      } else {
        alter(*old, column);
      }
    }
    for (const Column& column : pair_.from.columns) {
      if (pair_.to.find(column.name) != nullptr) continue;
      tell("column " + dotted(column), "not wanted" + renameHint(column));
      auto& list = column.generated ? steps_.dropGenerated : steps_.dropColumns;
      list.push_back(DropColumn{name_, column.name});
    }
  }

  void alter(const Column& from, const Column& to) {
    const std::vector<std::string> differences = compare_.columnDifferences(from, to);
    if (differences.empty()) return;
    for (const std::string& text : differences)
      tell("column " + dotted(to), text);
    if (from.identity != to.identity) {
      tell("column " + dotted(to),
           "no change does that; make a new table and copy the rows into it");
      return;
    }
    const bool remade = compare_.everything() && !compare_.sameGenerated(from, to);
    if (remade) {
      // A generated column loses nothing; a plain one that becomes generated its values.
      steps_.dropBefore.push_back(DropColumn{name_, from.name});
      (to.generated ? steps_.addGenerated : steps_.addColumns).push_back(AddColumn{name_, to});
      return;
    }
    AlterColumn change{name_, to, {}};
    if (!compare_.everything()) change.column = withEntityParts(from, to);
    steps_.alterColumns.push_back(std::move(change));
  }

  /// The column as it is, but for what the mapping of an entity says.
  static Column withEntityParts(const Column& from, const Column& to) {
    Column column = from;
    if (from.type.kind != to.type.kind) column.type = to.type;
    column.nullable = to.nullable;
    return column;
  }

  std::string renameHint(const Column& column) const {
    for (const Column& other : pair_.to.columns) {
      if (pair_.from.find(other.name) != nullptr || other.type.kind != column.type.kind) continue;
      return "; if it became " + other.name + ", write renameColumn(\"" + name_ + "\", \"" +
             column.name + "\", \"" + other.name + "\") in place of the two changes";
    }
    return {};
  }

  void primaryKey() {
    const Key& from = pair_.from.primaryKey;
    const Key& to = pair_.to.primaryKey;
    if (from.columns == to.columns &&
        (from.columns.empty() || sameName(from.name, to.name, to.columns)))
      return;
    tell("primary key of " + name_,
         '(' + list(from.columns) + "), wanted (" + list(to.columns) + ')');
    if (!from.columns.empty()) steps_.dropPrimaryKeys.push_back(DropPrimaryKey{name_});
    if (!to.columns.empty()) steps_.addPrimaryKeys.push_back(AddPrimaryKey{name_, to});
  }

  void uniqueKeys(const Unmatched<Key>& keys) {
    for (const Key& key : keys.from) {
      tell("unique key " + called(key.name) + "of " + name_,
           '(' + list(key.columns) + ") not wanted");
      drop(key.name, steps_.dropConstraints);
    }
    for (const Key& key : keys.to) {
      tell("unique key " + called(key.name) + "of " + name_, '(' + list(key.columns) + ") missing");
      steps_.addConstraints.push_back(AddUnique{name_, key});
    }
  }

  void indexes(const Unmatched<Index>& indexes) {
    for (const Index& index : indexes.from) {
      const bool replaced =
          std::any_of(indexes.to.begin(), indexes.to.end(),
                      [&](const Index& other) { return other.name == index.name; });
      const bool byText = replaced && !Comparison::isPlain(index);
      tell("index " + index.name + " of " + name_, describe(index) + " not wanted", byText);
      steps_.dropIndexes.push_back(DropIndex{name_, index.name});
    }
    for (const Index& index : indexes.to) {
      tell("index " + index.name + " of " + name_, describe(index) + " missing");
      steps_.createIndexes.push_back(CreateIndex{name_, index});
    }
  }

  /// An entity cannot say whether a unique index or a key makes columns unique, nor in which order.
  void uniquenessOfEntities() {
    Unmatched<Key> keys = unmatched(
        pair_.from.uniqueKeys, pair_.to.uniqueKeys,
        [](const Key& a, const Key& b) { return sorted(a.columns) == sorted(b.columns); });
    std::vector<Index> fromPlain, toPlain;
    std::copy_if(pair_.from.indexes.begin(), pair_.from.indexes.end(),
                 std::back_inserter(fromPlain), Comparison::isPlain);
    std::copy_if(pair_.to.indexes.begin(), pair_.to.indexes.end(), std::back_inserter(toPlain),
                 Comparison::isPlain);
    Unmatched<Index> indexes = unmatched(fromPlain, toPlain, [](const Index& a, const Index& b) {
      return a.unique == b.unique && (a.unique ? sorted(columnsOf(a)) == sorted(columnsOf(b))
                                               : columnsOf(a) == columnsOf(b));
    });
    forget(keys.to, pair_.from.indexes);
    forget(keys.from, pair_.to.indexes);
    forget(indexes.from, pair_.to.uniqueKeys);
    forget(indexes.to, pair_.from.uniqueKeys);
    uniqueKeys(keys);
    this->indexes(indexes);
  }

  static void forget(std::vector<Key>& keys, const std::vector<Index>& indexes) {
    std::erase_if(keys, [&](const Key& key) {
      return std::any_of(indexes.begin(), indexes.end(), [&](const Index& index) {
        return index.unique && Comparison::isPlain(index) &&
               sorted(columnsOf(index)) == sorted(key.columns);
      });
    });
  }
  static void forget(std::vector<Index>& indexes, const std::vector<Key>& keys) {
    std::erase_if(indexes, [&](const Index& index) {
      return index.unique && std::any_of(keys.begin(), keys.end(), [&](const Key& key) {
               return sorted(columnsOf(index)) == sorted(key.columns);
             });
    });
  }

  void checks() {
    const auto checks =
        unmatched(pair_.from.checks, pair_.to.checks, [&](const Check& a, const Check& b) {
          return sameName(a.name, b.name, {}) && compare_.sameSql(a.condition, b.condition);
        });
    for (const Check& check : checks.from) {
      const bool replaced =
          std::any_of(checks.to.begin(), checks.to.end(),
                      [&](const Check& other) { return other.name == check.name; });
      tell("check " + called(check.name) + "of " + name_,
           compare_.textOf(check.condition) + " not wanted", replaced);
      drop(check.name, steps_.dropConstraints);
    }
    for (const Check& check : checks.to) {
      tell("check " + called(check.name) + "of " + name_,
           compare_.textOf(check.condition) + " missing");
      steps_.addConstraints.push_back(AddCheck{name_, check});
    }
  }

  void foreignKeys() {
    auto keys =
        unmatched(pair_.from.foreignKeys, pair_.to.foreignKeys,
                  [&](const ForeignKey& a, const ForeignKey& b) {
                    return sameName(a.name, b.name, a.columns) && compare_.sameForeignKey(a, b);
                  });
    if (!compare_.everything())
      std::erase_if(keys.from, [](const ForeignKey& key) { return key.columns.size() != 1; });
    for (const ForeignKey& key : keys.from) {
      tell("foreign key " + called(key.name) + "of " + name_, describe(key) + " not wanted");
      drop(key.name, steps_.dropForeignKeys);
    }
    for (const ForeignKey& key : keys.to) {
      tell("foreign key " + called(key.name) + "of " + name_, describe(key) + " missing");
      steps_.addForeignKeys.push_back(AddForeignKey{name_, key});
    }
    rebuildForeignKeys(keys);
  }

  /// Foreign keys that stay, but stand in the way of what changes at either end.
  void rebuildForeignKeys(const Unmatched<ForeignKey>& keys) {
    for (const ForeignKey& key : pair_.from.foreignKeys) {
      if (std::find(keys.from.begin(), keys.from.end(), key) != keys.from.end()) continue;
      const Table* const oldTarget = pair_.fromSchema.find(key.table);
      const Table* const newTarget = pair_.toSchema.find(key.table);
      if (oldTarget == nullptr || newTarget == nullptr) continue;
      if (!typesChange(pair_.from, pair_.to, key.columns) &&
          !typesChange(*oldTarget, *newTarget, key.targetColumns) &&
          !keyGoes(*oldTarget, *newTarget, key.targetColumns))
        continue;
      drop(key.name, steps_.dropForeignKeys);
      steps_.addForeignKeys.push_back(AddForeignKey{name_, key});
    }
  }

  bool typesChange(const Table& from, const Table& to,
                   const std::vector<std::string>& columns) const {
    return std::any_of(columns.begin(), columns.end(), [&](const std::string& name) {
      const Column* const a = from.find(name);
      const Column* const b = to.find(name);
      return a != nullptr && b != nullptr &&
             (a->type.kind != b->type.kind ||
              (compare_.everything() && a->type.native != b->type.native));
    });
  }

  /// The key that a foreign key points to is dropped, be it to come back under another name.
  bool keyGoes(const Table& from, const Table& to, const std::vector<std::string>& columns) const {
    const auto sameKeys = [&](const Key& a, const Key& b) {
      return a.columns == b.columns && (!compare_.everything() || a.name == b.name ||
                                        (isAutomaticName(a.name, to.name, a.columns) &&
                                         isAutomaticName(b.name, to.name, b.columns)));
    };
    if (sorted(from.primaryKey.columns) == sorted(columns))
      return !sameKeys(from.primaryKey, to.primaryKey);
    for (const Key& key : from.uniqueKeys) {
      if (sorted(key.columns) != sorted(columns)) continue;
      if (std::none_of(to.uniqueKeys.begin(), to.uniqueKeys.end(),
                       [&](const Key& other) { return sameKeys(key, other); }))
        return true;
    }
    return std::any_of(from.indexes.begin(), from.indexes.end(), [&](const Index& index) {
      return index.unique && sorted(columnsOf(index)) == sorted(columns) &&
             std::find(to.indexes.begin(), to.indexes.end(), index) == to.indexes.end();
    });
  }

  bool sameName(const std::string& a, const std::string& b,
                const std::vector<std::string>& columns) const {
    return !compare_.everything() || a == b ||
           (isAutomaticName(a, name_, columns) && isAutomaticName(b, name_, columns));
  }

  void drop(const std::string& constraint, std::vector<Change>& list) {
    if (!constraint.empty()) {
      list.push_back(DropConstraint{name_, constraint});
    } else {
      tell("table " + name_,
           "a constraint to be dropped has no name, so that no change can drop it; "
           "make a new table and copy the rows into it");
    }
  }

  std::string dotted(const Column& column) const { return name_ + '.' + column.name; }

  void tell(std::string object, std::string text, bool byText = false) {
    diff_.differences.push_back({std::move(object), std::move(text), byText});
  }

  const TablePair& pair_;
  const Comparison& compare_;
  Diff& diff_;
  DiffSteps& steps_;
  const std::string& name_;
};

}  // namespace

void diffTable(const TablePair& tables, const Comparison& compare, Diff& diff, DiffSteps& steps) {
  TableDiff(tables, compare, diff, steps).run();
}

}  // namespace repot::schema
