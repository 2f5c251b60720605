// Time zones, for times that were written without one: from the wall clock to the instant.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace repot::migrate {

/// A zone of the IANA database, by ICU. Immutable, so that threads may share it.
class Zone {
 public:
  /// Errors: Error(usage) for a name that the database does not have.
  explicit Zone(const std::string& name);
  ~Zone();
  Zone(const Zone&) = delete;
  Zone& operator=(const Zone&) = delete;

  /// The instant (µs since 1970, UTC) at which the zone's clocks show `localMicros` (µs since
  /// 1970-01-01 00:00 of the clock). Nothing where they never do, or do twice: at the two changes
  /// of each year one hour is ambiguous and one does not exist.
  std::optional<std::int64_t> toUtc(std::int64_t localMicros) const;

 private:
  struct State;
  std::unique_ptr<const State> state_;
};

/// Throws Error(usage) unless there is a zone of that name.
void requireZone(const std::string& name);

}  // namespace repot::migrate
