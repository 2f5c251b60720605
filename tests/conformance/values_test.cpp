// Every type of value is the same after a round trip, on every backend: random values, with the
// extremes of each type often among them.
#include "suite.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

namespace conformance {
namespace {

using repot::ErrorKind;
using repot::Repository;
using repot::UnitOfWork;

class ValuesTest : public Suite {
 protected:
  void SetUp() override {
    Suite::SetUp();
    if (!IsSkipped()) database().createTables<Everything>();
  }
};

class Generator {
 public:
  std::int64_t integer() {
    switch (random_() % 8) {
      case 0:
        return std::numeric_limits<std::int64_t>::min();
      case 1:
        return std::numeric_limits<std::int64_t>::max();
      case 2:
        return static_cast<std::int64_t>(random_() % 3) - 1;
      default:
        return static_cast<std::int64_t>(random_());
    }
  }
  double real() {
    switch (random_() % 8) {
      case 0:
        return std::numeric_limits<double>::infinity();
      case 1:
        return -std::numeric_limits<double>::max();
      case 2:
        return std::numeric_limits<double>::denorm_min();
      case 3:
        return 0.1;
      default: {
        double value;
        do {
          const std::uint64_t bits = random_();
          std::memcpy(&value, &bits, sizeof value);
        } while (std::isnan(value));
        return value;
      }
    }
  }
  std::string text() {
    static const std::vector<std::string> pieces = {
        "a",  " ",      "'",    "\"",     "\\",           "%",  "\n", "\r\n",
        "\t", "é",      "日本", "😀",      "\xef\xbb\xbf", "$1", ":x", "\\N",
        "0",  "\u202e", "\x01", "e\u0301"};
    std::string text;
    for (auto count = random_() % 12; count > 0; --count)
      text += pieces[random_() % pieces.size()];
    return text;
  }
  repot::Bytes bytes() {
    repot::Bytes bytes(random_() % 40);
    for (std::byte& byte : bytes)
      byte = static_cast<std::byte>(random_());
    return bytes;
  }
  std::chrono::microseconds withinDay() {
    return std::chrono::microseconds(random_() % 5 == 0 ? 86'399'999'999
                                                        : random_() % 86'400'000'000);
  }
  repot::Date date() {
    // Days from 0001-01-01 to 9999-12-31.
    return repot::Date(
        std::chrono::sys_days(std::chrono::days(static_cast<int>(random_() % 3652059) - 719162)));
  }
  repot::Instant instant() {
    return repot::Instant(std::chrono::sys_days(date()).time_since_epoch() + withinDay());
  }
  repot::Uuid uuid() {
    repot::Uuid uuid;
    for (auto& byte : uuid)
      byte = static_cast<std::uint8_t>(random_());
    return uuid;
  }
  repot::Decimal decimal() {
    std::string digits = std::to_string(static_cast<std::int64_t>(random_() % 2'000'000'000'000) -
                                        1'000'000'000'000);
    const std::string cents = std::to_string(random_() % 9 + 1);
    return {random_() % 2 == 0 ? digits : digits + "." + cents};
  }

  Everything entity(std::int64_t id) {
    Everything entity;
    entity.id = id;
    entity.integer = integer();
    entity.real = real();
    entity.flag = random_() % 2 == 0;
    entity.text = text();
    entity.bytes = bytes();
    entity.date = date();
    entity.time.sinceMidnight = withinDay();
    entity.instant = instant();
    entity.timestamp = repot::Timestamp(instant().time_since_epoch());
    entity.interval = instant().time_since_epoch();
    entity.uuid = uuid();
    entity.json.text = R"({"a": [1, null, "é"],  "b":)" + std::to_string(integer()) + "}";
    entity.decimal = decimal();
    if (random_() % 2 == 0) entity.maybeText = text();
    if (random_() % 2 == 0) entity.maybeReal = real();
    entity.mood = static_cast<Mood>(random_() % 3);
    if (random_() % 2 == 0) entity.maybeMood = static_cast<Mood>(random_() % 3);
    return entity;
  }

 private:
  std::mt19937_64 random_{20250102};
};

TEST_P(ValuesTest, TenThousandRandomValuesOfEachTypeComeBackEqual) {
  constexpr std::int64_t rows = 10'000;
  database().write([](UnitOfWork& work) {
    Generator generator;
    Repository<Everything> all(work);
    for (std::int64_t id = 1; id <= rows; ++id)
      all.add(generator.entity(id));
  });
  database().read([](UnitOfWork& work) {
    Generator generator;
    Repository<Everything> all(work);
    for (std::int64_t id = 1; id <= rows; ++id) {
      const Everything expected = generator.entity(id);
      const auto found = all.get(id);
      ASSERT_TRUE(found) << id;
      ASSERT_EQ(found->text, expected.text) << id;
      ASSERT_EQ(found->decimal.text, expected.decimal.text) << id;
      ASSERT_TRUE(*found == expected) << "row " << id;
    }
  });
}

TEST_P(ValuesTest, NaNIsStoredOrRefusedButNeverTurnedIntoNull) {
  Generator generator;
  Everything entity = generator.entity(1);
  entity.real = std::numeric_limits<double>::quiet_NaN();
  const auto add = [&] {
    database().write([&](UnitOfWork& work) { Repository<Everything>(work).add(entity); });
  };
  if (isSqlite()) {
    EXPECT_EQ(kindOf(add), ErrorKind::data);
  } else {
    add();
    database().read([](UnitOfWork& work) {
      EXPECT_TRUE(std::isnan(Repository<Everything>(work).get(std::int64_t{1})->real));
    });
  }
}

TEST_P(ValuesTest, ADecimalThatSqliteWouldRoundIsRefusedThere) {
  Generator generator;
  Everything entity = generator.entity(1);
  entity.decimal.text = "0.12345678901234567890123";
  const auto add = [&] {
    database().write([&](UnitOfWork& work) { Repository<Everything>(work).add(entity); });
  };
  if (isSqlite()) {
    EXPECT_EQ(kindOf(add), ErrorKind::data);
  } else {
    add();
    database().read([&](UnitOfWork& work) {
      EXPECT_EQ(Repository<Everything>(work).get(std::int64_t{1})->decimal, entity.decimal);
    });
  }
}

TEST_P(ValuesTest, AValueOfAnotherTypeDoesNotGetIn) {
  Generator generator;
  database().write(
      [&](UnitOfWork& work) { Repository<Everything>(work).add(generator.entity(1)); });
  for (const std::string column : {"integer", "real", "flag", "bytes", "date", "decimal"}) {
    // To PostgreSQL a text is one of the forms in which bytes can be given.
    if (!isSqlite() && column == "bytes") continue;
    EXPECT_EQ(kindOf([&] {
                database().write([&](UnitOfWork& work) {
                  const bool wantsText = column == "date";
                  work.execute("UPDATE everything SET " + column + " = $1",
                               {wantsText ? repot::Value(1.5) : repot::Value(std::string("lots"))});
                });
              }),
              isSqlite() ? ErrorKind::check : ErrorKind::data)
        << column;
  }
}

REPOT_INSTANTIATE_CONFORMANCE(ValuesTest);

}  // namespace
}  // namespace conformance
