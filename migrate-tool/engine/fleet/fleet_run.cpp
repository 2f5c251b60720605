// Tenants side by side; see fleet.hpp.
#include "engine/fleet/fleet.hpp"
#include "engine/fleet/mover.hpp"
#include "engine/fleet/parallel.hpp"
#include "engine/run/ledger_upkeep.hpp"
#include "engine/run/stages.hpp"
#include "engine/run/target.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <optional>

namespace repot::migrate {
namespace {

/// What would stop every tenant is told once, before any is begun.
void checkTarget(Control& control) {
  checkServer(control);
  if (control.value("SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), "
                    "'CREATE')") == "t")
    return;
  const std::string user = quoteIdentifier(control.value("SELECT current_user"));
  const std::string database = quoteIdentifier(control.value("SELECT current_database()"));
  throw Error(ErrorKind::permission, "the role " + user +
                                         " has no CREATE right on the database, in which each "
                                         "tenant gets a schema; run GRANT CREATE ON DATABASE " +
                                         database + " TO " + user);
}

}  // namespace

std::string_view toString(TenantState state) noexcept {
  switch (state) {
    case TenantState::moved:
      return "moved";
    case TenantState::standing:
      return "standing";
    case TenantState::verified:
      return "verified";
    case TenantState::incomplete:
      return "incomplete";
    case TenantState::refused:
      return "refused";
    case TenantState::source:
      return "source";
    case TenantState::target:
      return "target";
    case TenantState::failed:
      return "failed";
    case TenantState::different:
      return "different";
    case TenantState::stopped:
      return "stopped";
    case TenantState::waiting:
      return "waiting";
  }
  return "";
}

bool isDone(TenantState state) noexcept {
  return state == TenantState::moved || state == TenantState::standing ||
         state == TenantState::verified;
}

std::size_t FleetReport::count(TenantState state) const {
  return static_cast<std::size_t>(std::count_if(
      tenants.begin(), tenants.end(), [&](const TenantResult& one) { return one.state == state; }));
}

std::int64_t FleetReport::rows() const {
  std::int64_t sum = 0;
  for (const TenantResult& tenant : tenants)
    sum += tenant.rows;
  return sum;
}

std::int64_t FleetReport::bytes() const {
  std::int64_t sum = 0;
  for (const TenantResult& tenant : tenants)
    sum += tenant.bytes;
  return sum;
}

FleetReport migrateFleet(const std::vector<Tenant>& tenants, const DatabaseUrl& target,
                         const FleetOptions& options, FleetProgress& progress) {
  Control control = during(Stage::target, [&] { return Control(target); });
  during(Stage::target, [&] {
    checkTarget(control);
    keepLedger(control);
  });
  FleetReport report = newFleetReport("fleet migrate", tenants, &target, options);
  std::vector<std::optional<TenantMover>> movers(options.atOnce);
  inParallel(report, options, progress, [&](std::size_t worker, std::size_t i, Progress& own) {
    try {
      if (!movers[worker]) movers[worker].emplace(target, options);
      return movers[worker]->move(tenants[i], own);
    } catch (const Error& error) {
      // No session for this worker.
      TenantResult result = report.tenants[i];
      const StageError failure{Stage::target, error};
      noteFailure(result, failure);
      result.concernsAll = concernsAll(failure);
      return result;
    }
  });
  try {
    letLedgerGo(control);
  } catch (const Error&) {
    // An empty ledger stays; the next run takes it as it is.
  }
  return report;
}

}  // namespace repot::migrate
