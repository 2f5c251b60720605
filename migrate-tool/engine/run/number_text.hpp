// Numbers as text without allocation.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>

namespace repot::migrate {

/// A small buffer for one number at a time; a view is valid until the next call.
class NumberText {
 public:
  std::string_view of(std::int64_t value) { return view(std::to_chars(begin(), end(), value).ptr); }
  /// As SQLite's CAST(value AS TEXT) writes it ("2.0", "1.0e+20", "Inf"), with as many digits as it
  /// takes to read back equal.
  std::string_view of(double value);
  /// The shortest text that reads back equal ("2", "1e+20").
  std::string_view shortest(double value);

 private:
  char* begin() { return buffer_.data(); }
  char* end() { return buffer_.data() + buffer_.size(); }
  std::string_view view(const char* stop) const {
    return {buffer_.data(), static_cast<std::size_t>(stop - buffer_.data())};
  }
  std::array<char, 48> buffer_;
};

}  // namespace repot::migrate
