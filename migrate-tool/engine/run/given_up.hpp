// What the server turned out unable to make of the rows: out of the plan it goes, into the report,
// and into the target as a mark, by which `repot verify` tells it from what was lost later.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/control.hpp"
#include "engine/run/inventory.hpp"

#include <string>
#include <vector>

namespace repot::migrate {

/// Changes the plan to one without the thing, and reports it there. False where the plan has no
/// such thing.
bool giveUp(Plan& plan, const GivenUp& thing);

/// Marks the tables in the schema on the search path, each by a comment (see
/// docs/formats/given-up.md) that a dump and restore keep.
void markGivenUp(Control& control, const Plan& plan);

/// What is marked in the target's schema and is in fact not there, by its inventory. Marks that
/// cannot be read are none.
std::vector<GivenUp> readGivenUp(Control& control, const std::string& schema,
                                 const std::vector<InventoryItem>& actual);

}  // namespace repot::migrate
