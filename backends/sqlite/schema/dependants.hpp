// Views and triggers that a change of the schema would leave broken, which SQLite tells nobody
// before they are used.
#pragma once

#include <string>
#include <vector>

namespace repot {
class UnitOfWork;
}

namespace repot::sqlite {

/// What cannot be used as the schema is: "view v: no such column: a".
std::vector<std::string> brokenDependants(UnitOfWork& work);

/// Throws Error(schema), naming them, where there are others than `before`.
void checkDependants(UnitOfWork& work, const std::vector<std::string>& before);

}  // namespace repot::sqlite
