// What both databases answered, for machines, for people, and as a page.
#include "engine/plan_page.hpp"
#include "engine/shadow/shadow.hpp"

#include <repot/figures_text.hpp>

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace repot::migrate {
namespace {

namespace json = boost::json;
using Outcome = ShadowAnswer::Outcome;

std::string timesText(const ShadowAnswer& answer) {
  return fmt::format("{:.1f} ms, {:.1f} ms", answer.sourceSeconds * 1000,
                     answer.targetSeconds * 1000);
}

std::string verdict(const ShadowReport& report) {
  const auto all = std::ssize(report.answers);
  const std::int64_t different = report.different();
  double source = 0, target = 0;
  for (const ShadowAnswer& answer : report.answers) {
    source += answer.sourceSeconds;
    target += answer.targetSeconds;
  }
  const std::string times =
      fmt::format("; SQLite took {}, PostgreSQL {}", secondsText(source), secondsText(target));
  if (different == 0) return fmt::format("{} queries, every answer equal{}", all, times);
  return fmt::format("{} of {} queries are answered differently{}", different, all, times);
}

}  // namespace

std::string_view toString(Outcome outcome) noexcept {
  constexpr std::array<std::string_view, 6> names{"equal", "rows",   "order",
                                                  "types", "failed", "large"};
  return names[static_cast<std::size_t>(outcome)];
}

std::string reportToJson(const ShadowReport& report) {
  json::array answers;
  for (const ShadowAnswer& answer : report.answers) {
    answers.push_back(json::object{{"name", answer.query.name},
                                   {"sql", answer.query.source},
                                   {"outcome", toString(answer.outcome)},
                                   {"message", answer.message},
                                   {"source_rows", answer.sourceRows},
                                   {"target_rows", answer.targetRows},
                                   {"source_seconds", answer.sourceSeconds},
                                   {"target_seconds", answer.targetSeconds}});
  }
  return json::serialize(json::object{{"format", "repot-shadow-report"},
                                      {"version", ShadowReport::formatVersion},
                                      {"source", report.source},
                                      {"target", report.target},
                                      {"schema", report.schema},
                                      {"queries", std::ssize(report.answers)},
                                      {"different", report.different()},
                                      {"answers", std::move(answers)}}) +
         "\n";
}

std::string reportToText(const ShadowReport& report) {
  std::string text;
  for (const ShadowAnswer& answer : report.answers) {
    if (answer.outcome == Outcome::equal) continue;
    text +=
        fmt::format("{}: {}\n  {}\n", toString(answer.outcome), answer.query.name, answer.message);
  }
  std::vector<const ShadowAnswer*> slower;
  for (const ShadowAnswer& answer : report.answers) {
    constexpr double noticed = 0.005, times = 3;
    if (answer.targetSeconds > noticed && answer.targetSeconds > times * answer.sourceSeconds)
      slower.push_back(&answer);
  }
  for (const ShadowAnswer* answer : slower)
    text += fmt::format("slower: {}\n  {} (SQLite, PostgreSQL)\n", answer->query.name,
                        timesText(*answer));
  return text + (report.different() == 0 ? "equal: " : "DIFFERENT: ") + verdict(report) + '\n';
}

std::string reportToHtml(const ShadowReport& report, const std::string& exit) {
  Page page("Queries on " + report.source + " and PostgreSQL");
  const bool equal = report.different() == 0;
  writeVerdict(page, {equal ? Page::Tone::good : Page::Tone::bad, equal ? "equal" : "different",
                      verdict(report) + ".", exit});
  page.facts({{"source", report.source}, {"target", report.target}, {"schema", report.schema}});
  Page::Table table{"Queries, those that differ first",
                    {"query", "answers", "rows", "SQLite, PostgreSQL", "what differs"},
                    {}};
  std::vector<const ShadowAnswer*> answers;
  for (const ShadowAnswer& answer : report.answers)
    answers.push_back(&answer);
  std::stable_sort(answers.begin(), answers.end(), [](const auto* a, const auto* b) {
    return a->outcome != Outcome::equal && b->outcome == Outcome::equal;
  });
  for (const ShadowAnswer* answer : answers) {
    const bool same = answer->outcome == Outcome::equal;
    table.rows.push_back(
        {{answer->query.name, {}, {}, true},
         {std::string(toString(answer->outcome)), same ? Page::Tone::good : Page::Tone::bad},
         {countText(answer->sourceRows) + ", " + countText(answer->targetRows)},
         {timesText(*answer)},
         {answer->message, {}, {}, true}});
  }
  page.heading("Answers").table(table);
  return std::move(page).finish();
}

}  // namespace repot::migrate
