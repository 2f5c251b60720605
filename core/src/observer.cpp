// The ready-made observers; see observer.hpp.
#include "repot/observer.hpp"

#include <algorithm>
#include <cstdio>
#include <string>

namespace repot {
namespace {

std::string milliseconds(std::chrono::microseconds duration) {
  std::string text(32, '\0');
  const int length = std::snprintf(text.data(), text.size(), "%.3f ms",
                                   static_cast<double>(duration.count()) / 1000);
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::string_view nameOf(PoolEvent::Kind kind) {
  switch (kind) {
    case PoolEvent::Kind::opened:
      return "opened";
    case PoolEvent::Kind::closed:
      return "closed";
    case PoolEvent::Kind::taken:
      return "taken";
    case PoolEvent::Kind::returned:
      return "returned";
    case PoolEvent::Kind::timedOut:
      return "timed out";
    case PoolEvent::Kind::failedCheck:
      return "found dead";
  }
  return "";
}

/// A log that cannot be written must not end the work that it tells of.
template <typename Line>
void tell(const std::function<void(std::string_view)>& log, Line line) noexcept {
  try {
    log(line());
  } catch (...) {
  }
}

}  // namespace

StatementLog::StatementLog(std::chrono::microseconds threshold,
                           std::function<void(std::string_view)> log)
    : threshold_(threshold), log_(std::move(log)) {}

void StatementLog::onStatement(const StatementEvent& event) noexcept {
  if (event.duration < threshold_) return;
  tell(log_, [&] {
    std::string line = milliseconds(event.duration) + ", " + std::to_string(event.rows) + " rows: ";
    line += event.sql;
    if (event.error != nullptr) line += std::string(" -- failed: ") + event.error->what();
    return line;
  });
}

PoolLog::PoolLog(std::function<void(std::string_view)> log) : log_(std::move(log)) {}

void PoolLog::onPool(const PoolEvent& event) noexcept {
  tell(log_, [&] {
    std::string line = std::string(event.writer ? "writer" : "reader") + " connection " +
                       std::string(nameOf(event.kind));
    if (event.waited.count() > 0) line += " after " + milliseconds(event.waited);
    return line + "; " + std::to_string(event.inUse) + " in use, " + std::to_string(event.idle) +
           " idle, " + std::to_string(event.waiting) + " waiting";
  });
}

bool Observers::wantsPool() const noexcept {
  return std::any_of(observers_.begin(), observers_.end(),
                     [](const auto& one) { return one->wantsPool(); });
}

unsigned Observers::sampling() const noexcept {
  unsigned least = 65'535;
  for (const auto& one : observers_)
    least = std::min(least, one->sampling());
  return least;
}

void Observers::onStatement(const StatementEvent& event) noexcept {
  for (const auto& one : observers_)
    one->onStatement(event);
}

void Observers::onUnit(const UnitEvent& event) noexcept {
  for (const auto& one : observers_)
    one->onUnit(event);
}

void Observers::onRetry(const RetryEvent& event) noexcept {
  for (const auto& one : observers_)
    one->onRetry(event);
}

void Observers::onPool(const PoolEvent& event) noexcept {
  for (const auto& one : observers_) {
    if (one->wantsPool()) one->onPool(event);
  }
}

}  // namespace repot
