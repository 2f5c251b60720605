// The schema of the target that a sample is migrated into, which must not stay there.
#pragma once

#include "engine/run/control.hpp"

#include <repot/url.hpp>

#include <map>
#include <string>

namespace repot::migrate {

/// A new schema of a random name that is dropped with the object, and what the run left in the
/// ledger with it. What a process that was killed could not drop, the next object drops.
class SampleSchema {
 public:
  /// Throws Error where it cannot be made.
  explicit SampleSchema(const DatabaseUrl& target);
  ~SampleSchema();
  SampleSchema(const SampleSchema&) = delete;
  SampleSchema& operator=(const SampleSchema&) = delete;

  const std::string& name() const noexcept { return name_; }
  /// Of each table with its indexes.
  std::map<std::string, double> tableBytes();

 private:
  bool tryLock(const std::string& name);
  void removeLeftovers();
  void remove(const std::string& name);

  const DatabaseUrl target_;
  Control control_;
  std::string name_;
};

}  // namespace repot::migrate
