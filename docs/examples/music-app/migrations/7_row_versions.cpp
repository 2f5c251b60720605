// Artists and tracks are fed by several providers at once: a version per row keeps one from writing
// over what another has just stored.
#include "migrations/columns.hpp"
#include "migrations/migrations.hpp"

namespace music {

using repot::schema::Changes;

repot::schema::Migration rowVersions() {
  return {"d27f18c04a9e",
          "Versions of artists and tracks",
          {"0b88b6152c1d"},
          [](Changes& changes) {
            for (const char* table : {"artists", "tracks"})
              changes.addColumn(
                  table, columnWithDefault("version", repot::ColumnType::integer, std::int64_t{0}));
          },
          [](Changes& changes) {
            for (const char* table : {"tracks", "artists"})
              changes.dropColumn(table, "version");
          }};
}

}  // namespace music
