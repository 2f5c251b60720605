// Which files are a fleet's: paths, folders, globs and lists, each file once.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace repot::migrate {

/// A file, and the schema that it becomes.
struct Tenant {
  std::string source;  ///< As it was found; safe to open.
  std::string schema;  ///< Empty until it has a name.
};

struct FleetSources {
  std::vector<Tenant> tenants;  ///< In the order of their paths, those of each argument together.
  /// Files of folders that are no SQLite databases, the first few.
  std::vector<std::string> skipped;
  std::size_t skippedCount = 0;
};

/// What `arguments` name: a file (also one that there is not: it fails as a tenant does), a folder
/// (its files that are SQLite databases by their first bytes or are called so), a glob, or an
/// sqlite:// URL. `lists` are files with a path on each line, and behind a tab the schema, if it is
/// to be another; "-": standard input. A file that is named twice, by whatever path, is one tenant.
/// Throws Error(usage) for a folder or glob without a database, and for a list that cannot be read.
FleetSources findSources(const std::vector<std::string>& arguments,
                         const std::vector<std::string>& lists, bool recursive);

/// Pairs of a name and, behind a tab, a schema. Throws Error(usage) that names the line.
std::map<std::string, std::string> readSchemaMap(const std::string& path);

}  // namespace repot::migrate
