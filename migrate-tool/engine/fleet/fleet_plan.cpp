// What a move of a fleet would do; see fleet.hpp.
#include "engine/fleet/fleet.hpp"
#include "engine/fleet/mover.hpp"
#include "engine/fleet/parallel.hpp"
#include "engine/planner.hpp"
#include "engine/run/control.hpp"
#include "engine/run/ledger.hpp"
#include "engine/run/run_identity.hpp"
#include "engine/run/stages.hpp"
#include "engine/run/target.hpp"

#include <repot/error.hpp>

#include <memory>
#include <mutex>

namespace repot::migrate {
namespace {

constexpr std::size_t mostFindings = 5;

/// Findings that would refuse the tenant, or be reported.
std::string graveFindings(const Plan& plan) {
  std::string text;
  std::size_t count = 0;
  for (const Finding& finding : plan.findings) {
    if (finding.level != Finding::Level::refused && finding.level != Finding::Level::reported)
      continue;
    if (++count > mostFindings) continue;
    text += (text.empty() ? "" : "\n") + finding.object + ": " + finding.message;
    if (!finding.examples.empty()) text += " (" + finding.examples.front() + ")";
  }
  if (count > mostFindings) text += "\n… and " + std::to_string(count - mostFindings) + " more";
  return text;
}

/// What the target says to it, before what the plan says.
void judgeTarget(Control& control, const Tenant& tenant, const Plan& plan, TenantResult& result) {
  Ledger ledger(control);
  const std::string source = absolutePath(tenant.source);
  for (const auto& run : {ledger.unfinished(tenant.schema), ledger.published(tenant.schema)}) {
    if (!run) continue;
    const bool finished = run->state == RunState::published;
    if (run->source == source) {
      if (!finished) return;
      result.state = TenantState::standing;
      result.message = "moved before, by the run " + run->run + " at " + run->finishedAt;
      return;
    }
    result.state = TenantState::refused;
    result.message = "the schema is that of another file, " + run->source;
    return;
  }
  for (const Error& problem : targetProblems(control, plan)) {
    // A schema that there is not yet is made.
    if (problem.kind() == ErrorKind::notFound) continue;
    result.state =
        problem.kind() == ErrorKind::conflict ? TenantState::refused : TenantState::target;
    result.message = problem.what();
    return;
  }
}

TenantResult planTenant(const Tenant& tenant, Control* control, const FleetOptions& options,
                        const std::function<void(const SourceSchema&)>& seen, TenantResult result) {
  sqlite::SqliteSource source = openUnchecked(tenant.source, 1, options.each.copySource);
  seen(readSourceSchema(source.reader(0)));
  PlanOptions planOptions = options.each.plan;
  planOptions.schema = tenant.schema;
  Plan plan;
  whileChecking(source, [&] { plan = makePlan(source, planOptions); });
  result.tables = std::ssize(plan.tables);
  for (const TablePlan& table : plan.tables)
    result.rows += table.rows;
  result.state = TenantState::moved;
  if (plan.refused() || (plan.hasReported() && !options.each.skipUntranslatable)) {
    result.state = TenantState::refused;
    result.message = graveFindings(plan);
  } else if (plan.hasReported()) {
    result.state = TenantState::incomplete;
    result.message = graveFindings(plan);
  }
  if (control != nullptr) judgeTarget(*control, tenant, plan, result);
  return result;
}

}  // namespace

FleetReport planFleet(const std::vector<Tenant>& tenants,
                      const std::map<std::size_t, std::string>& refusals, const DatabaseUrl* target,
                      const FleetOptions& options, FleetProgress& progress) {
  FleetReport report = newFleetReport("fleet plan", tenants, target, options);
  std::vector<std::unique_ptr<Control>> controls(options.atOnce);
  for (auto& control : controls) {
    if (target == nullptr) break;
    during(Stage::target, [&] {
      control = std::make_unique<Control>(*target);
      checkServer(*control);
    });
  }
  std::mutex mutex;
  Shapes shapes;
  inParallel(report, options, progress, [&](std::size_t worker, std::size_t i, Progress&) {
    TenantResult result = report.tenants[i];
    const auto seen = [&](const SourceSchema& schema) {
      const std::lock_guard lock(mutex);
      shapes.add(tenants[i].source, schema);
    };
    try {
      result = planTenant(tenants[i], controls[worker].get(), options, seen, result);
    } catch (const Error& error) {
      noteFailure(result, {error.kind() == ErrorKind::usage        ? Stage::refused
                           : error.kind() == ErrorKind::connection ? Stage::target
                                                                   : Stage::source,
                           error});
    }
    if (const auto refusal = refusals.find(i); refusal != refusals.end()) {
      result.state = TenantState::refused;
      result.message = refusal->second;
    }
    return result;
  });
  report.shapes = shapes.finish();
  return report;
}

}  // namespace repot::migrate
