// Plans as pages, and the parts that other pages of tables and findings share with them.
#pragma once

#include "engine/page/page.hpp"
#include "engine/plan.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace repot::migrate {

/// How a command ended, for the top of its page.
struct Verdict {
  Page::Tone tone = Page::Tone::good;
  std::string word;
  std::string text;
  std::string exit;  ///< Its exit code, and what that means.
};

/// The plan: what would be refused or lost, the types and their reasons, each key and index.
/// `problems` are those of the target; `next` is the command to go on with, or empty.
std::string planToHtml(const Plan& plan, const Verdict& verdict,
                       const std::vector<std::string>& problems, const std::string& next);

/// "1,234,567".
std::string countText(std::int64_t count);
/// The verdict as a page begins with it.
void writeVerdict(Page& page, const Verdict& verdict);
/// All findings, the gravest first; nothing where there are none.
void writeFindings(Page& page, const std::vector<Finding>& findings);
/// A row for each column with its type and the reason, folded away table by table.
void writeTypes(Page& page, const std::vector<TablePlan>& tables);

}  // namespace repot::migrate
