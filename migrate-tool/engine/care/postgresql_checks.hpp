// The checks of a PostgreSQL database.
#pragma once

#include "engine/care/chart.hpp"

#include <repot/url.hpp>

namespace repot::care {

void checkPostgresql(const DatabaseUrl& database, Chart& chart);

}  // namespace repot::care
