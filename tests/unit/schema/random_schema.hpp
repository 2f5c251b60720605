// Random schemas for property tests: valid, with every kind of object, with names from a small pool
// so that two of them have much in common.
#pragma once

#include <repot/schema/model.hpp>

#include <cstdint>

namespace repot::schema {

/// The same for the same seed.
Schema randomSchema(std::uint64_t seed);

/// With everything whose order means nothing sorted by name, to be compared with ==.
Schema sortedSchema(Schema schema);

}  // namespace repot::schema
