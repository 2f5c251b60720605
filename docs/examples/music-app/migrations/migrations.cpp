#include "migrations/migrations.hpp"

namespace music {

repot::schema::Migrations migrations() {
  repot::schema::Migrations all;
  for (auto make : {initialSchema, downloadPriority, libraryManagement, automation,
                    performanceIndexes, dashboardWidgets, rowVersions})
    all.add(make());
  return all;
}

}  // namespace music
