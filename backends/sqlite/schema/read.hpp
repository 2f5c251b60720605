// The live schema of an SQLite database.
#pragma once

#include <repot/schema/model.hpp>

namespace repot {
class UnitOfWork;
}

namespace repot::sqlite {

/// Sorted by name. Virtual tables and their shadows, SQLite's own tables and those of Repot
/// (repot_…) are left out. A table whose statement is not understood has that in `notCarried`.
schema::Schema readSchema(UnitOfWork& work);

}  // namespace repot::sqlite
