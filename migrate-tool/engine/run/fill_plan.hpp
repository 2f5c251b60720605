// What has to be done around the rows to fill tables that enforce their rules already: which are
// emptied, in which order they are filled, which constraints wait, which triggers rest, which
// sequences move. Decided, and refused where the role may not, before anything is written.
#pragma once

#include "engine/run/control.hpp"
#include "engine/run/pairing.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace repot::migrate {

struct FillPlan {
  struct Sequence {
    std::string name;  ///< Quoted and qualified.
    std::int64_t next = 1;
    std::int64_t last = 0;  ///< The largest that it can give.
    bool owned = false;     ///< ALTER SEQUENCE, which a rollback undoes; else setval().
    bool spent = false;     ///< Its last is taken, which only setval() can say.
  };
  std::vector<std::string> truncated;  ///< Target tables, quoted and qualified.
  std::vector<std::size_t> order;      ///< Indexes into the plan's tables, parents first.
  std::vector<std::string> before;     ///< Statements before the rows are loaded,
  std::vector<std::string> after;      ///< and those that take them back.
  std::vector<Sequence> sequences;
};

/// Refusals and remarks are added to the pairing's findings. Reads the target only.
FillPlan planFill(Pairing& pairing, sqlite::SqliteReader& reader, Control& control,
                  const PairOptions& options);

}  // namespace repot::migrate
