// How a planned column looks to repot::sql.
#pragma once

#include "plan.hpp"
#include "sql/translate.hpp"

#include <string>

namespace repot::migrate {

sql::TypeClass typeClassOf(PgType type);
/// True where an expression over the column sees other values than it saw in the source.
bool changesValues(const ColumnPlan& column);
sql::ColumnInfo columnInfo(const ColumnPlan& column, const std::string& sourceCollation);

}  // namespace repot::migrate
