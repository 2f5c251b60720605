// Both backends at once, for applications that leave the choice to the URL.
#pragma once

#include <repot/postgresql/backend.hpp>
#include <repot/sqlite/backend.hpp>

namespace repot {

/// Makes every backend known to Database::open(). Call it once at the start of the program.
inline void registerBackends() {
  sqlite::registerBackend();
  postgresql::registerBackend();
}

}  // namespace repot
