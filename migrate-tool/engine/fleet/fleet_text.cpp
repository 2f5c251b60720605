// The report of a fleet for people; see fleet.hpp.
#include "engine/fleet/fleet.hpp"
#include "engine/fleet/words.hpp"
#include "engine/plan_page.hpp"

#include <repot/figures_text.hpp>

#include <fmt/format.h>

namespace repot::migrate {
namespace {

constexpr std::size_t mostListed = 20;

std::string indented(const std::string& text) {
  std::string result = "      ";
  for (const char c : text) {
    result += c;
    if (c == '\n') result += "      ";
  }
  while (result.ends_with(' ') || result.ends_with('\n'))
    result.pop_back();
  return result + '\n';
}

std::string listed(const FleetReport& report, TenantState state) {
  std::string text;
  std::size_t count = 0;
  for (const TenantResult& tenant : report.tenants) {
    if (tenant.state != state) continue;
    if (++count > mostListed) continue;
    text += fmt::format("  {} -> schema \"{}\"\n", tenant.source, tenant.schema);
    if (!tenant.message.empty()) text += indented(tenant.message);
  }
  if (count > mostListed)
    text += fmt::format("  … and {} more; --json lists all\n", count - mostListed);
  return text;
}

std::string shapesText(const std::vector<Shape>& shapes) {
  if (shapes.empty()) return {};
  std::string text = shapes.size() == 1
                         ? "\nAll files have the same schema.\n"
                         : fmt::format("\nThe files have {} different schemas:\n", shapes.size());
  if (shapes.size() == 1) return text;
  for (std::size_t i = 0; i < shapes.size() && i < mostListed; ++i) {
    const Shape& shape = shapes[i];
    text += fmt::format("  {:>6} tenants  {}  such as {}\n", shape.tenants,
                        shape.digest.substr(0, 8), shape.sources.front());
    for (const std::string& difference : shape.differences)
      text += "                  " + difference + '\n';
    if (shape.differenceCount > shape.differences.size())
      text += fmt::format("                  … and {} more differences\n",
                          shape.differenceCount - shape.differences.size());
  }
  if (shapes.size() > mostListed)
    text += fmt::format("  … and {} more; --json lists all\n", shapes.size() - mostListed);
  return text;
}

std::string skippedText(const FleetReport& report) {
  if (report.skippedCount == 0) return {};
  std::string text =
      fmt::format("{} files are no SQLite databases and were left out: ", report.skippedCount);
  for (std::size_t i = 0; i < report.skipped.size(); ++i)
    text += (i == 0 ? "" : ", ") + report.skipped[i];
  return text + (report.skippedCount > report.skipped.size() ? ", …\n" : "\n");
}

}  // namespace

std::string reportToText(const FleetReport& report) {
  const bool plan = isPlan(report);
  std::string text =
      fmt::format("{} tenants, {}, {} rows", report.tenants.size(),
                  bytesText(static_cast<double>(report.bytes())), countText(report.rows()));
  if (!report.target.empty()) text += " -> " + report.target;
  text += fmt::format("\n{} at once, {}\n", report.atOnce, secondsText(report.seconds));
  text += skippedText(report);
  for (const TenantState state : statesInOrder) {
    const std::size_t count = report.count(state);
    if (count > 0) text += fmt::format("  {:>6} {}\n", count, stateWords(state, plan));
  }
  std::size_t changed = 0;
  for (const TenantResult& tenant : report.tenants)
    if (tenant.sourceChanged) ++changed;
  if (changed > 0) {
    text += fmt::format(
        "  {:>6} of them written to while they were moved: those writes are not in the target; "
        "`repot sync` brings them\n",
        changed);
  }
  for (const TenantState state : statesInOrder) {
    if (isDone(state) || state == TenantState::waiting || report.count(state) == 0) continue;
    text += fmt::format("\n{}:\n{}", stateWords(state, plan), listed(report, state));
  }
  text += shapesText(report.shapes);
  return text + '\n' + verdictSentence(report) + '\n';
}

}  // namespace repot::migrate
