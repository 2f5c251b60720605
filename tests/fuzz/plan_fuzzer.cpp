// Plan files: what is read is written and read again as the same plan, and its DDL can be printed.
#include "engine/plan_json.hpp"
#include "engine/plan_text.hpp"
#include "fuzzer.hpp"

#include <repot/error.hpp>

using repot::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const repot::migrate::Plan plan = repot::migrate::planFromJson(repot::fuzz::view(data, size));
    const std::string written = repot::migrate::planToJson(plan);
    require(repot::migrate::planToJson(repot::migrate::planFromJson(written)) == written,
            "a written plan reads back as itself");
    repot::migrate::planToSql(plan);
    repot::migrate::planToText(plan);
  } catch (const repot::Error&) {
    // A message is all that a bad file gets.
  }
  return 0;
}
