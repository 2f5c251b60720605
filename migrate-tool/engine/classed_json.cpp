// See classed_json.hpp.
#include "classed_json.hpp"

#include <repot/hex.hpp>

#include <array>
#include <charconv>
#include <cmath>

namespace repot::migrate {
void appendClassedJson(std::string& out, std::int64_t value) {
  out += std::to_string(value);
}

void appendClassedJson(std::string& out, double value) {
  if (std::isinf(value)) {
    out += value < 0 ? R"({"real":"-Infinity"})" : R"({"real":"Infinity"})";
    return;
  }
  if (value == 0 && std::signbit(value)) {
    out += R"({"real":"-0.0"})";  // jsonb's numbers have no negative zero.
    return;
  }
  // Without an exponent, since jsonb would spell 1e20 like an integer.
  std::array<char, 512> text;
  const auto written =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  const std::string_view number(text.data(), static_cast<std::size_t>(written.ptr - text.data()));
  out += number;
  if (number.find('.') == std::string_view::npos) out += ".0";
}

void appendClassedText(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      formats::appendHex(out, {&c, 1});
    } else {
      out += c;
    }
  }
  out += '"';
}

void appendClassedBlob(std::string& out, std::string_view blob) {
  out += R"({"blob":"\\x)";
  formats::appendHex(out, blob);
  out += R"("})";
}

}  // namespace repot::migrate
