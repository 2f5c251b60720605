// What SQLite's own checks of a file find.
#pragma once

#include <string>
#include <vector>

namespace repot::sqlite {

class SqliteReader;

/// Adds the lines of `pragma`, a quick_check or an integrity_check, but for "ok": nothing where the
/// file is sound. Throws Error (resource, …) where a page cannot be read; what was found stays.
void addProblems(std::vector<std::string>& problems, SqliteReader& reader, const char* pragma);

}  // namespace repot::sqlite
