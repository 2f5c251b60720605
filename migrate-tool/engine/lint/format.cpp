// Findings and rules as text, JSON and Markdown; see lint.hpp.
#include "engine/lint/lint.hpp"

#include <boost/json.hpp>

namespace repot::lint {

std::string_view toString(Severity severity) {
  switch (severity) {
    case Severity::info:
      return "info";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "";
}

std::string_view toString(Target target) {
  switch (target) {
    case Target::sqlite:
      return "sqlite";
    case Target::postgresql:
      return "postgresql";
    case Target::both:
      return "both";
  }
  return "";
}

std::string toText(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += finding.file + ':' + std::to_string(finding.line) + ':' +
            std::to_string(finding.column) + ": ";
    text += std::string(toString(finding.rule->severity)) + ' ' + std::string(finding.rule->id);
    if (!finding.detail.empty()) text += ": " + finding.detail;
    text += "\n  " + finding.statement + "\n  why:  " + std::string(finding.rule->reason) +
            "\n  safe: " + std::string(finding.rule->safe) + '\n';
  }
  return text;
}

std::string toJson(const std::vector<Finding>& findings) {
  boost::json::array list;
  for (const Finding& finding : findings) {
    list.push_back(boost::json::object{{"rule", finding.rule->id},
                                       {"severity", toString(finding.rule->severity)},
                                       {"database", toString(finding.rule->target)},
                                       {"file", finding.file},
                                       {"line", finding.line},
                                       {"column", finding.column},
                                       {"detail", finding.detail},
                                       {"statement", finding.statement},
                                       {"reason", finding.rule->reason},
                                       {"safe", finding.rule->safe}});
  }
  return boost::json::serialize(
             boost::json::object{{"format", "repot-lint/1"}, {"findings", std::move(list)}}) +
         '\n';
}

std::string rulesAsMarkdown() {
  const auto cell = [](std::string_view text) {
    std::string escaped;
    for (const char c : text)
      escaped += c == '|' ? std::string("\\|") : std::string(1, c);
    return escaped;
  };
  std::string text = "| rule | on | severity | why | the safe way |\n|---|---|---|---|---|\n";
  for (const Rule& rule : rules()) {
    text += "| `" + std::string(rule.id) + "` | " + std::string(toString(rule.target)) + " | " +
            std::string(toString(rule.severity)) + " | " + cell(rule.reason) + " | " +
            cell(rule.safe) + " |\n";
  }
  return text;
}

}  // namespace repot::lint
