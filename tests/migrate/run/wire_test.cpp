// The encoder's binary forms, read back by the verifier's decoder: neither shares code with the
// other.
#include "engine/run/wire.hpp"

#include "engine/run/canonical.hpp"
#include "engine/run/number_text.hpp"

#include <repot/formats.hpp>

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

namespace repot::migrate {
namespace {

/// What the decoder makes of one encoded field of `type`.
std::string decoded(const ByteBuffer& field, PgType type) {
  ColumnPlan column;
  column.type = type;
  postgresql::CopyReader::Field sent;
  sent.null = false;
  sent.bytes = std::string_view(field.data() + 4, field.size() - 4);
  ByteBuffer canonical;
  appendTargetValue(canonical, column, sent);
  return std::string(canonical.view().substr(9));
}

std::string numericRoundTrip(std::string_view text) {
  ByteBuffer field;
  wire::appendNumeric(field, text);
  return decoded(field, PgType::numeric);
}

TEST(WireTest, NumericsOfEveryShape) {
  const std::pair<const char*, const char*> cases[] = {
      {"0", "0"},
      {"-0", "0"},
      {"0.0", "0"},
      {"1", "1"},
      {"-1", "-1"},
      {"10", "10"},
      {"9999", "9999"},
      {"10000", "10000"},
      {"100000000", "100000000"},
      {"0.1", "0.1"},
      {"0.0001", "0.0001"},
      {"0.00001", "0.00001"},
      {"0.00000001", "0.00000001"},
      {"12345.6789", "12345.6789"},
      {"-99999.99999", "-99999.99999"},
      {"1e3", "1000"},
      {"1.5e-7", "0.00000015"},
      {"1E+2", "100"},
      {"00012.50", "12.5"},
      {"9223372036854775807", "9223372036854775807"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"1e21", "1000000000000000000000"}};
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(numericRoundTrip(text), expected) << text;
}

TEST(WireTest, EveryDoubleIsTheSameNumeric) {
  std::mt19937_64 random(3);
  NumberText number;
  for (int round = 0; round < 200000; ++round) {
    double value = std::bit_cast<double>(random());
    if (round == 0) value = std::numeric_limits<double>::denorm_min();
    if (round == 1) value = std::numeric_limits<double>::max();
    if (!std::isfinite(value)) continue;
    const std::string text = numericRoundTrip(number.shortest(value));
    ASSERT_EQ(std::strtod(text.c_str(), nullptr), value) << text;
  }
}

TEST(WireTest, LargeWholeRealsHaveNoDigitsOfTheirOwn) {
  NumberText number;
  EXPECT_EQ(numericRoundTrip(number.shortest(3735323632313635438592.0)), "3735323632313635400000");
  EXPECT_EQ(numericRoundTrip(number.shortest(-99999999999999984.0)), "-99999999999999980");
  EXPECT_EQ(number.shortest(-1234567.0), "-1234567");
}

TEST(WireTest, EveryIntegerIsTheSameNumeric) {
  std::mt19937_64 random(4);
  NumberText number;
  for (int round = 0; round < 200000; ++round) {
    const auto value = static_cast<std::int64_t>(random() >> (random() % 64));
    ASSERT_EQ(numericRoundTrip(number.of(value)), std::to_string(value));
  }
}

TEST(WireTest, TextOfRealsReadsBackEqual) {
  std::mt19937_64 random(5);
  NumberText number;
  EXPECT_EQ(number.of(2.0), "2.0");
  EXPECT_EQ(number.of(2.5), "2.5");
  EXPECT_EQ(number.of(0.1), "0.1");
  for (int round = 0; round < 100000; ++round) {
    const double value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    const std::string text(number.of(value));
    ASSERT_EQ(std::strtod(text.c_str(), nullptr), value) << text;
  }
}

TEST(WireTest, UuidsInEverySpelling) {
  for (const char* text :
       {"abcdefab-1234-1234-1234-1234567890ab", "ABCDEFAB1234123412341234567890AB",
        "{abcdefab-1234-1234-1234-1234567890ab}"}) {
    char bytes[16];
    ASSERT_TRUE(wire::readUuid(text, bytes)) << text;
    ByteBuffer field;
    wire::appendBytes(field, {bytes, sizeof bytes});
    EXPECT_EQ(decoded(field, PgType::uuid), "abcdefab1234123412341234567890ab");
  }
  char bytes[16];
  for (const char* text :
       {"", "abc", "abcdefab-1234-1234-1234-1234567890a", "zbcdefab123412341234123456789012",
        "abcdefab12341234123412345678901234", "abcdefab1-234-1234-1234-1234567890ab"}) {
    EXPECT_FALSE(wire::readUuid(text, bytes)) << text;
  }
}

}  // namespace
}  // namespace repot::migrate
