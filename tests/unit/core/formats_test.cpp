// Text forms of values: strict parsers, and a round trip for every value.
#include <repot/error.hpp>
#include <repot/formats.hpp>

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace repot::formats {
namespace {

TEST(FormatsTest, TimestampsAsSqlAlchemyWritesThem) {
  const Timestamp timestamp = parseTimestamp("2025-01-02 03:04:05.000006");
  EXPECT_EQ(formatTimestamp(timestamp), "2025-01-02 03:04:05.000006");
  EXPECT_EQ(formatTimestamp(parseTimestamp("2025-01-02T03:04")), "2025-01-02 03:04:00.000000");
  EXPECT_EQ(formatTimestamp(parseTimestamp("2025-01-02")), "2025-01-02 00:00:00.000000");
  EXPECT_EQ(formatTimestamp(parseTimestamp("1969-12-31 23:59:59.5")), "1969-12-31 23:59:59.500000");
  EXPECT_EQ(parseInstant("2025-01-02 03:04:05+02"), parseInstant("2025-01-02 01:04:05Z"));
  EXPECT_EQ(parseInstant("2025-01-02 03:04:05-0530"), parseInstant("2025-01-02 08:34:05"));
  EXPECT_EQ(parseInstant("2025-01-02 03:04:05+05:30"), parseInstant("2025-01-01 21:34:05"));
}

TEST(FormatsTest, WhatIsNotExactlyAValueIsRefused) {
  for (const char* text :
       {"", "now", "2025-02-30", "2025-13-01", "0000-01-01", "2025-1-1", "20250101",
        "2025-01-02 24:00:00", "2025-01-02 03:04:60", "2025-01-02 03:04:05.",
        "2025-01-02 03:04:05.1234567", "2025-01-02 03:04:05Z", "2025-01-02 ", "2025-01-02x03:04:05",
        " 2025-01-02"}) {
    EXPECT_THROW(parseTimestamp(text), Error) << text;
  }
  for (const char* text :
       {"+", "2025-01-02 03:04:05+", "2025-01-02 03:04:05+1", "2025-01-02 03:04:05+01:60",
        "2025-01-02 03:04:05 UTC", "2025-01-02 03:04:05+01:00x"}) {
    EXPECT_THROW(parseInstant(text), Error) << text;
  }
  for (const char* text : {"", "3:04:05", "03", "03:04:05Z", "25:00"})
    EXPECT_THROW(parseTime(text), Error);
  for (const char* text : {"2025-01-02 00:00:00", "2025-02-29"})
    EXPECT_THROW(parseDate(text), Error);
  for (const char* text :
       {"", "12", "zbcdefab-1234-1234-1234-1234567890ab", "abcdefab123412341234123456789012345",
        "abcdefab1234-1234-1234-1234567890abcd"}) {
    EXPECT_THROW(parseUuid(text), Error) << text;
  }
  for (const char* text : {"", "-", ".5", "5.", "1e3", "+1", "0x1", "1 "})
    EXPECT_THROW(checkDecimal(text), Error);
}

TEST(FormatsTest, UuidsInBothForms) {
  const Uuid uuid = parseUuid("ABCDEFAB-1234-1234-1234-1234567890ab");
  EXPECT_EQ(formatUuid(uuid), "abcdefab-1234-1234-1234-1234567890ab");
  EXPECT_EQ(formatUuidHex(uuid), "abcdefab1234123412341234567890ab");
  EXPECT_EQ(parseUuid(formatUuidHex(uuid)), uuid);
}

TEST(FormatsTest, TextIsCheckedAsPostgresqlDoes) {
  for (const std::string& good :
       {std::string("é日😀"), std::string("\xf4\x8f\xbf\xbf"), std::string("\xef\xbf\xbe")}) {
    EXPECT_NO_THROW(checkText(good));
  }
  for (const std::string& bad :
       {std::string("a\0b", 3), std::string("\xff"), std::string("\xc0\x80"),
        std::string("\xed\xa0\x80"), std::string("\xf4\x90\x80\x80"), std::string("\xe0\x80\x80"),
        std::string("\xf0\x80\x80\x80"), std::string("\xc3"), std::string("\xe2\x82"),
        std::string("\x80")}) {
    EXPECT_THROW(checkText(bad), Error);
  }
}

TEST(FormatsTest, ShortestDecimals) {
  EXPECT_EQ(formatShortest(0.1), "0.1");
  EXPECT_EQ(formatShortest(1e21), "1000000000000000000000");
  EXPECT_EQ(formatShortest(-2.5e-7), "-0.00000025");
  EXPECT_EQ(formatShortest(1e100), "1" + std::string(100, '0'));
  EXPECT_EQ(formatShortest(123.456), "123.456");
  EXPECT_EQ(formatShortest(1.0), "1");
  EXPECT_EQ(formatShortest(0.0), "0");
  EXPECT_THROW(formatShortest(std::numeric_limits<double>::infinity()), Error);
}

TEST(FormatsTest, EveryTimestampReadsBackEqual) {
  std::mt19937_64 random(11);
  constexpr std::int64_t first = -62135596800000000, last = 253402300799999999;
  std::uniform_int_distribution<std::int64_t> moments(first, last);
  for (int round = 0; round < 50000; ++round) {
    const std::int64_t moment = round == 0 ? first : round == 1 ? last : moments(random);
    const Timestamp timestamp{std::chrono::microseconds(moment)};
    ASSERT_EQ(parseTimestamp(formatTimestamp(timestamp)), timestamp) << moment;
  }
  EXPECT_THROW(formatTimestamp(Timestamp{std::chrono::microseconds(last + 1)}), Error);
  EXPECT_THROW(formatTimestamp(Timestamp{std::chrono::microseconds(first - 1)}), Error);
}

}  // namespace
}  // namespace repot::formats
