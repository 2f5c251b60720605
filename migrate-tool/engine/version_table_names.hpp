// Tables in which the tools of schema migrations keep what they have done.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace repot::migrate {

/// The columns that name a migration in such a table, none where its rows say nothing of versions;
/// null for all other tables.
const std::vector<std::string>* versionColumns(std::string_view table);
bool isVersionTable(std::string_view table);

}  // namespace repot::migrate
