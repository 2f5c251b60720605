// The items that a plan's statements make, as this server spells them: the statements are run, on
// empty temporary tables, in a transaction that is rolled back.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/control.hpp"
#include "engine/run/inventory.hpp"

#include <repot/error.hpp>
#include <repot/url.hpp>

#include <optional>
#include <string>
#include <vector>

namespace repot::migrate {

/// Holds a connection and its open transaction. Thread-safety: one thread at a time.
class PlannedInventory {
 public:
  /// Needs the right to make temporary tables. Throws Error, as where a plan's statement fails.
  PlannedInventory(const DatabaseUrl& target, const Plan& plan);
  ~PlannedInventory();
  PlannedInventory(const PlannedInventory&) = delete;
  PlannedInventory& operator=(const PlannedInventory&) = delete;

  const std::vector<InventoryItem>& items() const noexcept { return items_; }
  /// How the item is spelled once it was dumped and restored, which is not always as before:
  /// `x IN ('a')` of a varchar column changes its casts. Absent where it cannot be made again.
  std::optional<std::string> respelled(const InventoryItem& item);

 private:
  Control control_;
  std::vector<InventoryItem> items_;
};

/// Whether the error says that the server makes no temporary tables for us: no right, a read-only
/// standby, or too many of them.
bool deniesTemporaryTables(const Error& error);

}  // namespace repot::migrate
