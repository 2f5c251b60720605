// Values of any storage class as JSON that tells which class it was, for columns that hold several
// and are asked to become jsonb: 7 is an integer and 7.0 a real, a text is a string, a blob
// {"blob": "\\x00ff"}, so that (value->>'blob')::bytea is its bytes, and what JSON has no number
// for
// {"real": "Infinity"}, "-Infinity" or "-0.0".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace repot::migrate {

/// Of one text or blob: a string of jsonb has less than 256 MiB, and in hexadecimal digits or
/// escapes it is longer.
constexpr std::size_t classedJsonMax = 100'000'000;

void appendClassedJson(std::string& out, std::int64_t value);
void appendClassedJson(std::string& out, double value);
/// `text` is valid UTF-8 without U+0000.
void appendClassedText(std::string& out, std::string_view text);
void appendClassedBlob(std::string& out, std::string_view blob);

}  // namespace repot::migrate
