// What an SQLite database holds, in brief: rows and a digest for each table, and its schema.
#pragma once

#include <repot/copier.hpp>
#include <repot/sqlite/bulk.hpp>

namespace repot::sqlite {

/// As the source's snapshot sees it. A virtual table's rows are those of the tables behind it. The
/// schema's own table is among the tables. Throws Error.
DatabaseContents readContents(SqliteSource& source, const CopyObserver& observer);

}  // namespace repot::sqlite
