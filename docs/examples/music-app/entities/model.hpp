// The tables that the entities describe, to be compared with those that the migrations make.
#pragma once

#include <repot/schema/model.hpp>

namespace music {

repot::schema::Schema model();

}  // namespace music
