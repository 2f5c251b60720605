// Findings and faults name objects as the source does.
#pragma once

#include "engine/plan.hpp"

#include <repot/sqlite/grammar/parser.hpp>

#include <string>

namespace repot::migrate {

/// The name of the index that the source created; of a constraint that of the target.
inline std::string sourceNameOf(const ObjectPlan& object) {
  const auto parsed = sql::parseCreateIndex(object.source);
  return parsed ? parsed.value->name : object.name;
}

}  // namespace repot::migrate
