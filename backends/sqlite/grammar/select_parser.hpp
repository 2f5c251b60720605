// Queries in the middle of a statement.
#pragma once

#include <repot/sqlite/grammar/select.hpp>
#include <repot/sqlite/grammar/token.hpp>

namespace repot::sql {

/// The longest query from the cursor on. Throws SyntaxError.
Select parseSelect(Cursor& cursor);

}  // namespace repot::sql
