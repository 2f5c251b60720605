// A target that a tool of schema migrations made has rows of its own in its version table, which
// name the same versions but differ in ids and times.
#include "engine/infer.hpp"
#include "engine/run/pairing.hpp"
#include "engine/version_table_names.hpp"

#include <set>

namespace repot::migrate {
namespace {

std::string joined(const std::set<std::string>& names) {
  constexpr std::size_t shown = 5;
  std::string text;
  std::size_t count = 0;
  for (const std::string& name : names) {
    if (++count > shown) return text + " and " + std::to_string(names.size() - shown) + " more";
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

std::set<std::string> without(const std::set<std::string>& left,
                              const std::set<std::string>& right) {
  std::set<std::string> rest;
  for (const std::string& name : left) {
    if (!right.contains(name)) rest.insert(name);
  }
  return rest;
}

}  // namespace

void compareVersions(sqlite::SqliteReader& reader, Control& control, const SourceTable& source,
                     const TargetTable& target, const std::string& schema,
                     std::vector<Finding>& findings) {
  const auto tell = [&](Finding::Level level, const std::string& message, std::string advice = {}) {
    findings.push_back(
        makeFinding(level, "version-table", source.name, message, {}, std::move(advice)));
  };
  const std::vector<std::string>& columns = *versionColumns(source.name);
  std::string ours, theirs;
  for (const std::string& column : columns) {
    const auto mine = source.find(column);
    const bool both = mine && target.find(column) != nullptr;
    if (!both)
      return tell(Finding::Level::warning,
                  "is left as the target has it; its columns are not those of the tool that is "
                  "known by this name");
    ours += (ours.empty() ? "" : " || '.' || ") + ("CAST(" + quoteIdentifier(column)) + " AS TEXT)";
    theirs += (theirs.empty() ? "" : " || '.' || ") + quoteIdentifier(column) + "::text";
  }
  if (columns.empty()) return tell(Finding::Level::info, "is left as the target has it");
  std::set<std::string> here, there;
  sqlite::Statement rows =
      reader.prepare("SELECT " + ours + " FROM main." + quoteIdentifier(source.name));
  while (rows.step())
    here.insert(rows.string(0));
  for (const auto& row : control.query("SELECT " + theirs + " FROM " + quoteIdentifier(schema) +
                                       '.' + quoteIdentifier(target.name)))
    there.insert(row[0]);
  if (here == there) {
    return tell(Finding::Level::info,
                "is left as the target has it: both sides are at the same version");
  }
  const std::set<std::string> lacking = without(here, there), ahead = without(there, here);
  tell(Finding::Level::warning,
       "is left as the target has it, but both sides are not at the same version" +
           (lacking.empty() ? "" : "; only the source has " + joined(lacking)) +
           (ahead.empty() ? "" : "; only the target has " + joined(ahead)),
       "bring both sides to the same version by the application's migrations first");
}

}  // namespace repot::migrate
