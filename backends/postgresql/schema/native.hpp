// What a live schema of PostgreSQL has and schema::Schema does not say.
#pragma once

#include <repot/schema/dialect.hpp>

#include <vector>

namespace repot::postgresql {

std::vector<schema::NativeObject> nativeObjects(UnitOfWork& work);

}  // namespace repot::postgresql
