// Draws what was done when; see spans.hpp.
#include "engine/page/spans.hpp"

#include "engine/page/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace repot::migrate {
namespace {

// Narrow enough for its text to be read on a phone.
constexpr double width = 480, left = 132, right = 12, row = 24, bottom = 22;

std::vector<std::string> rowsOf(const Spans& spans) {
  std::vector<std::string> names;
  for (const Spans::Span& span : spans.spans) {
    if (std::find(names.begin(), names.end(), span.name) == names.end()) names.push_back(span.name);
  }
  return names;
}

}  // namespace

std::string spansSvg(const Spans& spans) {
  if (spans.spans.empty()) return {};
  const std::vector<std::string> names = rowsOf(spans);
  const double height = row * static_cast<double>(names.size()) + bottom;
  const double end = std::max(spans.end, 1e-3);
  const auto x = [&](double at) {
    return left + std::clamp(at / end, 0.0, 1.0) * (width - left - right);
  };
  std::string svg = fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}: {}\">\n",
                                width, height, escapeHtml(spans.title), escapeHtml(spans.describe));
  constexpr const char* anchors[] = {"start", "middle", "end"};
  for (int i = 0; i <= 2; ++i) {
    const double at = end * i / 2;
    svg += fmt::format(
        "<line class=\"grid\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"0\" y2=\"{1:.1f}\"/>"
        "<text x=\"{0:.1f}\" y=\"{2:.1f}\" text-anchor=\"{3}\">{4}</text>\n",
        x(at), height - bottom, height - 5, anchors[i], escapeHtml(spans.text(at)));
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    const double y = row * static_cast<double>(i);
    svg += fmt::format("<text class=\"name\" x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
                       left - 8, y + row / 2 + 4, escapeHtml(names[i]));
    for (const Spans::Span& span : spans.spans) {
      if (span.name != names[i]) continue;
      // The shortest is to be seen, too.
      svg += fmt::format(
          "<rect class=\"span\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{}\"/>\n",
          x(span.begin), y + 4, std::max(1.5, x(span.end) - x(span.begin)), row - 8);
    }
  }
  return svg + "</svg>";
}

}  // namespace repot::migrate
