// LIKE as PostgreSQL has it: SQLite's own ignores the case of ASCII letters, and of no others.
#pragma once

struct sqlite3;

namespace repot::sqlite {

/// Makes repot_like(pattern, text) and repot_ilike(pattern, text) known to the connection: % any
/// text, _ any character, \ takes the next character literally. repot_ilike folds the case of all
/// of Unicode by ICU's root locale, as PostgreSQL's "und-x-icu" does. Throws Error.
void registerLikeFunctions(sqlite3* connection);

}  // namespace repot::sqlite
