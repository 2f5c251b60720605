// Brings what was put aside on the server into the tables: all tables together, so that foreign
// keys hold at the end whatever their order.
#pragma once

#include "engine/plan.hpp"
#include "engine/sync/changes.hpp"

#include <repot/postgresql/bulk.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace repot::migrate {

struct StagedTable {
  std::size_t table = 0;  ///< Index into the plan's tables.
  TableChange change;
  StageNames names;
};

/// Throws Error(conflict) where something of the target would meddle: triggers of others, or row
/// security that hides rows.
void refuseMeddlers(postgresql::BulkConnection& target, const std::string& schema,
                    const std::vector<std::string>& tables);

/// Within the transaction of `target`, which holds locks on the tables. Where rows of the source
/// break a foreign key that held, or keep one that did not, that is written into the plan, with a
/// finding. `noteSql` is run in the subtransaction that wrote, if it is not empty. Throws Error,
/// and the transaction is to be rolled back.
void applyChanges(postgresql::BulkConnection& target, Plan& plan,
                  const std::vector<StagedTable>& staged, const std::string& noteSql = {});

/// Tries to prove constraints that rows of the source broke when they were made; what holds by now
/// is noted in the plan. Within the same transaction.
void proveAgain(postgresql::BulkConnection& target, Plan& plan);

}  // namespace repot::migrate
