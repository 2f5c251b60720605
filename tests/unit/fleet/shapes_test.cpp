// Files grouped by their schemas, and in what the rare ones differ.
#include "engine/fleet/shapes.hpp"

#include <gtest/gtest.h>

namespace repot::migrate {
namespace {

SourceSchema schemaOf(const std::string& digest, std::vector<std::string> columns) {
  SourceSchema schema;
  schema.digest = digest;
  SourceTable& table = schema.tables.emplace_back();
  table.name = "t";
  for (std::string& name : columns) {
    SourceColumn& column = table.columns.emplace_back();
    column.name = std::move(name);
    column.declaredType = "TEXT";
  }
  return schema;
}

TEST(Shapes, TheCommonestIsFirstAndTheOthersDifferFromIt) {
  Shapes shapes;
  shapes.add("odd.db", schemaOf("b", {"x", "z"}));
  for (int i = 0; i < 7; ++i)
    shapes.add("usual" + std::to_string(i), schemaOf("a", {"x", "y"}));
  shapes.add("spelled.db", schemaOf("c", {"x", "y"}));
  shapes.add("spelled too.db", schemaOf("c", {"x", "y"}));
  const std::vector<Shape> found = shapes.finish();
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].tenants, 7U);
  EXPECT_EQ(found[0].sources.size(), Shapes::mostSources);
  EXPECT_TRUE(found[0].differences.empty());
  EXPECT_EQ(found[1].tenants, 2U);
  ASSERT_EQ(found[1].differences.size(), 1U);
  EXPECT_TRUE(found[1].differences[0].starts_with("only the text differs"));
  EXPECT_EQ(found[2].sources, std::vector<std::string>{"odd.db"});
  EXPECT_EQ(found[2].differences,
            (std::vector<std::string>{"lacks column t.y TEXT", "has column t.z TEXT"}));
}

TEST(Shapes, DifferencesAreCountedBeyondThoseThatAreKept) {
  Shapes shapes;
  std::vector<std::string> many;
  for (int i = 0; i < 20; ++i)
    many.push_back("c" + std::to_string(i));
  shapes.add("usual", schemaOf("a", {"x"}));
  shapes.add("usual too", schemaOf("a", {"x"}));
  shapes.add("wide", schemaOf("b", many));
  const std::vector<Shape> found = shapes.finish();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[1].differences.size(), Shapes::mostDifferences);
  EXPECT_EQ(found[1].differenceCount, 21U);
}

TEST(Shapes, NoneOfNothing) {
  EXPECT_TRUE(Shapes().finish().empty());
}

}  // namespace
}  // namespace repot::migrate
