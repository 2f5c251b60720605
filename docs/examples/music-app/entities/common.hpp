// What the music library's entities have in common: ids made by the application, and times.
#pragma once

#include <repot/describe.hpp>
#include <repot/repot.hpp>

#include <string>

namespace music {

/// A random UUID in its 36 characters.
std::string newId();

/// The time, in UTC, as the columns without a zone hold it.
repot::Timestamp now();

/// An entity with a new id, created now.
template <typename Entity>
Entity fresh() {
  Entity entity;
  entity.id = newId();
  entity.createdAt = entity.updatedAt = now();
  return entity;
}

/// How good a file has to be; of several tables.
enum class Quality { low, medium, high, lossless };
BOOST_DESCRIBE_ENUM(Quality, low, medium, high, lossless)

}  // namespace music
