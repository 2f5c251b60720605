// Small digests and their bytes; see parts.hpp.
#include "engine/run/parts.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace repot::migrate {
namespace {

constexpr char format = 2;
constexpr int shiftMax = 63;

void appendVarint(std::string& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7)
    out += static_cast<char>(number | 0x80);
  out += static_cast<char>(number);
}

void appendFixed(std::string& out, std::uint64_t number) {
  for (int byte = 0; byte < 8; ++byte)
    out += static_cast<char>(number >> (8 * byte));
}

/// Reads what the two write; every read is checked against the end.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
  bool done() const { return bytes_.empty(); }
  unsigned char byte() {
    if (bytes_.empty()) fail();
    const auto value = static_cast<unsigned char>(bytes_.front());
    bytes_.remove_prefix(1);
    return value;
  }
  std::uint64_t varint() {
    std::uint64_t number = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const unsigned char next = byte();
      number |= static_cast<std::uint64_t>(next & 0x7F) << shift;
      if ((next & 0x80) == 0) return number;
    }
    fail();
  }
  std::uint64_t fixed() {
    std::uint64_t number = 0;
    for (int shift = 0; shift < 64; shift += 8)
      number |= static_cast<std::uint64_t>(byte()) << shift;
    return number;
  }
  [[noreturn]] static void fail() {
    throw Error(ErrorKind::conflict,
                "the ledger in schema \"repot\" of the target holds digests that this version of "
                "Repot cannot read; migrate it anew");
  }

 private:
  std::string_view bytes_;
};

}  // namespace

PartDigests PartDigests::of(const TablePlan& table) {
  constexpr std::uint64_t partsMax = 1 << 18;
  if (!table.rangeColumn || table.rowidMax < table.rowidMin) return PartDigests();
  const std::uint64_t width =
      (static_cast<std::uint64_t>(table.rowidMax) - static_cast<std::uint64_t>(table.rowidMin)) /
      partsMax;
  return PartDigests(std::clamp(static_cast<int>(std::bit_width(width)), shiftMin, shiftMax));
}

void PartDigests::widen(int shift) {
  if (shift <= shift_) return;
  std::map<std::int64_t, TableDigest> wide;
  for (const auto& [index, digest] : parts_)
    wide[index >> (shift - shift_)].add(digest);
  parts_ = std::move(wide);
  shift_ = shift;
  current_ = nullptr;
}

void PartDigests::merge(const PartDigests& other) {
  widen(other.shift_);
  for (const auto& [index, digest] : other.parts_)
    parts_[index >> (shift_ - other.shift_)].add(digest);
  current_ = nullptr;
}

bool PartDigests::replace(const PartDigests& old, const PartDigests& fresh) {
  current_ = nullptr;
  bool sound = true;
  for (const auto& [index, digest] : fresh.parts_)
    parts_[index].add(digest);
  for (const auto& [index, digest] : old.parts_) {
    const auto found = parts_.find(index);
    if (found == parts_.end()) return false;
    found->second.subtract(digest);
    const bool empty = found->second.rows <= 0;
    sound = sound && (!empty || found->second == TableDigest());
    if (empty) parts_.erase(found);
  }
  return sound;
}

TableDigest PartDigests::at(std::int64_t index) const {
  const auto found = parts_.find(index);
  return found == parts_.end() ? TableDigest() : found->second;
}

void PartDigests::set(std::int64_t index, const TableDigest& digest) {
  current_ = nullptr;
  if (digest.rows == 0) {
    parts_.erase(index);
  } else {
    parts_[index] = digest;
  }
}

KeyRange PartDigests::rangeOf(std::int64_t index) const noexcept {
  const auto first = static_cast<std::uint64_t>(index) << shift_;
  const std::uint64_t last = first + ((std::uint64_t{1} << shift_) - 1);
  return {static_cast<std::int64_t>(first), static_cast<std::int64_t>(last)};
}

TableDigest PartDigests::sum() const {
  TableDigest whole;
  for (const auto& [index, digest] : parts_)
    whole.add(digest);
  return whole;
}

std::string PartDigests::encode() const {
  std::string out = {format, static_cast<char>(shift_)};
  std::uint64_t last = 0;
  for (const auto& [index, digest] : parts_) {
    appendVarint(out, static_cast<std::uint64_t>(index) - last);
    last = static_cast<std::uint64_t>(index);
    appendVarint(out, static_cast<std::uint64_t>(digest.rows));
    appendFixed(out, digest.low);
    appendFixed(out, digest.high);
  }
  return out;
}

PartDigests PartDigests::decode(std::string_view text) {
  Bytes bytes(text);
  if (bytes.byte() != format) Bytes::fail();
  const int shift = bytes.byte();
  if (shift > shiftMax) Bytes::fail();
  PartDigests parts(shift);
  std::uint64_t index = 0;
  while (!bytes.done()) {
    index += bytes.varint();
    TableDigest digest;
    digest.rows = static_cast<std::int64_t>(bytes.varint());
    digest.low = bytes.fixed();
    digest.high = bytes.fixed();
    parts.parts_[static_cast<std::int64_t>(index)] = digest;
  }
  return parts;
}

}  // namespace repot::migrate
