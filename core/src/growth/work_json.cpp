// WorkCounts as JSON; see work_json.hpp. Counts of zero are left out: most rows are short.
#include "work_json.hpp"

#include "repot/error.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace repot::detail {
namespace {

namespace json = boost::json;

struct CountField {
  const char* name;
  std::uint64_t WorkCounts::*value;
};
constexpr auto counts = std::to_array<CountField>({
    {"reads", &WorkCounts::reads},
    {"writes", &WorkCounts::writes},
    {"rollbacks", &WorkCounts::rollbacks},
    {"not_begun", &WorkCounts::notBegun},
    {"retries", &WorkCounts::retries},
    {"busy_errors", &WorkCounts::busyErrors},
    {"statements", &WorkCounts::statements},
    {"statement_errors", &WorkCounts::statementErrors},
});

struct DurationField {
  const char* name;
  DurationCounts WorkCounts::*value;
};
constexpr auto durations = std::to_array<DurationField>({
    {"statement_times", &WorkCounts::statementTimes},
    {"lock_waits", &WorkCounts::lockWaits},
    {"read_waits", &WorkCounts::readWaits},
});

}  // namespace

std::string workToJson(const WorkCounts& work) {
  json::object root;
  for (const CountField& field : counts) {
    if (work.*field.value != 0) root[field.name] = work.*field.value;
  }
  for (const DurationField& field : durations) {
    const DurationCounts& value = work.*field.value;
    if (value.total() == 0) continue;
    json::array numbers(value.counts.begin(), value.counts.end());
    root[field.name] = {{"counts", std::move(numbers)}, {"sum_us", value.sum.count()}};
  }
  return json::serialize(root);
}

WorkCounts workFromJson(std::string_view text) {
  try {
    const json::object root = json::parse(text).as_object();
    WorkCounts work;
    for (const CountField& field : counts) {
      if (const auto* value = root.if_contains(field.name))
        work.*field.value = value->to_number<std::uint64_t>();
    }
    for (const DurationField& field : durations) {
      const auto* value = root.if_contains(field.name);
      if (value == nullptr) continue;
      DurationCounts& held = work.*field.value;
      const json::array& numbers = value->at("counts").as_array();
      if (numbers.size() != held.counts.size())
        throw Error(ErrorKind::data, "a histogram has other bounds than this version's");
      std::transform(numbers.begin(), numbers.end(), held.counts.begin(),
                     [](const json::value& one) { return one.to_number<std::uint64_t>(); });
      held.sum = std::chrono::microseconds(value->at("sum_us").to_number<std::int64_t>());
    }
    return work;
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    throw Error(ErrorKind::data, std::string("counts that cannot be read: ") + error.what());
  }
}

}  // namespace repot::detail
