// Small digests and their bytes; see parts.hpp.
#include "engine/run/parts.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>

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

using Part = PartDigests::Part;

bool hasLowerIndex(const Part& left, const Part& right) {
  return left.first < right.first;
}

bool isBefore(const Part& part, std::int64_t index) {
  return part.first < index;
}

/// Of parts that are sorted: one for each index.
void addNeighbours(std::vector<Part>& parts) {
  if (parts.empty()) return;
  std::size_t last = 0;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (parts[i].first == parts[last].first) {
      parts[last].second.add(parts[i].second);
    } else {
      parts[++last] = parts[i];
    }
  }
  parts.resize(last + 1);
}

}  // namespace

PartDigests PartDigests::of(const TablePlan& table) {
  constexpr std::uint64_t partsMax = 1 << 18;
  if (!table.rangeColumn || table.rowidMax < table.rowidMin) return PartDigests();
  const std::uint64_t width =
      (static_cast<std::uint64_t>(table.rowidMax) - static_cast<std::uint64_t>(table.rowidMin)) /
      partsMax;
  return PartDigests(std::clamp(static_cast<int>(std::bit_width(width)), shiftMin, shiftMax));
}

/// The late ones are sorted once there are as many as others, so that each is moved a few times
/// only.
void PartDigests::addLate(std::int64_t index, const TableDigest& row) {
  constexpr std::size_t lateMin = 4096;
  if (!late_.empty() && late_.back().first == index) {
    late_.back().second.add(row);
    return;
  }
  late_.emplace_back(index, row);
  if (late_.size() >= std::max(lateMin, parts_.size())) settle();
}

void PartDigests::settle() const {
  if (late_.empty()) return;
  std::sort(late_.begin(), late_.end(), hasLowerIndex);
  addNeighbours(late_);
  const std::size_t sorted = parts_.size();
  parts_.insert(parts_.end(), late_.begin(), late_.end());
  late_.clear();
  mergeBehind(sorted);
}

const std::vector<PartDigests::Part>& PartDigests::all() const {
  settle();
  return parts_;
}

void PartDigests::mergeBehind(std::size_t sorted) const {
  if (sorted == 0 || sorted == parts_.size() || hasLowerIndex(parts_[sorted - 1], parts_[sorted]))
    return;
  const auto middle = parts_.begin() + static_cast<std::ptrdiff_t>(sorted);
  std::inplace_merge(parts_.begin(), middle, parts_.end(), hasLowerIndex);
  addNeighbours(parts_);
}

void PartDigests::widen(int shift) {
  if (shift <= shift_) return;
  settle();
  for (Part& part : parts_)
    part.first >>= shift - shift_;
  addNeighbours(parts_);
  shift_ = shift;
}

void PartDigests::merge(const PartDigests& other) {
  widen(other.shift_);
  settle();
  const std::size_t sorted = parts_.size();
  for (const auto& [narrow, digest] : other.all()) {
    const std::int64_t index = narrow >> (shift_ - other.shift_);
    if (parts_.size() > sorted && parts_.back().first == index) {
      parts_.back().second.add(digest);
    } else {
      parts_.emplace_back(index, digest);
    }
  }
  mergeBehind(sorted);
}

bool PartDigests::replace(const PartDigests& old, const PartDigests& fresh) {
  merge(fresh);
  bool sound = true, empties = false;
  for (const auto& [index, digest] : old.all()) {
    const auto found = std::lower_bound(parts_.begin(), parts_.end(), index, isBefore);
    if (found == parts_.end() || found->first != index) return false;
    found->second.subtract(digest);
    const bool empty = found->second.rows <= 0;
    sound = sound && (!empty || found->second == TableDigest());
    empties = empties || empty;
  }
  if (empties) std::erase_if(parts_, [](const Part& part) { return part.second.rows <= 0; });
  return sound;
}

TableDigest PartDigests::at(std::int64_t index) const {
  const std::vector<Part>& parts = all();
  const auto found = std::lower_bound(parts.begin(), parts.end(), index, isBefore);
  return found == parts.end() || found->first != index ? TableDigest() : found->second;
}

KeyRange PartDigests::rangeOf(std::int64_t index) const noexcept {
  const auto first = static_cast<std::uint64_t>(index) << shift_;
  const std::uint64_t last = first + ((std::uint64_t{1} << shift_) - 1);
  return {static_cast<std::int64_t>(first), static_cast<std::int64_t>(last)};
}

TableDigest PartDigests::sum() const {
  TableDigest whole;
  for (const auto& [index, digest] : all())
    whole.add(digest);
  return whole;
}

std::string PartDigests::encode() const {
  std::string out = {format, static_cast<char>(shift_)};
  std::uint64_t last = 0;
  for (const auto& [index, digest] : all()) {
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
    const auto at = static_cast<std::int64_t>(index);
    if (!parts.parts_.empty() && at <= parts.parts_.back().first) Bytes::fail();
    parts.parts_.emplace_back(at, digest);
  }
  return parts;
}

std::vector<std::int64_t> differentParts(const PartDigests& left, const PartDigests& right) {
  std::vector<std::int64_t> indexes;
  auto ours = left.all().begin(), theirs = right.all().begin();
  const auto oursEnd = left.all().end(), theirsEnd = right.all().end();
  while (ours != oursEnd || theirs != theirsEnd) {
    if (theirs == theirsEnd || (ours != oursEnd && ours->first < theirs->first)) {
      indexes.push_back((ours++)->first);
    } else if (ours == oursEnd || theirs->first < ours->first) {
      indexes.push_back((theirs++)->first);
    } else {
      if (ours->second != theirs->second) indexes.push_back(ours->first);
      ++ours;
      ++theirs;
    }
  }
  return indexes;
}

}  // namespace repot::migrate
