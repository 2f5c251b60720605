// What was done when, as SVG for pages: a row for each thing, a bar for each time that it was done.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace repot::migrate {

struct Spans {
  struct Span {
    std::string name;  ///< Spans of the same name share a row.
    double begin = 0;
    double end = 0;
  };
  std::string title;     ///< Told to screen readers, with the description.
  std::string describe;  ///< What can be seen, in a sentence.
  std::vector<Span> spans;
  double end = 0;  ///< Of the axis, which begins at 0.
  std::function<std::string(double)> text;
};

/// The picture, as wide as its place. Empty for no spans.
std::string spansSvg(const Spans& spans);

}  // namespace repot::migrate
