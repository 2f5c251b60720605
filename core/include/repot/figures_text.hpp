// Figures as people read them, the same in messages, reports and pages.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace repot {

/// Decimal units, as disks and tools that list files count them: "8.2 kB", "1.20 GB".
std::string bytesText(double bytes);
/// "0 ms", "250 ms", "1.5 s", "12 min", "3.4 h".
std::string secondsText(double seconds);
/// Three digits, or all of a whole number: "3", "2.5", "0.958", "12000".
std::string plainText(double number);
/// "2026-11-26", in UTC.
std::string dateText(std::chrono::sys_seconds time);
/// "2026-11-26T10:30:00Z".
std::string timeText(std::chrono::sys_seconds time);

}  // namespace repot
