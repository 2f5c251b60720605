// Draws charts; see chart.hpp.
#include "engine/page/chart.hpp"

#include "engine/page/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace repot::migrate {
namespace {

// Narrow enough for its text to be read on a phone.
constexpr double width = 480, height = 230, left = 66, right = 10, top = 14, bottom = 26;

struct Scale {
  double least = 0, most = 1;
  double from = 0, to = 1;  ///< Of the picture.
  double operator()(double value) const {
    return from + (value - least) / (most - least) * (to - from);
  }
};

/// The next of 1, 2, 2.5, 5, 10, … times a power of ten.
double roundedUp(double value) {
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (const double step : {1.0, 2.0, 2.5, 5.0}) {
    if (value <= step * power) return step * power;
  }
  return 10 * power;
}

/// A limit ten times above everything would press the line flat.
constexpr double reach = 3;

Scale yScale(const Chart& chart) {
  double most = 0;
  for (const auto* points : {&chart.line, &chart.forecast}) {
    for (const auto& [x, y] : *points)
      most = std::max(most, y);
  }
  const double seen = most;
  for (const Chart::Limit& limit : chart.limits) {
    if (limit.y <= seen * reach) most = std::max(most, limit.y);
  }
  return {0, most > 0 ? roundedUp(most / 4) * 4 : 1, height - bottom, top};
}

Scale xScale(const Chart& chart) {
  const double last =
      chart.forecast.empty() ? chart.line.back().first : chart.forecast.back().first;
  const double first = chart.line.front().first;
  return {first, last > first ? last : first + 1, left, width - right};
}

std::string path(const Chart::Points& points, const Scale& x, const Scale& y, const char* kind) {
  std::string d;
  for (const auto& [px, py] : points)
    d += fmt::format("{}{:.1f} {:.1f}", d.empty() ? "M" : "L", x(px), y(py));
  return fmt::format("<path class=\"{}\" d=\"{}\"/>\n", kind, d);
}

std::string axes(const Chart& chart, const Scale& x, const Scale& y) {
  std::string svg;
  for (int i = 0; i <= 4; ++i) {
    const double value = y.most * i / 4;
    svg += fmt::format(
        "<line class=\"grid\" x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>"
        "<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
        left, width - right, y(value), y(value), left - 6, y(value) + 4,
        escapeHtml(chart.yText(value)));
  }
  constexpr const char* anchors[] = {"start", "middle", "end"};
  for (int i = 0; i <= 2; ++i) {
    const double value = x.least + (x.most - x.least) * i / 2;
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"{}\">{}</text>\n", x(value),
                       height - 6, anchors[i], escapeHtml(chart.xText(value)));
  }
  return svg;
}

}  // namespace

std::string chartSvg(const Chart& chart) {
  if (chart.line.size() < 2) return {};
  const Scale x = xScale(chart), y = yScale(chart);
  std::string svg = fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}: {}\">\n",
                                width, height, escapeHtml(chart.title), escapeHtml(chart.describe));
  svg += axes(chart, x, y);
  for (const Chart::Limit& limit : chart.limits) {
    if (limit.y > y.most || limit.y <= 0) continue;
    svg += fmt::format(
        "<line class=\"limit\" x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>"
        "<text class=\"limit-name\" x=\"{}\" y=\"{:.1f}\">{}</text>\n",
        left, width - right, y(limit.y), y(limit.y), left + 4, y(limit.y) - 4,
        escapeHtml(limit.name));
  }
  if (!chart.forecast.empty()) svg += path(chart.forecast, x, y, "series forecast");
  return svg + path(chart.line, x, y, "series") + "</svg>";
}

}  // namespace repot::migrate
