// The versions of the schema.
#pragma once

#include <repot/schema/migration.hpp>

namespace app {

/// All of them, from the first.
repot::schema::Migrations migrations();

}  // namespace app
