// Whether the next insert without an id gets a new one; see compare_objects.hpp.
#include "engine/run/compare_objects.hpp"
#include "engine/run/sequences.hpp"

#include <limits>

namespace repot::migrate {
namespace {

void compareSequence(const Pairing& pairing, std::size_t index, Control& control, SequenceRule rule,
                     std::vector<ObjectFault>& faults) {
  const PairedTable& table = pairing.tables[index];
  const TablePlan& plan = pairing.plan.tables[index];
  if (!table.source->rowidAlias) return;
  const std::size_t column = table.planned[*table.source->rowidAlias];
  if (column == PairedTable::none) return;
  const ColumnPlan& planned = plan.columns[column];
  const TargetColumn& target = *table.target->find(planned.target);
  const std::string name = "table \"" + plan.target + "\", column \"" + planned.target + "\"";
  const auto fault = [&](std::string kind, const std::string& sentence) {
    const std::string& source = table.source->name;
    faults.push_back({std::move(kind), source, source + "." + planned.source, sentence});
  };
  if (target.sequence.empty()) {
    if (rule == SequenceRule::copied && !planned.generatedSql) {
      fault("identity", name + " is no identity and has no sequence: it gets no ids of its own");
    }
    return;
  }
  const SequenceState state = readSequence(control, target.sequence);
  if (rule != SequenceRule::planned && (state.step < 1 || state.cycles)) {
    fault("sequence", "the sequence of " + name +
                          (state.cycles ? " begins anew at its end" : " goes backwards"));
  }
  const std::int64_t last = lastIdOf(*table.source, plan, pairing.schema);
  const bool exhausted = last == std::numeric_limits<std::int64_t>::max();
  // Ids that an application skipped are as good; a mere copy has skipped none.
  const bool right = exhausted                      ? state.exhausted()
                     : rule == SequenceRule::goesOn ? !state.exhausted() && state.next > last
                                                    : !state.exhausted() && state.next == last + 1;
  if (right) return;
  fault("sequence", "the identity of " + name + " would hand out " + std::to_string(state.next) +
                        " next, not " + (exhausted ? "none" : std::to_string(last + 1)));
}

}  // namespace

void compareSequences(const Pairing& pairing, Control& control, SequenceRule rule,
                      std::vector<ObjectFault>& faults) {
  for (std::size_t i = 0; i < pairing.tables.size(); ++i)
    compareSequence(pairing, i, control, rule, faults);
}

}  // namespace repot::migrate
