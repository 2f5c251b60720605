// The trend of a database's size: Theil and Sen's estimator, the median of the slopes between all
// pairs of points.
#include "repot/growth.hpp"

#include <algorithm>
#include <utility>

namespace repot {
namespace {

/// Points that pairs are made of: their number goes up with the square.
constexpr std::int64_t mostPoints = 300;
constexpr std::chrono::hours leastSpan{6};
/// Growth of long ago tells nothing about now.
constexpr std::chrono::days longestSpan{90};

using Point = std::pair<double, double>;  ///< Days, bytes.

/// The last sample in each of mostPoints equal stretches of time, however dense the history is.
std::vector<Point> pointsOf(const std::vector<GrowthSample>& history) {
  const auto end = history.back().start;
  const auto begin = std::max(history.front().start, end - longestSpan);
  std::vector<Point> points;
  std::int64_t stretch = -1;
  for (const GrowthSample& sample : history) {
    if (sample.start < begin || sample.storage.pages == 0) continue;
    const std::int64_t own =
        (sample.start - begin).count() * mostPoints / ((end - begin).count() + 1);
    const std::chrono::duration<double, std::ratio<86'400>> day(
        (sample.start + sample.length).time_since_epoch());
    const Point point(day.count(), static_cast<double>(sample.storage.usedBytes()));
    if (own == stretch) {
      points.back() = point;
    } else {
      points.push_back(point);
    }
    stretch = own;
  }
  return points;
}

}  // namespace

std::optional<double> sizeTrend(const std::vector<GrowthSample>& history) {
  if (history.empty() || history.back().start - history.front().start < leastSpan)
    return std::nullopt;
  const std::vector<Point> points = pointsOf(history);
  std::vector<double> slopes;
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t j = i + 1; j < points.size(); ++j) {
      const double days = points[j].first - points[i].first;
      if (days > 0) slopes.push_back((points[j].second - points[i].second) / days);
    }
  }
  if (slopes.empty()) return std::nullopt;
  const auto middle = slopes.begin() + static_cast<std::ptrdiff_t>(slopes.size() / 2);
  std::nth_element(slopes.begin(), middle, slopes.end());
  return *middle;
}

}  // namespace repot
