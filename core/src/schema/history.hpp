// The history table: which migrations a database has.
#pragma once

#include "repot/schema/dialect.hpp"
#include "repot/schema/migrator.hpp"

#include <string>
#include <vector>

namespace repot::schema::history {

/// What is applied, in order; nothing where there is no history table.
std::vector<Applied> read(UnitOfWork& work, const Dialect& dialect);
/// Makes the history table where there is none.
void create(UnitOfWork& work, const Dialect& dialect);
/// Adds a row behind the others.
void add(UnitOfWork& work, const Applied& applied);
void remove(UnitOfWork& work, const std::string& id);

}  // namespace repot::schema::history
