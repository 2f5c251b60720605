// The plan for people: as a listing with reasons, and as the DDL in full.
#pragma once

#include "plan.hpp"

#include <string>

namespace repot::migrate {

/// Every statement that the plan runs, in order, as a script for psql.
std::string planToSql(const Plan& plan);
/// Tables and columns with type and reason, objects, findings by weight.
std::string planToText(const Plan& plan);

}  // namespace repot::migrate
