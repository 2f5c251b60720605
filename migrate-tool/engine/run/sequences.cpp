// Positions of sequences; see sequences.hpp.
#include "engine/run/sequences.hpp"

#include <algorithm>

namespace repot::migrate {

std::map<std::string, SequenceState> readSequences(Control& control,
                                                   const std::vector<std::string>& sequences) {
  std::vector<std::string> queries;
  for (const std::string& name : sequences)
    queries.push_back("SELECT " + quoteLiteral(name) +
                      ", s.last_value, s.is_called, q.seqincrement, q.seqmax, q.seqcycle FROM " +
                      name + " s, pg_catalog.pg_sequence q WHERE q.seqrelid = " +
                      quoteLiteral(name) + "::pg_catalog.regclass");
  std::map<std::string, SequenceState> found;
  for (const std::vector<std::string>& batch : inBatches(queries)) {
    std::string sql;
    for (const std::string& query : batch)
      sql += (sql.empty() ? "" : " UNION ALL ") + query;
    for (const auto& row : control.query(sql)) {
      SequenceState& state = found[row[0]];
      const std::int64_t value = std::stoll(row[1]);
      state.step = std::stoll(row[3]);
      state.cycles = row[5] == "t";
      const std::int64_t step = row[2] == "t" ? state.step : 0;
      state.last = std::stoll(row[4]);
      state.spent = __builtin_add_overflow(value, step, &state.next);
    }
  }
  return found;
}

SequenceState readSequence(Control& control, const std::string& sequence) {
  return readSequences(control, {sequence}).at(sequence);
}

std::int64_t lastIdOf(const SourceTable& source, const TablePlan& plan,
                      const SourceSchema& schema) {
  std::int64_t last = plan.rowidMax >= plan.rowidMin ? plan.rowidMax : 0;
  const auto found = schema.sequences.find(asciiLower(source.name));
  if (source.autoincrement && found != schema.sequences.end()) last = std::max(last, found->second);
  return std::max<std::int64_t>(last, 0);
}

}  // namespace repot::migrate
