// A quick proof that no row lacks its parent: keys are compared by digests in a table of bounded
// size. Looking each key up in SQLite costs several times as much, as the keys come in no order.
#pragma once

#include <repot/sqlite/bulk.hpp>

#include <cstdint>
#include <string>

namespace repot::migrate {

/// The two sides of a foreign key, each as a SELECT of its columns in the same order.
struct KeySides {
  std::string child;
  std::string parent;
  std::int64_t childRows = 0;
  std::int64_t parentRows = 0;
};

/// True where every key of the child that has no NULL is one of the parent's by class and bytes,
/// which makes it equal under any collation and affinity. False: that is not known, or would take
/// longer to find out than SQLite takes for it. Digests have 64 bits, so that of 10 million keys
/// one in 10^12 missing ones would be overlooked; PostgreSQL, which checks every key again, refuses
/// it. Uses up to 64 MiB for the time of the call.
bool allHaveParents(sqlite::SqliteReader& reader, const KeySides& sides,
                    std::int64_t keysAtOnce = 6'000'000);

}  // namespace repot::migrate
