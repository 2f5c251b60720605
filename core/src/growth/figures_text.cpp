// Figures as people read them; see figures_text.hpp.
#include "repot/figures_text.hpp"

#include <cmath>
#include <cstdio>

namespace repot {
namespace {

template <typename... Arguments>
std::string printed(const char* format, Arguments... arguments) {
  char text[64];
  const int length = std::snprintf(text, sizeof text, format, arguments...);
  return {text, static_cast<std::size_t>(length)};
}

}  // namespace

std::string bytesText(double bytes) {
  const double size = std::abs(bytes);
  if (size >= 1e8) return printed("%.2f GB", bytes / 1e9);
  if (size >= 1e6) return printed("%.1f MB", bytes / 1e6);
  return printed("%.1f kB", bytes / 1e3);
}

std::string secondsText(double seconds) {
  if (seconds < 1) return printed("%.0f ms", seconds * 1e3);
  if (seconds < 120) return printed("%.1f s", seconds);
  if (seconds < 7200) return printed("%.0f min", seconds / 60);
  return printed("%.1f h", seconds / 3600);
}

std::string plainText(double number) {
  const bool whole = number == std::floor(number) || std::abs(number) >= 1000;
  return whole ? printed("%.0f", number) : printed("%.3g", number);
}

std::string dateText(std::chrono::sys_seconds time) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(time));
  return printed("%04d-%02u-%02u", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                 static_cast<unsigned>(day.day()));
}

std::string timeText(std::chrono::sys_seconds time) {
  const std::chrono::hh_mm_ss clock(time - std::chrono::floor<std::chrono::days>(time));
  return dateText(time) + printed("T%02d:%02d:%02dZ", static_cast<int>(clock.hours().count()),
                                  static_cast<int>(clock.minutes().count()),
                                  static_cast<int>(clock.seconds().count()));
}

}  // namespace repot
