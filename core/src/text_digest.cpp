// See text_digest.hpp.
#include "repot/text_digest.hpp"

#include "repot/hex.hpp"

#include <xxhash.h>

namespace repot::formats {

std::string digestText(std::string_view text) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(text.data(), text.size()));
  return toHex({reinterpret_cast<const char*>(canonical.digest), sizeof canonical.digest});
}

}  // namespace repot::formats
