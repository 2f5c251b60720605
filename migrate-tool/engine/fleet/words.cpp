// See words.hpp.
#include "engine/fleet/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace repot::migrate {

bool isPlan(const FleetReport& report) {
  return report.command == "fleet plan";
}

std::string_view stateWords(TenantState state, bool plan) {
  switch (state) {
    case TenantState::moved:
      return plan ? "ready" : "moved, every row equal";
    case TenantState::standing:
      return plan ? "moved before" : "moved before, the file unchanged since";
    case TenantState::verified:
      return "moved before, compared now: every row equal";
    case TenantState::incomplete:
      return plan ? "ready, but for objects that are not carried over"
                  : "moved and equal, but for objects that are not carried over";
    case TenantState::different:
      return "differ from their files";
    case TenantState::failed:
      return "failed on the way; nothing of them was published";
    case TenantState::target:
      return "met a target that does not let them in";
    case TenantState::source:
      return "cannot be read";
    case TenantState::refused:
      return plan ? "would be refused" : "refused; nothing of them was written";
    case TenantState::stopped:
      return "stopped; the same command goes on";
    case TenantState::waiting:
      return "not begun";
  }
  return "";
}

std::string verdictSentence(const FleetReport& report) {
  const std::size_t all = report.tenants.size();
  const auto done = static_cast<std::size_t>(
      std::count_if(report.tenants.begin(), report.tenants.end(),
                    [](const TenantResult& one) { return isDone(one.state); }));
  const std::size_t partly = report.count(TenantState::incomplete);
  if (isPlan(report)) {
    if (done == all) return fmt::format("All {} tenants are ready.", all);
    return fmt::format("{} of {} tenants are ready; the others are listed above.", done, all);
  }
  if (done == all) return fmt::format("All {} tenants are in the target, every row equal.", all);
  if (done + partly == all)
    return fmt::format("All {} tenants are in the target; {} of them without some objects.", all,
                       partly);
  return fmt::format(
      "{} of {} tenants are in the target, every row equal. The same command goes on with the "
      "others, and leaves alone what is done.",
      done + partly, all);
}

}  // namespace repot::migrate
