// Compares a target that Repot made with what the plan makes: every type, default, key, check,
// index, trigger, rule and view by its definition, as the server itself spells both.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/compare_objects.hpp"
#include "engine/run/inventory.hpp"
#include "engine/run/pairing.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace repot::migrate {

/// How many columns of a plan a target has with the planned type, collation and identity.
struct Likeness {
  std::size_t columns = 0;
  std::size_t alike = 0;
  std::size_t collated = 0;  ///< Those to which the plan gives a collation, as no other tool does.
  std::size_t collatedAlike = 0;
  /// Whether Repot seems to have made the target: few of its columns were altered.
  bool convinces() const {
    return columns > 0 && 2 * alike >= columns && (collated < 2 || collatedAlike > 0);
  }
};
Likeness likenessOf(const Pairing& pairing, const Plan& plan,
                    const std::vector<InventoryItem>& planned,
                    const std::vector<InventoryItem>& actual);

/// How an item is spelled once it was dumped and restored; absent where it cannot be made again.
using Respelling = std::function<std::optional<std::string>(const InventoryItem&)>;

/// Appends what the target lacks, has otherwise, or has besides, where that can change data or
/// behaviour: an index more that is not unique is none. Objects are paired by their definitions, so
/// that a name does not matter. Views that are missing are left to the caller.
void compareInventories(const Pairing& pairing, const Plan& plan,
                        const std::vector<InventoryItem>& planned, const Respelling& respelled,
                        const std::vector<InventoryItem>& actual, std::vector<ObjectFault>& faults);

}  // namespace repot::migrate
