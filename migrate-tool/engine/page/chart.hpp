// Line charts as SVG for pages.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace repot::migrate {

struct Chart {
  using Points = std::vector<std::pair<double, double>>;  ///< In the order of x.
  std::string title;     ///< Told to screen readers, with the description.
  std::string describe;  ///< What can be seen, in a sentence.
  Points line;
  Points forecast;  ///< Dashed; may be empty.
  struct Limit {
    std::string name;
    double y = 0;
  };
  std::vector<Limit> limits;  ///< Horizontal lines; drawn where they are within reach of the line.
  std::function<std::string(double)> xText, yText;
};

/// The chart, as wide as its place. Empty for fewer than two points.
std::string chartSvg(const Chart& chart);

}  // namespace repot::migrate
