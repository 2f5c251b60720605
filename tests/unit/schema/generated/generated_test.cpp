// The generated migration, compiled, does what it was written for.
#include "../random_schema.hpp"
#include "samples.hpp"

#include <repot/schema/draft.hpp>
#include <repot/schema/migration.hpp>

#include <gtest/gtest.h>

repot::schema::Migration migration_0007_a();

namespace repot::schema {
namespace {

Schema made(Schema schema, const std::function<void(Changes&)>& steps) {
  Changes changes;
  steps(changes);
  for (const Change& change : changes.all())
    apply(schema, change);
  return sortedSchema(schema);
}

TEST(GeneratedMigration, LeadsUpAndDownAgain) {
  const Migration migration = migration_0007_a();
  EXPECT_EQ(migration.id, "0007-a");
  EXPECT_EQ(migration.description, "a \"sample\"");
  EXPECT_EQ(migration.after, std::vector<std::string>{"0006"});
  EXPECT_EQ(made(sampleBefore(), migration.up), sortedSchema(sampleAfter()));
  EXPECT_EQ(made(sampleAfter(), migration.down), sortedSchema(sampleBefore()));
}

TEST(GeneratedMigration, MarksWhatIsLost) {
  const std::string text = draftToCpp(draftMigration(sampleBefore(), sampleAfter(), {}));
  EXPECT_NE(text.find("// DATA IS LOST: loses the table plays with all its rows"),
            std::string::npos);
  EXPECT_NE(text.find("// DATA IS LOST: loses the column tracks.old"), std::string::npos);
}

TEST(GeneratedMigration, LeavesTablesOfOtherToolsAlone) {
  Schema live = sampleBefore();
  live.tables.emplace_back().name = "alembic_version";
  const Draft draft = draftMigration(live, sampleBefore(), {});
  EXPECT_TRUE(draft.up.empty());
}

}  // namespace
}  // namespace repot::schema
