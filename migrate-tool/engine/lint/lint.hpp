// Finds what is unsafe in migrations written as SQL: what SQLite cannot do or does otherwise than
// one thinks, what locks or rewrites tables on PostgreSQL, and what only one of the two
// understands.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace repot::lint {

enum class Severity { info, warning, error };
std::string_view toString(Severity severity);

/// Where a rule matters.
enum class Target { sqlite, postgresql, both };
std::string_view toString(Target target);

struct Rule {
  std::string_view id;  ///< Stable: it stands in comments and in CI settings.
  Target target;
  Severity severity;
  std::string_view reason;  ///< What goes wrong.
  std::string_view safe;    ///< What to do in its place.
};
/// All rules, sorted by id.
std::span<const Rule> rules();
/// Null where there is none.
const Rule* findRule(std::string_view id);

struct Finding {
  const Rule* rule = nullptr;
  std::string file;
  std::size_t line = 1;    ///< From 1.
  std::size_t column = 1;  ///< From 1, in characters.
  std::string statement;   ///< Its beginning, in one line.
  std::string detail;      ///< What of the statement: "tracks.title", …; may be empty.
};

struct Options {
  bool sqlite = true;
  bool postgresql = true;
};

struct Input {
  std::string file;  ///< As given; the suffix .py makes it a migration of Alembic.
  std::string text;
};

/// Findings in the order of the files and of their statements. Files are read in the order given:
/// what an earlier one creates (indexes, views, types of columns) is known in later ones. A comment
/// `-- repot:ignore rule-id reason` within a statement, in front of it or behind it in its last
/// line takes the rule's findings out.
std::vector<Finding> lint(const std::vector<Input>& inputs, const Options& options);

/// "file:line:column: severity rule-id: …", with the statement, the reason and the safe way.
std::string toText(const std::vector<Finding>& findings);
std::string toJson(const std::vector<Finding>& findings);
/// The table of all rules as docs/lint.md has it.
std::string rulesAsMarkdown();

}  // namespace repot::lint
