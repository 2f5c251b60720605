// Moves one tenant after the other; each worker of a fleet has one, with a session that it asks the
// ledger by.
#pragma once

#include "engine/fleet/fleet.hpp"
#include "engine/run/control.hpp"

#include <repot/url.hpp>

#include <functional>

namespace repot::migrate {

class TenantMover {
 public:
  TenantMover(const DatabaseUrl& target, const FleetOptions& options)
      : target_(target), options_(options), control_(target) {}

  /// Never throws StageError: what went wrong is in the result.
  TenantResult move(const Tenant& tenant, Progress& progress);

 private:
  void carryOut(const Tenant& tenant, Progress& progress, TenantResult& result);
  Report moveInto(const Tenant& tenant, const MigrateOptions& options, Progress& progress);
  /// Runs `action` once more where the session was lost.
  void persistently(const std::function<void()>& action);

  const DatabaseUrl& target_;
  const FleetOptions& options_;
  Control control_;
};

/// The result of a tenant that ended by this error.
void noteFailure(TenantResult& result, const StageError& failure);
/// True for what is wrong with the target as a whole: the next tenant would meet it, too.
bool concernsAll(const StageError& failure);
/// Bytes of the file and its -wal; 0 where there is none.
std::int64_t bytesOf(const std::string& path);
/// Work that a tenant is, for the time left.
std::int64_t workOf(const std::string& path);

}  // namespace repot::migrate
