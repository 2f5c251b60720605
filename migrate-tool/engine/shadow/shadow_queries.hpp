// What is asked where nobody gave queries, and what can be told of a query by its words.
#pragma once

#include "engine/plan.hpp"
#include "engine/shadow/shadow.hpp"

#include <repot/sqlite/bulk.hpp>

#include <string_view>
#include <vector>

namespace repot::migrate {

/// Of each table the number of rows, its first rows in the order of an integer key, and some rows
/// by that; of each view all rows.
std::vector<ShadowQuery> queriesOf(const Plan& plan, sqlite::SqliteReader& reader);

/// Whether the rows of the whole answer are in an order.
bool isOrdered(std::string_view sql);

}  // namespace repot::migrate
