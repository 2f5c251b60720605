// What a live schema of SQLite has and schema::Schema does not say.
#pragma once

#include <repot/schema/dialect.hpp>

#include <vector>

namespace repot::sqlite {

std::vector<schema::NativeObject> nativeObjects(UnitOfWork& work);

}  // namespace repot::sqlite
