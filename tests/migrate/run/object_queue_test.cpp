// Which keys and indexes are made side by side, and which wait for each other.
#include <engine/run/object_queue.hpp>
#include <gtest/gtest.h>

#include <string>
#include <tuple>

namespace repot::migrate {
namespace {

using Kind = ObjectPlan::Kind;

void addTable(Plan& plan, const std::string& name, std::int64_t bytes) {
  TablePlan& table = plan.tables.emplace_back();
  table.target = name;
  table.bytes = bytes;
  for (const auto& [kind, prefix, sql] :
       {std::tuple(Kind::index, "first_", "CREATE INDEX"),
        std::tuple(Kind::primaryKey, "key_", "ALTER TABLE"),
        std::tuple(Kind::index, "second_", "CREATE UNIQUE INDEX"),
        std::tuple(Kind::foreignKey, "foreign_", "ALTER TABLE")}) {
    ObjectPlan& object = plan.objects.emplace_back();
    object.kind = kind;
    object.table = name;
    object.name = prefix + name;
    object.sql = sql;
  }
}

std::string namesOf(const ObjectTask* task) {
  std::string names;
  for (const ObjectPlan* object : task->objects)
    names += object->name + ' ';
  return names;
}

TEST(ObjectQueue, TakesTheLargestFirstAndKeysBeforeIndexes) {
  Plan plan;
  addTable(plan, "small", 10);
  addTable(plan, "large", 20 << 20);
  addTable(plan, "huge", 30 << 20);
  addTable(plan, "tiny", 5);
  ObjectQueue queue(plan);
  Progress progress;
  const ObjectTask* hugeKey = queue.take(progress);
  EXPECT_EQ(namesOf(hugeKey), "key_huge ");
  // Nothing of `huge` as long as its key is made.
  const ObjectTask* largeKey = queue.take(progress);
  EXPECT_EQ(namesOf(largeKey), "key_large ");
  queue.done(*hugeKey);
  // Its indexes then stand side by side.
  EXPECT_EQ(namesOf(queue.take(progress)), "first_huge ");
  EXPECT_EQ(namesOf(queue.take(progress)), "second_huge ");
  // Small tables are made at once, each object in the plan's order, and without foreign keys.
  EXPECT_EQ(namesOf(queue.take(progress)),
            "first_small key_small second_small first_tiny key_tiny second_tiny ");
  queue.done(*largeKey);
  EXPECT_EQ(namesOf(queue.take(progress)), "first_large ");
  EXPECT_EQ(namesOf(queue.take(progress)), "second_large ");
  EXPECT_EQ(queue.take(progress), nullptr);
}

TEST(ObjectQueue, EndsTheWaitWhenTheRunIsStopped) {
  Plan plan;
  addTable(plan, "large", 20 << 20);
  ObjectQueue queue(plan);
  Progress progress;
  ASSERT_NE(queue.take(progress), nullptr);
  progress.stop = true;
  EXPECT_THROW(queue.take(progress), Error);
}

}  // namespace
}  // namespace repot::migrate
