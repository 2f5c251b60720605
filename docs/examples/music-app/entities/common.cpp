#include "entities/common.hpp"

#include <repot/formats.hpp>

#include <boost/uuid/random_generator.hpp>

namespace music {

std::string newId() {
  thread_local boost::uuids::random_generator random;
  return repot::formats::formatUuid(random());
}

repot::Timestamp now() {
  return repot::Timestamp(std::chrono::floor<std::chrono::microseconds>(
      std::chrono::system_clock::now().time_since_epoch()));
}

}  // namespace music
