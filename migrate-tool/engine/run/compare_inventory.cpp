// Properties are compared one by one, objects as sets; see compare_inventory.hpp.
#include "engine/run/compare_inventory.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

namespace repot::migrate {
namespace {

using Items = std::vector<InventoryItem>;
using ItemRefs = std::vector<const InventoryItem*>;

constexpr std::array<std::string_view, 9> properties{"persistence", "row-security", "type",
                                                     "collation",   "not-null",     "default",
                                                     "generated",   "identity",     "sequence"};

bool isProperty(const InventoryItem& item) {
  return std::find(properties.begin(), properties.end(), item.kind) != properties.end();
}
bool isView(const InventoryItem& item) {
  return item.kind == "view" || item.kind == "materialized-view";
}

/// By kind, table and name.
class Lookup {
 public:
  explicit Lookup(const Items& items) {
    for (const InventoryItem& item : items)
      items_.emplace(std::tuple(item.kind, item.table, item.name), &item);
  }
  const InventoryItem* find(const std::string& kind, const std::string& table,
                            const std::string& name) const {
    const auto found = items_.find({kind, table, name});
    return found == items_.end() ? nullptr : found->second;
  }

 private:
  std::map<std::tuple<std::string, std::string, std::string>, const InventoryItem*> items_;
};

/// The target's table of a planned one, by the pairing, or by its name alone.
std::string actualName(const Pairing& pairing, const TablePlan& planned) {
  for (std::size_t i = 0; i < pairing.tables.size(); ++i) {
    if (pairing.plan.tables[i].source == planned.source) return pairing.plan.tables[i].target;
  }
  return planned.target;
}

std::string_view nounOf(std::string_view kind) {
  if (kind == "primary-key") return "primary key";
  if (kind == "unique") return "unique key";
  if (kind == "foreign-key") return "foreign key";
  if (kind == "check") return "CHECK";
  if (kind == "exclusion") return "exclusion constraint";
  return kind;
}

std::string inQuotes(std::string_view name) {
  return "\"" + std::string(name) + "\"";
}

class TableComparison {
 public:
  TableComparison(const TablePlan& table, std::string actualTable, const Items& planned,
                  const Respelling& respelled, const Items& actual, const Lookup& lookup,
                  std::vector<ObjectFault>& faults)
      : table_(table),
        name_(std::move(actualTable)),
        planned_(planned),
        respelled_(respelled),
        actual_(actual),
        lookup_(lookup),
        faults_(faults) {}

  void run() {
    for (const InventoryItem& item : planned_) {
      if (item.table == table_.target && isProperty(item)) compareProperty(item);
    }
    compareOrder();
    compareSets();
  }

 private:
  void fault(const InventoryItem& item, const std::string& sentence) {
    faults_.push_back({item.kind, table_.source, item.name, sentence});
  }
  std::string onTable() const { return " of table " + inQuotes(name_); }

  /// Whether both mean the same, though a dump and restore may have changed the spelling.
  bool same(const InventoryItem& wanted, const std::string& found) {
    if (wanted.definition == found) return true;
    const bool expression = wanted.kind == "check" || wanted.kind == "index" ||
                            wanted.kind == "default" || wanted.kind == "generated";
    if (!expression || wanted.definition.empty() || found.empty()) return false;
    return respelled_(wanted) == found;
  }

  void compareProperty(const InventoryItem& wanted) {
    const InventoryItem* found = lookup_.find(wanted.kind, name_, wanted.name);
    // A column that is missing, or one that is no identity, was told already.
    if (found == nullptr || same(wanted, found->definition)) return;
    fault(wanted, sentence(wanted, found->definition));
  }

  std::string sentence(const InventoryItem& wanted, const std::string& found) const {
    const std::string subject = wanted.name.empty() ? "table " + inQuotes(name_)
                                                    : "column " + inQuotes(wanted.name) + onTable();
    if (wanted.kind == "persistence") {
      return subject + " is UNLOGGED: its rows are lost when the server crashes";
    }
    if (wanted.kind == "row-security") return subject + " has row-level security: " + found;
    if (wanted.kind == "type") return subject + " is " + found + ", not " + wanted.definition;
    if (wanted.kind == "not-null") {
      return subject + (found.empty() ? " has lost its NOT NULL" : " is NOT NULL, unlike planned");
    }
    if (wanted.kind == "identity" && found.empty()) return subject + " is no identity";
    if (wanted.kind == "generated" && found.empty()) return subject + " is no longer generated";
    const std::string noun = wanted.kind == "sequence" ? "identity" : wanted.kind;
    if (found.empty()) return subject + " has lost its " + noun + " " + wanted.definition;
    const std::string other = wanted.definition.empty() ? "none" : wanted.definition;
    return subject + " has the " + noun + " " + found + ", not " + other;
  }

  /// INSERT without a list of columns, and SELECT *, go by the order.
  void compareOrder() {
    std::vector<std::pair<std::string, std::string>> places;
    for (const ColumnPlan& column : table_.columns) {
      if (const InventoryItem* place = lookup_.find("place", name_, column.target))
        places.emplace_back(place->definition, column.target);
    }
    if (std::is_sorted(places.begin(), places.end())) return;
    std::sort(places.begin(), places.end());
    std::string order;
    for (const auto& [place, column] : places)
      order += (order.empty() ? "" : ", ") + column;
    faults_.push_back({"place", table_.source, table_.source,
                       "the columns" + onTable() + " are in another order: " + order});
  }

