// The versions of the music library's schema. The first six have the ids that Alembic gave them in
// the application's first life, so that a database that Alembic made is taken over at its version.
#pragma once

#include <repot/schema/migration.hpp>

namespace music {

repot::schema::Migrations migrations();

// Each in a file of its own.
repot::schema::Migration initialSchema();       // 259d78cbdfef
repot::schema::Migration downloadPriority();    // 46d1c2c2f85b
repot::schema::Migration libraryManagement();   // aa15670cdf15
repot::schema::Migration automation();          // bb16770eeg26
repot::schema::Migration performanceIndexes();  // cc17880fff37
repot::schema::Migration dashboardWidgets();    // 0b88b6152c1d
repot::schema::Migration rowVersions();         // d27f18c04a9e

}  // namespace music
