// Views in a verification: those that are missing, and on request the rows of all.
#pragma once

#include "engine/run/inventory.hpp"
#include "engine/run/verify_context.hpp"

#include <vector>

namespace repot::migrate {

/// A view of the plan that the target lacks is a fault, unless a migration would not have kept it:
/// its translation fails or has other rows, which is found by making it as a temporary view.
void verifyMissingViews(VerifyContext& context, const Plan& plan,
                        const std::vector<InventoryItem>& actual);

/// Compares the rows of each view that both sides have, whoever made it.
void verifyViewRows(VerifyContext& context, const Plan& plan);

}  // namespace repot::migrate
