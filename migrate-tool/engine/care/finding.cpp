// An examination for people and for machines.
#include "engine/care/finding.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace repot::care {

std::string_view toString(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "";
}

bool Examination::isHealthy() const {
  return std::all_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.severity == Severity::note; });
}

std::string toText(const Examination& examination) {
  std::string text = fmt::format("{}\n", examination.database);
  for (const Finding& one : examination.findings) {
    text += fmt::format("{:<8} {}{}{}\n", toString(one.severity), one.subject,
                        one.subject.empty() ? "" : ": ", one.what);
    text += fmt::format("         why  {}\n         do   {}{}\n", one.why, one.advice,
                        one.cure.kind == Cure::Kind::none ? "" : " (--fix does it)");
    for (const std::string& sql : one.cure.sql)
      text += fmt::format("              {}\n", sql);
  }
  for (const Skipped& one : examination.skipped)
    text += fmt::format("skipped  {}: {}\n", one.check, one.reason);
  const auto count = [&](Severity severity) {
    return std::count_if(examination.findings.begin(), examination.findings.end(),
                         [&](const Finding& one) { return one.severity == severity; });
  };
  return text + fmt::format("{} checks: {} errors, {} warnings, {} notes\n",
                            examination.checks.size(), count(Severity::error),
                            count(Severity::warning), count(Severity::note));
}

std::string toJson(const Examination& examination) {
  namespace json = boost::json;
  json::array findings, skipped, checks;
  for (const Finding& one : examination.findings) {
    json::array sql;
    for (const std::string& statement : one.cure.sql)
      sql.emplace_back(statement);
    findings.push_back(json::object{{"check", one.check},
                                    {"severity", toString(one.severity)},
                                    {"subject", one.subject},
                                    {"what", one.what},
                                    {"why", one.why},
                                    {"advice", one.advice},
                                    {"fixable", one.cure.kind != Cure::Kind::none},
                                    {"sql", std::move(sql)}});
  }
  for (const Skipped& one : examination.skipped)
    skipped.push_back(json::object{{"check", one.check}, {"reason", one.reason}});
  for (const std::string& check : examination.checks)
    checks.emplace_back(check);
  return json::serialize(json::object{{"format", "repot-examination"},
                                      {"version", 1},
                                      {"database", examination.database},
                                      {"healthy", examination.isHealthy()},
                                      {"checks", std::move(checks)},
                                      {"findings", std::move(findings)},
                                      {"skipped", std::move(skipped)}}) +
         '\n';
}

}  // namespace repot::care