  void compareSets() {
    std::set<std::string> kinds;
    const auto collect = [&](const Items& items, const std::string& table) {
      for (const InventoryItem& item : items) {
        if (item.table == table && !isProperty(item) && !isView(item) && item.kind != "place")
          kinds.insert(item.kind);
      }
    };
    collect(planned_, table_.target);
    collect(actual_, name_);
    for (const std::string& kind : kinds)
      compareSet(of(planned_, table_.target, kind), of(actual_, name_, kind));
  }
  static ItemRefs of(const Items& items, const std::string& table, const std::string& kind) {
    ItemRefs found;
    for (const InventoryItem& item : items) {
      if (item.table == table && item.kind == kind) found.push_back(&item);
    }
    return found;
  }

  void compareSet(ItemRefs wanted, ItemRefs found) {
    // Those of equal names first, so that no other takes them.
    for (const bool namesake : {true, false}) {
      std::erase_if(wanted, [&](const InventoryItem* item) {
        const auto twin = std::find_if(found.begin(), found.end(), [&](const InventoryItem* other) {
          return (!namesake || other->name == item->name) && same(*item, other->definition);
        });
        if (twin == found.end()) return false;
        compareState(*item, **twin);
        found.erase(twin);
        return true;
      });
    }
    for (const InventoryItem* item : wanted) {
      const auto namesake = std::find_if(
          found.begin(), found.end(), [&](const auto* other) { return other->name == item->name; });
      if (namesake == found.end()) {
        fault(*item, called(*item) + " is missing");
        continue;
      }
      fault(*item, called(*item) + " is another: " + (*namesake)->definition);
      found.erase(namesake);
    }
    for (const InventoryItem* item : found) {
      if (item->kind == "index" && !item->definition.starts_with("UNIQUE ")) continue;
      fault(*item, called(*item) + " is in the target only");
    }
  }

  /// 'the foreign key "t_p_fkey" of table "t", FOREIGN KEY (p) REFERENCES p(id),'
  std::string called(const InventoryItem& item) const {
    constexpr std::string_view primary = "PRIMARY KEY";
    if (item.kind == "primary-key" && item.definition.starts_with(primary))
      return "the primary key" + item.definition.substr(primary.size()) + onTable();
    return "the " + std::string(nounOf(item.kind)) + ' ' + inQuotes(item.name) + onTable() + ", " +
           item.definition + ',';
  }

  void compareState(const InventoryItem& wanted, const InventoryItem& found) {
    if (wanted.valid && !found.valid) fault(found, called(found) + " is not valid");
    if (wanted.enabled && !found.enabled) fault(found, called(found) + " is disabled");
  }

  const TablePlan& table_;
  const std::string name_;
  const Items& planned_;
  const Respelling& respelled_;
  const Items& actual_;
  const Lookup& lookup_;
  std::vector<ObjectFault>& faults_;
};

void compareViews(const Items& planned, const Respelling& respelled, const Plan& plan,
                  const Lookup& lookup, std::vector<ObjectFault>& faults) {
  for (const ViewPlan& view : plan.views) {
    const std::string& name = view.shape.target;
    const auto wanted = std::find_if(
        planned.begin(), planned.end(),
        [&](const InventoryItem& item) { return item.kind == "view" && item.table == name; });
    if (wanted == planned.end()) continue;
    const auto tell = [&](const std::string& sentence) {
      faults.push_back({"view", "", view.shape.source, "the view " + inQuotes(name) + sentence});
    };
    if (lookup.find("materialized-view", name, "") != nullptr) {
      tell(" is a materialized view: it does not follow its tables");
      continue;
    }
    const InventoryItem* found = lookup.find("view", name, "");
    if (found == nullptr || found->definition == wanted->definition) continue;
    if (respelled(*wanted) == found->definition) continue;
    tell(" is another:" + found->definition);
  }
}

}  // namespace

Likeness likenessOf(const Pairing& pairing, const Plan& plan,
                    const std::vector<InventoryItem>& planned,
                    const std::vector<InventoryItem>& actual) {
  const Lookup wanted(planned);
  const Lookup found(actual);
  Likeness likeness;
  for (const TablePlan& table : plan.tables) {
    const std::string name = actualName(pairing, table);
    for (const ColumnPlan& column : table.columns) {
      const bool alike =
          std::all_of(properties.begin(), properties.end(), [&](std::string_view property) {
            if (property != "type" && property != "collation" && property != "identity")
              return true;
            const std::string kind(property);
            const InventoryItem* ours = wanted.find(kind, table.target, column.target);
            const InventoryItem* theirs = found.find(kind, name, column.target);
            return ours != nullptr && theirs != nullptr && ours->definition == theirs->definition;
          });
      ++likeness.columns;
      likeness.alike += alike ? 1 : 0;
      if (column.collation.empty()) continue;
      ++likeness.collated;
      likeness.collatedAlike += alike ? 1 : 0;
    }
  }
  return likeness;
}

void compareInventories(const Pairing& pairing, const Plan& plan,
                        const std::vector<InventoryItem>& planned, const Respelling& respelled,
                        const std::vector<InventoryItem>& actual,
                        std::vector<ObjectFault>& faults) {
  const Lookup lookup(actual);
  for (const TablePlan& table : plan.tables) {
    const std::string name = actualName(pairing, table);
    // What is missing as a whole is told as one.
    if (lookup.find("persistence", name, "") == nullptr) continue;
    TableComparison(table, name, planned, respelled, actual, lookup, faults).run();
  }
  compareViews(planned, respelled, plan, lookup, faults);
}

}  // namespace repot::migrate
