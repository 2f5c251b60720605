// SQL functions that tell whether two tables hold the same rows.
#pragma once

#include <string>
#include <vector>

struct sqlite3;

namespace repot::sqlite {

/// repot_hash(value, …): 16 bytes that depend on each value and its storage class; whole numbers
/// are the same as INTEGER and REAL, as column types may move them between the two.
/// repot_digest(value, …): an aggregate over rows, the same in every order of theirs; a text.
/// Neither is for schemas: they are refused in views, triggers and CHECKs. Throws Error.
void registerDigestFunctions(sqlite3* connection);

/// "repot_digest(…)" of rows of these expressions, in groups, as functions take few arguments.
std::string digestSql(const std::vector<std::string>& expressions);

}  // namespace repot::sqlite
