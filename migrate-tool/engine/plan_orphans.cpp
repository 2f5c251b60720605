// Rows whose foreign key leads nowhere, where they are not to be moved as they are: their referring
// values become NULL, or they go to the quarantine.
#include "foreign_keys.hpp"

#include <algorithm>

namespace repot::migrate {
namespace {

using Level = Finding::Level;
using Orphans = PlanOptions::Orphans;

/// Columns of the key that may become NULL, as places in the plan.
std::vector<std::size_t> nullableColumns(const ResolvedKey& key) {
  std::vector<std::size_t> columns;
  for (const std::size_t column : key.columns) {
    const SourceColumn& source = key.child->source->columns[column];
    const bool nullable = !source.notNull && source.keyOrdinal == 0 && !source.isGenerated();
    if (nullable) columns.push_back(key.child->planned[column]);
  }
  return columns;
}

std::vector<std::size_t> loadedColumns(const ResolvedKey& key) {
  std::vector<std::size_t> columns;
  for (const std::size_t column : key.columns) {
    if (!key.child->source->columns[column].isGenerated()) {
      columns.push_back(key.child->planned[column]);
    }
  }
  return columns;
}

void setAside(Draft& draft, const ResolvedKey& key, Orphans wanted) {
  const TraitStat orphans = findOrphans(draft, key);
  if (orphans.count == 0) return;
  Finding finding = makeFinding(Level::warning, "orphans", spellForeignKey(key),
                                "rows refer to rows that do not exist", orphans);
  OrphanPlan plan{finding.object, nullableColumns(key), orphanCondition(key),
                  wanted == Orphans::setNull ? MisfitPolicy::setNull : MisfitPolicy::quarantine,
                  orphans.count};
  if (plan.columns.empty() && wanted == Orphans::quarantine) {
    plan.columns = loadedColumns(key);
    plan.policy = MisfitPolicy::quarantineRow;
  }
  if (plan.columns.empty()) {
    finding.level = Level::refused;
    finding.message += "; the columns that refer cannot become NULL";
    finding.advice = "correct the rows, or choose --orphans quarantine or not-valid";
    draft.plan.findings.push_back(std::move(finding));
    return;
  }
  finding.message +=
      plan.policy == MisfitPolicy::setNull ? "; what refers becomes NULL, as asked for"
      : plan.policy == MisfitPolicy::quarantine
          ? "; what refers becomes NULL and is kept in the quarantine, as asked for"
          : "; these rows go to the quarantine, as asked for: what refers is NOT NULL";
  draft.plan.findings.push_back(std::move(finding));
  if (plan.policy != MisfitPolicy::quarantineRow) {
    for (const std::size_t column : plan.columns) {
      MisfitPolicy& misfit = key.child->plan.columns[column].misfit;
      misfit = std::max(misfit, plan.policy);
    }
  }
  key.child->plan.orphans.push_back(std::move(plan));
}

}  // namespace

void planOrphans(Draft& draft) {
  for (TableDraft& child : draft.tables) {
    for (const SourceForeignKey& key : child.source->foreignKeys) {
      ResolvedKey resolved{&key, &child, nullptr, {}, {}};
      const Orphans wanted = orphansWanted(draft, resolved);
      if (wanted != Orphans::setNull && wanted != Orphans::quarantine) continue;
      if (resolveForeignKey(draft, resolved).empty() && differingTypes(resolved).empty())
        setAside(draft, resolved, wanted);
    }
  }
}

}  // namespace repot::migrate
