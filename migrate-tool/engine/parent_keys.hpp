// A quick proof that no row lacks its parent: keys are compared by digests in tables of bounded
// size. Looking each key up in SQLite costs several times as much, as the keys come in no order.
#pragma once

#include <repot/sqlite/bulk.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace repot::migrate {

/// The two sides of a foreign key, in SQLite's words.
struct KeySides {
  std::string childTable;                 ///< What stands behind FROM.
  std::vector<std::string> childColumns;  ///< Quoted.
  std::string parent;                     ///< A SELECT of its columns, in the same order.
  std::int64_t childRows = 0;
  std::int64_t parentRows = 0;
};

/// For each of `keys`: true where every key of the child that has no NULL is one of the parent's by
/// class and bytes, which makes it equal under any collation and affinity. False: that is not
/// known, or would take longer to find out than SQLite takes for it. Digests have 64 bits, so that
/// of 10 million keys one in 10^12 missing ones would be overlooked; PostgreSQL, which checks every
/// key again, refuses it. Uses up to 64 MiB for the time of the call. Each parent is read once for
/// all keys that refer to it, and each child once for all of its keys, where the memory suffices.
std::vector<bool> haveParents(const std::vector<sqlite::SqliteReader*>& readers,
                              const std::vector<KeySides>& keys,
                              std::int64_t keysAtOnce = 6'000'000);

}  // namespace repot::migrate
