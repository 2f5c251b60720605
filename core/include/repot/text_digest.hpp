// What a text is known by in records that outlive the process.
#pragma once

#include <string>
#include <string_view>

namespace repot::formats {

/// XXH3-128 in its canonical form, as 32 hexadecimal digits. Not for secrets.
std::string digestText(std::string_view text);

}  // namespace repot::formats
