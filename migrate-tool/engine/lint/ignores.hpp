// Comments that take findings out: -- repot:ignore rule-id[, rule-id] reason
#pragma once

#include <repot/sqlite/grammar/script.hpp>

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace repot::lint {

/// Of one statement.
struct Ignores {
  std::set<std::string, std::less<>> rules;
  struct Problem {
    std::string_view rule;  ///< ignore-needs-reason or ignore-unknown-rule
    std::string detail;
  };
  std::vector<Problem> problems;
};

/// For each statement of the script, in order. A comment belongs to the statement that it stands
/// in, behind in the same line, or in front of.
std::vector<Ignores> ignoresOf(std::string_view sql, const sql::Script& script);

}  // namespace repot::lint
