// Runs something for each tenant on a few threads, until all are done or no more are to be begun.
#pragma once

#include "engine/fleet/fleet.hpp"
#include "engine/run/progress.hpp"

#include <cstddef>
#include <functional>

namespace repot::migrate {

/// With a waiting result for each tenant, in their order.
FleetReport newFleetReport(std::string command, const std::vector<Tenant>& tenants,
                           const DatabaseUrl* target, const FleetOptions& options);

/// Calls `work(worker, tenant, progress)` for each waiting tenant of the report, puts what it
/// returns in the tenant's place, and takes the time of all. A wish to stop reaches the tenants
/// that are at work; after it, after one that concerns all and, with failFast, after one that is
/// not done, no other is begun. What `work` throws becomes the tenant's failure.
void inParallel(FleetReport& report, const FleetOptions& options, FleetProgress& progress,
                const std::function<TenantResult(std::size_t, std::size_t, Progress&)>& work);

}  // namespace repot::migrate
