// Positions of sequences; see sequences.hpp.
#include "engine/run/sequences.hpp"

#include <algorithm>

namespace repot::migrate {

SequenceState readSequence(Control& control, const std::string& sequence) {
  const auto rows = control.query(
      "SELECT s.last_value, s.is_called, q.seqincrement, q.seqmax, q.seqcycle FROM " + sequence +
      " s, pg_catalog.pg_sequence q WHERE q.seqrelid = " + quoteLiteral(sequence) +
      "::pg_catalog.regclass");
  SequenceState state;
  const std::int64_t value = std::stoll(rows.at(0).at(0));
  state.step = std::stoll(rows[0][2]);
  state.cycles = rows[0][4] == "t";
  const std::int64_t step = rows[0][1] == "t" ? state.step : 0;
  state.last = std::stoll(rows[0][3]);
  state.spent = __builtin_add_overflow(value, step, &state.next);
  return state;
}

std::int64_t lastIdOf(const SourceTable& source, const TablePlan& plan,
                      const SourceSchema& schema) {
  std::int64_t last = plan.rowidMax >= plan.rowidMin ? plan.rowidMax : 0;
  const auto found = schema.sequences.find(asciiLower(source.name));
  if (source.autoincrement && found != schema.sequences.end()) last = std::max(last, found->second);
  return std::max<std::int64_t>(last, 0);
}

}  // namespace repot::migrate
