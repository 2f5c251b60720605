// The limits of the growth signals, at and around each.
#include "engine/signals/growth.hpp"

#include <gtest/gtest.h>

namespace repot::migrate {
namespace {

using Level = GrowthSignal::Level;

SourceFigures ofPages(std::int64_t pages, std::int64_t freePages = 0) {
  return {pages * 1000, pages, freePages, 1000};
}

Level levelOf(const std::string& name, const SourceFigures& figures,
              const DeclaredNeeds& needs = {}) {
  for (const GrowthSignal& signal : growthSignals(figures, needs)) {
    if (signal.name == name) return signal.level;
  }
  ADD_FAILURE() << "no signal is called " << name;
  return Level::none;
}

TEST(GrowthSignals, SizeCountsFromEightHundredMegabytes) {
  EXPECT_EQ(levelOf("size", ofPages(799'999)), Level::none);
  EXPECT_EQ(levelOf("size", ofPages(800'000)), Level::prepare);
  EXPECT_EQ(levelOf("size", ofPages(999'999)), Level::prepare);
  EXPECT_EQ(levelOf("size", ofPages(1'000'000)), Level::act);
}

TEST(GrowthSignals, FreePagesAreNoReasonToMove) {
  EXPECT_EQ(levelOf("size", ofPages(1'200'000, 500'000)), Level::none);
  const SourceFigures figures = ofPages(1'200'000, 500'000);
  EXPECT_NE(growthToText(figures, growthSignals(figures, {})).find("VACUUM"), std::string::npos);
  const SourceFigures full = ofPages(1'200'000, 1'000);
  EXPECT_EQ(growthToText(full, growthSignals(full, {})).find("VACUUM"), std::string::npos);
}

TEST(GrowthSignals, DeclaredNeedsCount) {
  EXPECT_EQ(levelOf("users", {}, {0, 1, 5}), Level::none);
  EXPECT_EQ(levelOf("users", {}, {0, 1, 6}), Level::prepare);
  EXPECT_EQ(levelOf("users", {}, {0, 1, 10}), Level::prepare);
  EXPECT_EQ(levelOf("users", {}, {0, 1, 11}), Level::act);
  EXPECT_EQ(levelOf("regions", {}, {0, 2, 0}), Level::act);
  EXPECT_EQ(levelOf("replicas", {}, {1, 1, 0}), Level::act);
  EXPECT_FALSE(anyReached(growthSignals({}, {})));
  EXPECT_TRUE(anyReached(growthSignals({}, {1, 1, 0})));
}

}  // namespace
}  // namespace repot::migrate
