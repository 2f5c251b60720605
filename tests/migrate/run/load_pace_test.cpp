// How many streams load, and in chunks of what size: by what was measured, at a clock of the
// test's own.
#include "engine/run/load_pace.hpp"

#include <gtest/gtest.h>

namespace repot::migrate {
namespace {

constexpr std::int64_t mebibyte = std::int64_t{1} << 20;
constexpr std::int64_t plenty = std::int64_t{1} << 40;

/// Ten chunks in four seconds, in which all streams together load so many MiB a second.
class Loading {
 public:
  explicit Loading(const LoadPace::Limits& limits) : pace(limits, now_) {}
  void at(std::int64_t mebibytesPerSecond) {
    constexpr int chunks = 10;
    const std::chrono::milliseconds each(400);
    for (int i = 0; i < chunks; ++i) {
      now_ += each;
      const std::int64_t bytes = mebibytesPerSecond * mebibyte * 4 / chunks;
      pace.note(bytes, each * static_cast<int>(pace.streams()), now_);
    }
  }

 private:
  LoadPace::Clock::time_point now_{};

 public:
  LoadPace pace;
};

TEST(LoadPace, AStreamIsAddedAsLongAsItBringsATenth) {
  Loading loading({2, 8, 0});
  EXPECT_EQ(loading.pace.streams(), 2U);
  EXPECT_TRUE(loading.pace.admits(1));
  EXPECT_FALSE(loading.pace.admits(2));
  loading.at(100);
  EXPECT_EQ(loading.pace.streams(), 3U);
  loading.at(140);
  EXPECT_EQ(loading.pace.streams(), 4U);
  loading.at(145);  // Not worth it.
  EXPECT_EQ(loading.pace.streams(), 3U);
  loading.at(400);
  loading.at(10);
  EXPECT_EQ(loading.pace.streams(), 3U) << "what is settled stays";
}

TEST(LoadPace, NoMoreThanAreAllowed) {
  Loading loading({2, 3, 0});
  for (const std::int64_t rate : {100, 200, 400, 800})
    loading.at(rate);
  EXPECT_EQ(loading.pace.streams(), 3U);
  Loading fixed({5, 5, 0});
  fixed.at(100);
  fixed.at(1);
  EXPECT_EQ(fixed.pace.streams(), 5U);
}

TEST(LoadPace, AChunkIsWhatAStreamLoadsInASecond) {
  Loading loading({2, 2, 0});
  const std::int64_t first = loading.pace.chunkBytes(plenty);
  EXPECT_GE(first, LoadPace::chunkBytesMin);
  loading.at(60);
  EXPECT_NEAR(static_cast<double>(loading.pace.chunkBytes(plenty)), 30.0 * mebibyte, mebibyte);
  loading.at(2000);
  loading.at(2000);
  EXPECT_EQ(loading.pace.chunkBytes(plenty), LoadPace::chunkBytesMax);
  for (int i = 0; i < 3; ++i)
    loading.at(1);
  EXPECT_EQ(loading.pace.chunkBytes(plenty), LoadPace::chunkBytesMin);
}

TEST(LoadPace, ChunksBecomeSmallerTowardsTheEnd) {
  Loading loading({2, 2, 0});
  loading.at(200);
  EXPECT_EQ(loading.pace.chunkBytes(80 * mebibyte), 20 * mebibyte);
  EXPECT_EQ(loading.pace.chunkBytes(1), LoadPace::chunkBytesMin);
}

TEST(LoadPace, ASizeThatIsAskedForHolds) {
  Loading loading({2, 2, 12345});
  loading.at(200);
  EXPECT_EQ(loading.pace.chunkBytes(plenty), 12345);
  EXPECT_EQ(loading.pace.chunkBytes(1), 12345);
  EXPECT_EQ(loading.pace.smallestChunk(), 12345);
}

}  // namespace
}  // namespace repot::migrate
