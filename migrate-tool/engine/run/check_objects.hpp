// Whether the target has every object of the plan, valid, and its identities in the right position.
#pragma once

#include "engine/plan.hpp"

#include <repot/url.hpp>

#include <string>
#include <vector>

namespace repot::migrate {

/// Sentences about what is missing or wrong; empty where all is as planned. Views are left to their
/// creation, which fails where it does not succeed. Read-only.
std::vector<std::string> checkObjects(const DatabaseUrl& target, const std::string& schema,
                                      const Plan& plan);

}  // namespace repot::migrate
