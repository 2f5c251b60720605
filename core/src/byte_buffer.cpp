// See byte_buffer.hpp.
#include "repot/byte_buffer.hpp"

#include <algorithm>

namespace repot {

void ByteBuffer::grow(std::size_t count) {
  constexpr std::size_t least = 256;
  const std::size_t capacity = std::max({least, size_ + count, capacity_ * 2});
  auto bytes = std::make_unique_for_overwrite<char[]>(capacity);
  if (size_ > 0) std::memcpy(bytes.get(), bytes_.get(), size_);
  bytes_ = std::move(bytes);
  capacity_ = capacity;
}

}  // namespace repot
