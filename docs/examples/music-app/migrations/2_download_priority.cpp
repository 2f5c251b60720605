// Downloads get a priority.
#include "migrations/columns.hpp"
#include "migrations/migrations.hpp"

namespace music {

using repot::schema::Changes;

repot::schema::Migration downloadPriority() {
  return {
      "46d1c2c2f85b",
      "Downloads have a priority",
      {"259d78cbdfef"},
      [](Changes& changes) {
        changes
            .addColumn("downloads",
                       columnWithDefault("priority", repot::ColumnType::integer, std::int64_t{0}))
            .createIndex("downloads", {"priority", "created_at"}, "ix_downloads_priority_created");
      },
      [](Changes& changes) {
        changes.dropIndex("downloads", "ix_downloads_priority_created")
            .dropColumn("downloads", "priority");
      }};
}

}  // namespace music
