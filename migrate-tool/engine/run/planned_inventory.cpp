// Everything unqualified goes to the temporary schema, which leads the search path; see
// planned_inventory.hpp.
#include "engine/run/planned_inventory.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace repot::migrate {
namespace {

constexpr const char* temporary = "pg_temp";
constexpr const char* again = "repot_again";

std::string respellSql(const InventoryItem& item, const std::string& type) {
  const std::string table = "ALTER TABLE " + quoteIdentifier(item.table);
  if (item.kind == "check") {
    return table + " ADD CONSTRAINT " + again + ' ' + item.definition;
  }
  if (item.kind == "default" || item.kind == "generated") {
    const bool computed = item.kind == "generated";
    return table + " ADD COLUMN " + again + ' ' + type +
           (computed ? " GENERATED ALWAYS AS (" : " DEFAULT ") + item.definition +
           (computed ? ") STORED" : "");
  }
  if (item.kind == "view") return std::string("CREATE VIEW ") + again + " AS " + item.definition;
  if (item.kind == "index") {
    constexpr std::string_view unique = "UNIQUE ";
    const bool isUnique = item.definition.starts_with(unique);
    return "CREATE " + std::string(isUnique ? unique : "") + "INDEX " + again + " ON " +
           quoteIdentifier(item.table) + ' ' + item.definition.substr(isUnique ? unique.size() : 0);
  }
  return {};
}

}  // namespace

PlannedInventory::PlannedInventory(const DatabaseUrl& target, const Plan& plan) : control_(target) {
  control_.execute("BEGIN READ WRITE");
  control_.setSearchPath(temporary);
  std::string script;
  for (const TablePlan& table : plan.tables)
    script += createTableSql(table) + ";\n";
  for (const ObjectPlan& object : plan.objects)
    script += object.sql + ";\n";
  if (!script.empty()) control_.execute(script);
  for (const ViewPlan& view : plan.views) {
    control_.execute("SAVEPOINT view");
    try {
      control_.execute(view.sql);
    } catch (const Error&) {
      // A migration goes on without a view that PostgreSQL does not take, and reports it.
      control_.execute("ROLLBACK TO SAVEPOINT view");
    }
  }
  if (!plan.tables.empty()) items_ = readInventory(control_, temporary);
}

PlannedInventory::~PlannedInventory() {
  try {
    control_.execute("ROLLBACK");
  } catch (const Error&) {
    // The connection is gone, and the transaction with it.
  }
}

std::optional<std::string> PlannedInventory::respelled(const InventoryItem& item) {
  const auto same = [&](const InventoryItem& other, std::string_view kind,
                        const std::string& name) {
    return other.table == item.table && other.kind == kind && other.name == name;
  };
  std::string type;
  for (const InventoryItem& other : items_) {
    if (same(other, "type", item.name)) type = other.definition;
  }
  const std::string sql = respellSql(item, type);
  if (sql.empty()) return std::nullopt;
  std::optional<std::string> spelling;
  control_.execute("SAVEPOINT again");
  try {
    control_.execute(sql);
    const std::vector<InventoryItem> items = readInventory(control_, temporary);
    const auto found = std::find_if(items.begin(), items.end(), [&](const InventoryItem& other) {
      return other.kind == item.kind && (other.name == again || other.table == again);
    });
    if (found != items.end()) spelling = found->definition;
  } catch (const Error&) {
    // What cannot be made again differs.
  }
  control_.execute("ROLLBACK TO SAVEPOINT again");
  return spelling;
}

bool deniesTemporaryTables(const Error& error) {
  constexpr std::array<std::string_view, 4> states{"42501", "25006", "0A000", "53200"};
  return std::find(states.begin(), states.end(), error.sqlState()) != states.end();
}

}  // namespace repot::migrate
