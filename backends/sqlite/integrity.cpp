// See integrity.hpp.
#include "sqlite/integrity.hpp"

#include <repot/sqlite/bulk.hpp>
#include <repot/sqlite/errors.hpp>

#include <utility>

namespace repot::sqlite {

void addProblems(std::vector<std::string>& problems, SqliteReader& reader, const char* pragma) {
  Statement statement = reader.prepare(pragma);
  while (statement.step()) {
    std::string line = statement.string(0);
    requireRead(line);
    if (line != "ok") problems.push_back(std::move(line));
  }
}

}  // namespace repot::sqlite
