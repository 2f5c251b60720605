// Entities and repositories behind the fault tests; see books.hpp.
#include "books.hpp"

#include <repot/repot.hpp>

#include <optional>
#include <stdexcept>
#include <vector>

namespace repot::test {
namespace {

constexpr std::int64_t accounts = 8;
constexpr std::int64_t entriesEach = 20;

struct Booking {
  std::int64_t number = 0;
};

struct Account {
  std::int64_t id = 0;
  std::int64_t balance = 0;
  std::int64_t version = 0;
};

struct Entry {
  std::int64_t id = 0;
  std::int64_t booking = 0;
  std::int64_t amount = 0;
  std::string note;
};

}  // namespace
}  // namespace repot::test

template <>
struct repot::Mapping<repot::test::Booking> {
  static EntityMap<test::Booking> map() {
    return EntityMap<test::Booking>("bookings").key("number", &test::Booking::number);
  }
};

template <>
struct repot::Mapping<repot::test::Account> {
  static EntityMap<test::Account> map() {
    return EntityMap<test::Account>("accounts")
        .key("id", &test::Account::id)
        .field("balance", &test::Account::balance)
        .version("version", &test::Account::version);
  }
};

template <>
struct repot::Mapping<repot::test::Entry> {
  static EntityMap<test::Entry> map() {
    return EntityMap<test::Entry>("entries")
        .generatedKey("id", &test::Entry::id)
        .reference("booking", &test::Entry::booking, "bookings", "number", OnDelete::cascade)
        .field("amount", &test::Entry::amount)
        .field("note", &test::Entry::note)
        .index(&test::Entry::booking);
  }
};

namespace repot::test {
namespace {

/// Some notes are longer than a page of SQLite's, and so than what PostgreSQL keeps in line.
std::string noteOf(std::int64_t number, std::int64_t index) {
  return std::string(static_cast<std::size_t>(40 + (number * 7 + index) % 11 * 600),
                     static_cast<char>('a' + (number + index) % 26));
}

struct Undone {};

}  // namespace

void openBooks(Database& database) {
  database.createTables<Booking, Account, Entry>();
  database.write([](UnitOfWork& work) {
    Repository<Account> repository(work);
    for (std::int64_t id = 0; id < accounts; ++id)
      repository.addIfAbsent(Account{id, 0, 0});
  });
}

void book(UnitOfWork& work, std::int64_t number) {
  Repository<Booking>(work).add(Booking{number});
  Repository<Entry> entries(work);
  std::vector<Entry> batch;
  for (std::int64_t index = 1; index < entriesEach; ++index)
    batch.push_back({0, number, number, noteOf(number, index)});
  entries.addAll(batch);
  Entry single{0, number, number, noteOf(number, 0)};
  entries.add(single);
  try {
    work.nested([&] {
      Entry undone{0, number, 1'000'000, "never to be seen"};
      entries.add(undone);
      entries.removeWhere(where(&Entry::booking) == number);
      throw Undone();
    });
  } catch (const Undone&) {
  }
  Repository<Account> repository(work);
  for (std::int64_t step = 0; step < 3; ++step) {
    // In the order of their ids, or two units of work would wait for each other.
    const std::int64_t id = number % (accounts - 2) + step;
    execute(work, "UPDATE accounts SET balance = balance + $1, version = version + 1 WHERE id = $2",
            number, id);
  }
}

void book(Database& database, std::int64_t number) {
  database.write([&](UnitOfWork& work) { book(work, number); });
}

Books readBooks(Database& database) {
  return database.read([](UnitOfWork& work) {
    Books books;
    const auto say = [&](const std::string& what) {
      books.fault += (books.fault.empty() ? "" : "; ") + what;
    };
    std::int64_t sum = 0;
    Repository<Booking>(work).forEach([&](const Booking& booking) {
      books.booked.insert(booking.number);
      sum += booking.number;
    });
    std::int64_t rows = 0;
    const auto parts = select<std::int64_t, std::int64_t, std::int64_t>(
        work,
        "SELECT booking, count(*), CAST(sum(amount) AS bigint) FROM entries GROUP BY booking "
        "ORDER BY booking");
    for (const auto& [number, count, amount] : parts) {
      rows += count;
      if (!books.booked.contains(number))
        say("entries of " + std::to_string(number) + " without it");
      if (count != entriesEach || amount != number * entriesEach) {
        say(std::to_string(count) + " entries of " + std::to_string(number) + ", in all " +
            std::to_string(amount));
      }
    }
    if (parts.size() != books.booked.size()) say("bookings without entries");
    Repository<Entry>(work).forEach([&](const Entry& entry) {
      --rows;
      if (entry.note.size() < 40 || entry.note.find_first_not_of(entry.note[0]) != entry.note.npos)
        say("a torn note in entry " + std::to_string(entry.id));
    });
    if (rows != 0) say("entries that one query finds and another does not");
    std::int64_t balance = 0;
    Repository<Account>(work).forEach([&](const Account& account) { balance += account.balance; });
    if (balance != 3 * sum) say("balances of " + std::to_string(balance));
    return books;
  });
}

}  // namespace repot::test
