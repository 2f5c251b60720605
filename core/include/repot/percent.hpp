// Percent-encoding of URL parts (RFC 3986, section 2.1).
#pragma once

#include <string>
#include <string_view>

namespace repot {

/// Decodes `text`, which starts at `offset` of the whole URL. Throws Error(invalidUrl) with the
/// position of a bad escape or of an escaped NUL.
std::string percentDecode(std::string_view text, std::size_t offset);

/// Encodes every byte but letters, digits, `-._~` and those in `keep`.
std::string percentEncode(std::string_view text, std::string_view keep = {});

/// Throws Error(invalidUrl) for the 0-based `offset`.
[[noreturn]] void urlFault(std::size_t offset, std::string_view what);

}  // namespace repot
