// Repaired text: by the encoder's code and by ICU, which must agree on any bytes.
#include <engine/run/canonical_repair.hpp>
#include <engine/text_check.hpp>
#include <engine/text_repair.hpp>
#include <engine/zone.hpp>
#include <gtest/gtest.h>

#include <random>
#include <string>

namespace repot::migrate::test {
namespace {

std::string repaired(const ColumnPlan& column, const std::string& text) {
  std::string buffer;
  return std::string(repairText(column, text, buffer));
}

TEST(TextRepair, both_implementations_agree_on_random_bytes) {
  std::mt19937 random(7);
  constexpr std::string_view leads =
      "\xc3\xe2\xed\xf0\xf4\x80\xa9\xbf\xff"
      "a";
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (std::size_t length = random() % 8; length > 0; --length) {
      const bool likely = random() % 2 == 0;
      text += likely ? leads[random() % leads.size()] : static_cast<char>(random() % 256);
    }
    for (const Utf8Repair utf8 : {Utf8Repair::replace, Utf8Repair::latin1, Utf8Repair::cp1252}) {
      for (const NulRepair nul : {NulRepair::strip, NulRepair::replace, NulRepair::escape}) {
        ColumnPlan column;
        column.utf8Repair = utf8;
        column.nulRepair = nul;
        const std::string ours = repaired(column, text);
        ASSERT_EQ(ours, canonical::repairedText(column, text)) << testing::PrintToString(text);
        const TextCheck check = checkText(ours);
        ASSERT_TRUE(check.validUtf8 && !check.hasNul);
      }
    }
  }
}

TEST(TextRepair, what_is_sound_stays_where_it_is) {
  ColumnPlan column;
  column.utf8Repair = Utf8Repair::latin1;
  const std::string text = "caf\xc3\xa9";
  std::string buffer;
  EXPECT_EQ(repairText(column, text, buffer).data(), text.data());
}

TEST(Zone, doubtful_hours_have_no_instant) {
  const Zone berlin("Europe/Berlin");
  constexpr std::int64_t hour = 3'600'000'000;
  constexpr std::int64_t march28 = 18'714 * 24 * hour;    // 2021-03-28, 02:00 to 03:00 do not exist
  constexpr std::int64_t october31 = 18'931 * 24 * hour;  // 2021-10-31, 02:00 to 03:00 come twice
  EXPECT_EQ(berlin.toUtc(march28 + hour), march28);
  EXPECT_FALSE(berlin.toUtc(march28 + 2 * hour + 1));
  EXPECT_EQ(berlin.toUtc(march28 + 3 * hour), march28 + hour);
  EXPECT_FALSE(berlin.toUtc(october31 + 2 * hour + hour / 2));
  EXPECT_EQ(berlin.toUtc(-1), -hour - 1) << "rounds down before 1970";
  EXPECT_ANY_THROW(Zone("Mars/Base"));
}

}  // namespace
}  // namespace repot::migrate::test
