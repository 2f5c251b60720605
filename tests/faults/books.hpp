// The work that the fault tests interrupt: units of work that write rows here and there, so that a
// half one shows.
#pragma once

#include <repot/database.hpp>

#include <cstdint>
#include <set>
#include <string>

namespace repot::test {

/// Makes the tables where they are not there yet.
void openBooks(Database& database);

/// Books one number: a row for itself, twenty entries, three balances, a step that is undone.
/// Nothing of it is there twice or in parts unless a transaction was torn.
void book(UnitOfWork& work, std::int64_t number);

/// As book(), in the retrying unit of work that applications use.
void book(Database& database, std::int64_t number);

struct Books {
  std::set<std::int64_t> booked;
  std::string fault;  ///< What does not add up; empty where everything does.
};
/// Through the library, and so through its reading paths too.
Books readBooks(Database& database);

}  // namespace repot::test
