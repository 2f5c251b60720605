// The sequences behind a target's ids: where they stand, and where the source's ids end.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/control.hpp"
#include "engine/source_schema.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace repot::migrate {

struct SequenceState {
  std::int64_t next = 1;
  std::int64_t last = 0;  ///< The largest that it can give.
  std::int64_t step = 1;
  bool cycles = false;
  bool exhausted() const { return next > last || spent; }
  bool spent = false;  ///< 2^63-1 was handed out.
};
/// By name, many by one statement. Names are quoted and qualified.
std::map<std::string, SequenceState> readSequences(Control& control,
                                                   const std::vector<std::string>& sequences);
SequenceState readSequence(Control& control, const std::string& sequence);

/// The largest id that the source ever handed out, as far as it remembers; 0 where none.
std::int64_t lastIdOf(const SourceTable& source, const TablePlan& plan, const SourceSchema& schema);

}  // namespace repot::migrate
