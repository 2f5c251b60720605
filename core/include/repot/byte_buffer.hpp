// Bytes that grow at the end: std::string and std::vector fill what they make room for, and ask for
// it with each piece, which the hot loops of a migration would pay for once per value.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace repot {

/// Keeps its memory when it is cleared. Views of it end with the next change.
/// Thread-safety: one thread at a time.
class ByteBuffer {
 public:
  ByteBuffer() = default;
  /// The one moved from is empty, or has the other's memory.
  ByteBuffer(ByteBuffer&& other) noexcept { swap(other); }
  ByteBuffer& operator=(ByteBuffer&& other) noexcept {
    swap(other);
    return *this;
  }
  ByteBuffer(const ByteBuffer&) = delete;
  ByteBuffer& operator=(const ByteBuffer&) = delete;

  /// Makes it `count` bytes longer; where they begin. What they hold is for the caller to write.
  char* extend(std::size_t count) {
    if (count > capacity_ - size_) grow(count);
    char* const at = bytes_.get() + size_;
    size_ += count;
    return at;
  }
  void append(std::string_view bytes) {
    char* const at = extend(bytes.size());
    if (!bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
  }
  /// Cuts it off; `size` is at most its own.
  void truncate(std::size_t size) noexcept { size_ = size; }
  void clear() noexcept { size_ = 0; }

  /// What is in it; valid until the next change.
  const char* data() const noexcept { return bytes_.get(); }
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  std::string_view view() const noexcept { return {bytes_.get(), size_}; }

 private:
  void swap(ByteBuffer& other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }
  void grow(std::size_t count);

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace repot
