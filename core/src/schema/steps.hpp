// The steps of one migration: checked, made, or described.
#pragma once

#include "repot/schema/dialect.hpp"
#include "repot/schema/migrator.hpp"

#include <string_view>
#include <vector>

namespace repot::schema {

/// The steps of `migration` on a database of that scheme. Throws Error(schema), naming it, where it
/// has no such steps: no `down`, no SQL for this database, or SQL that would end the transaction.
std::vector<Change> stepsOf(const Migration& migration, bool up, std::string_view scheme);

/// Makes the steps inside of the unit of work.
void makeSteps(UnitOfWork& work, const Dialect& dialect, const Migration& migration, bool up);

/// The statements of the plan in a database whose schema is `schema` before it.
std::vector<DryRunStep> describeSteps(const Dialect& dialect, std::string_view scheme,
                                      const std::vector<const Migration*>& plan, bool up,
                                      Schema schema);

}  // namespace repot::schema
