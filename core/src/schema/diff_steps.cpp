// The order of changes; see diff_steps.hpp.
#include "schema/diff_steps.hpp"

#include "schema/normal_sql.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace repot::schema {
namespace {

template <typename Item>
bool hasName(const std::vector<Item>& items, const std::string& name) {
  return std::any_of(items.begin(), items.end(),
                     [&](const Item& item) { return item.name == name; });
}

bool refersTo(const Table& table, const std::vector<Table>& others) {
  return std::any_of(
      table.foreignKeys.begin(), table.foreignKeys.end(),
      [&](const ForeignKey& key) { return key.table != table.name && hasName(others, key.table); });
}

template <typename Item>
Item take(std::vector<Item>& items, typename std::vector<Item>::iterator position) {
  Item item = std::move(*position);
  items.erase(position);
  return item;
}

/// Views in an order in which each finds those that it reads.
std::vector<View> readOnesFirst(std::vector<View> views, const Comparison& compare) {
  std::vector<View> sorted;
  while (!views.empty()) {
    auto next = std::find_if(views.begin(), views.end(), [&](const View& view) {
      return std::none_of(views.begin(), views.end(), [&](const View& other) {
        return other.name != view.name && mentions(compare.textOf(view.select), other.name);
      });
    });
    // A column may be called as a view is; such a circle is none.
    if (next == views.end()) next = views.begin();
    sorted.push_back(take(views, next));
  }
  return sorted;
}

}  // namespace

std::vector<Change> DiffSteps::inOrder() && {
  std::vector<Change> changes;
  for (std::vector<Change>* const part :
       {&dropTriggers,    &dropViews,      &dropForeignKeys, &dropIndexes,   &dropConstraints,
        &dropPrimaryKeys, &dropBefore,     &createTables,    &addColumns,    &addGenerated,
        &alterColumns,    &addPrimaryKeys, &addConstraints,  &createIndexes, &addForeignKeys,
        &dropGenerated,   &dropColumns,    &dropTables,      &createViews,   &createTriggers}) {
    std::move(part->begin(), part->end(), std::back_inserter(changes));
  }
  return changes;
}

void createInOrder(std::vector<Table> tables, const std::vector<std::string>& changing,
                   DiffSteps& steps) {
  while (!tables.empty()) {
    auto next = std::find_if(tables.begin(), tables.end(),
                             [&](const Table& table) { return !refersTo(table, tables); });
    if (next == tables.end()) next = tables.begin();
    Table table = take(tables, next);
    const auto later = std::stable_partition(
        table.foreignKeys.begin(), table.foreignKeys.end(), [&](const ForeignKey& key) {
          return !hasName(tables, key.table) &&
                 std::find(changing.begin(), changing.end(), key.table) == changing.end();
        });
    for (auto key = later; key != table.foreignKeys.end(); ++key)
      steps.addForeignKeys.push_back(AddForeignKey{table.name, *key});
    table.foreignKeys.erase(later, table.foreignKeys.end());
    steps.createTables.push_back(CreateTable{std::move(table)});
  }
}

void dropInOrder(std::vector<Table> tables, DiffSteps& steps) {
  while (!tables.empty()) {
    auto next = std::find_if(tables.begin(), tables.end(), [&](const Table& table) {
      return std::none_of(tables.begin(), tables.end(), [&](const Table& other) {
        return other.name != table.name && refersTo(other, {table});
      });
    });
    if (next == tables.end()) {
      // A circle: without their foreign keys the rest can go in any order.
      for (Table& table : tables) {
        for (const ForeignKey& key : table.foreignKeys) {
          if (key.table != table.name && hasName(tables, key.table))
            steps.dropForeignKeys.push_back(DropConstraint{table.name, key.name});
        }
        table.foreignKeys.clear();
      }
      next = tables.begin();
    }
    steps.dropTables.push_back(DropTable{take(tables, next).name});
  }
}

void createInOrder(std::vector<View> views, const Comparison& compare, DiffSteps& steps) {
  for (View& view : readOnesFirst(std::move(views), compare))
    steps.createViews.push_back(CreateView{std::move(view)});
}

void dropInOrder(std::vector<View> views, const Comparison& compare, DiffSteps& steps) {
  std::vector<View> sorted = readOnesFirst(std::move(views), compare);
  for (auto view = sorted.rbegin(); view != sorted.rend(); ++view)
    steps.dropViews.push_back(DropView{view->name});
}

}  // namespace repot::schema
