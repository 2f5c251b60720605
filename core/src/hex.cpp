// A loop of its own, as megabytes of digests go through it at each sync; libraries take the digits
// one by one.
#include "repot/hex.hpp"

namespace repot::formats {

void appendHex(std::string& out, std::string_view bytes) {
  constexpr const char* digits = "0123456789abcdef";
  const std::size_t before = out.size();
  out.resize(before + 2 * bytes.size());
  char* place = out.data() + before;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    *place++ = digits[byte >> 4];
    *place++ = digits[byte & 15];
  }
}

}  // namespace repot::formats
