// Which other tools' histories a database has.
#pragma once

#include "repot/schema/adopt.hpp"

#include <vector>

namespace repot::schema {

std::vector<OtherHistory> otherHistories(UnitOfWork& work, const Schema& live);

}  // namespace repot::schema
