// The live schema of a PostgreSQL database.
#pragma once

#include <repot/schema/model.hpp>

namespace repot {
class UnitOfWork;
}

namespace repot::postgresql {

/// The first schema of the search path, sorted by name, without what belongs to extensions and
/// Repot's own tables (repot_…). SQL is as the server spells it, which is not as it was written.
schema::Schema readSchema(UnitOfWork& work);

}  // namespace repot::postgresql
