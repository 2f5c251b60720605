// What a target lacks because no migration of Repot's would have made it either; see
// compare_objects.hpp.
#include "engine/run/compare_objects.hpp"
#include "engine/run/source_name.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace repot::migrate {
namespace {

std::size_t objectsOf(const Plan& plan, const std::string& table, ObjectPlan::Kind kind) {
  return static_cast<std::size_t>(std::count_if(
      plan.objects.begin(), plan.objects.end(),
      [&](const ObjectPlan& object) { return object.table == table && object.kind == kind; }));
}

const TablePlan* tableOf(const Plan& plan, const std::string& source) {
  const auto found = std::find_if(plan.tables.begin(), plan.tables.end(),
                                  [&](const TablePlan& table) { return table.source == source; });
  return found == plan.tables.end() ? nullptr : &*found;
}

const ColumnPlan* columnOf(const Plan& plan, const ObjectFault& fault) {
  const TablePlan* table = tableOf(plan, fault.table);
  if (table == nullptr) return nullptr;
  for (const ColumnPlan& column : table->columns) {
    if (fault.object == fault.table + "." + column.source) return &column;
  }
  return nullptr;
}

/// Whether Repot's own plan lacks the same thing.
bool isPlanned(const ObjectFault& fault, const Pairing& pairing, const Plan& plan) {
  if (fault.kind == "primary-key") {
    const TablePlan* table = tableOf(plan, fault.table);
    return table != nullptr && objectsOf(plan, table->target, ObjectPlan::Kind::primaryKey) == 0;
  }
  const ColumnPlan* planned = columnOf(plan, fault);
  const ColumnPlan* found = columnOf(pairing.plan, fault);
  if (planned == nullptr || found == nullptr) return false;
  return (fault.kind == "type" && planned->type == found->type) ||
         (fault.kind == "identity" && !planned->identity) ||
         (fault.kind == "default-dropped" && !planned->defaultSql) ||
         (fault.kind == "not-null" && !planned->notNull) ||
         (fault.kind == "generated-column" && !planned->generatedSql);
}

}  // namespace

void dismissUntranslatable(std::vector<ObjectFault>& faults, const Pairing& pairing,
                           const Plan& plan, std::vector<Finding>& findings) {
  using Kind = ObjectPlan::Kind;
  // Of foreign keys and checks planning tells the table only; so many of them may be missing.
  std::map<std::pair<std::string, std::string>, std::size_t> spared;
  for (std::size_t i = 0; i < pairing.tables.size(); ++i) {
    const SourceTable& source = *pairing.tables[i].source;
    const TablePlan* planned = tableOf(plan, source.name);
    if (planned == nullptr) continue;
    const std::size_t checks = objectsOf(plan, planned->target, Kind::check);
    const std::size_t keys = objectsOf(plan, planned->target, Kind::foreignKey);
    const std::size_t sourceChecks = pairing.tables[i].ddl.checks.size();
    spared[{source.name, "check"}] = sourceChecks - std::min(checks, sourceChecks);
    spared[{source.name, "check-not-valid"}] = static_cast<std::size_t>(
        std::count_if(plan.objects.begin(), plan.objects.end(), [&](const ObjectPlan& object) {
          return object.table == planned->target && object.kind == Kind::check &&
                 object.leaveNotValid;
        }));
    spared[{source.name, "foreign-key"}] =
        source.foreignKeys.size() - std::min(keys, source.foreignKeys.size());
  }
  std::set<std::pair<std::string, std::string>> reported;
  for (const Finding& finding : plan.findings) {
    if (finding.level != Finding::Level::reported) continue;
    reported.emplace(finding.code, finding.object);
  }
  // Whether the server can make such an index nobody knows but the migration that tried.
  for (const ObjectPlan& object : plan.objects) {
    if (!object.doubtful || object.kind != Kind::index) continue;
    reported.emplace("index", sourceNameOf(object));
    reported.emplace("index", object.name);
  }
  std::erase_if(faults, [&](const ObjectFault& fault) {
    if (reported.contains({fault.kind, fault.object}) || isPlanned(fault, pairing, plan))
      return true;
    const auto left = spared.find({fault.table, fault.kind});
    if (left == spared.end() || left->second == 0) return false;
    --left->second;
    return true;
  });
  for (const Finding& finding : plan.findings) {
    if (finding.level == Finding::Level::reported) findings.push_back(finding);
  }
}

}  // namespace repot::migrate
