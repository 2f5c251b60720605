// PostgreSQL's binary forms of single values; see wire.hpp.
#include "engine/run/wire.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace repot::migrate::wire {
namespace {

bool isDigit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

bool readUuid(std::string_view text, char (&bytes)[16]) {
  if (text.size() == 38 && text.front() == '{' && text.back() == '}') text = text.substr(1, 36);
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '-' && text.size() == 36 && (i == 8 || i == 13 || i == 18 || i == 23)) continue;
    int digit = -1;
    if (isDigit(c)) digit = c - '0';
    if (c >= 'a' && c <= 'f') digit = c - 'a' + 10;
    if (c >= 'A' && c <= 'F') digit = c - 'A' + 10;
    if (digit < 0 || digits == 32) return false;
    char& byte = bytes[digits / 2];
    byte = static_cast<char>(digits % 2 == 0 ? digit << 4 : byte | digit);
    ++digits;
  }
  return digits == 32;
}

void appendNumeric(ByteBuffer& out, std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  int exponent = 0;
  if (const std::size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
    std::size_t from = e + 1;
    if (from < text.size() && text[from] == '+') ++from;
    std::from_chars(text.data() + from, text.data() + text.size(), exponent);
    text = text.substr(0, e);
  }
  const std::size_t point = std::min(text.find('.'), text.size());
  // The number is 0.d1d2d3… × 10^scale, as digits and the place of the point.
  std::array<char, 1200> digits{};
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size() && count < digits.size(); ++i) {
    if (i != point) digits[count++] = static_cast<char>(text[i] - '0');
  }
  int place = static_cast<int>(point) + exponent;
  std::size_t first = 0;
  while (first < count && digits[first] == 0) {
    ++first;
    --place;
  }
  while (count > first && digits[count - 1] == 0)
    --count;
  const int displayScale = std::max(0, static_cast<int>(count - first) - place);
  if (first == count) place = 0;

  // Groups of four decimal digits, aligned at the point.
  const int weight = place > 0 ? (place - 1) / 4 : -((-place) / 4) - 1;
  const int lead = (weight + 1) * 4 - place;  // Zeros in front of the first digit in its group.
  std::array<std::uint16_t, 310> groups{};
  std::size_t groupCount = 0;
  int value = 0, inGroup = lead;
  for (std::size_t i = first; i < count; ++i) {
    value = value * 10 + digits[i];
    if (++inGroup == 4) {
      groups[groupCount++] = static_cast<std::uint16_t>(value);
      value = inGroup = 0;
    }
  }
  if (inGroup > 0 && first < count) {
    for (; inGroup < 4; ++inGroup)
      value *= 10;
    groups[groupCount++] = static_cast<std::uint16_t>(value);
  }
  appendLength(out, 8 + groupCount * 2);
  appendBigEndian(out, static_cast<std::uint16_t>(groupCount));
  appendBigEndian(out, static_cast<std::uint16_t>(groupCount == 0 ? 0 : weight));
  appendBigEndian(out, static_cast<std::uint16_t>(negative && groupCount > 0 ? 0x4000 : 0));
  appendBigEndian(out, static_cast<std::uint16_t>(groupCount == 0 ? 0 : displayScale));
  for (std::size_t i = 0; i < groupCount; ++i)
    appendBigEndian(out, groups[i]);
}

void appendInterval(ByteBuffer& out, std::int64_t micros, bool inDays) {
  constexpr std::int64_t microsPerDay = 86'400'000'000;
  const std::int64_t days = inDays ? micros / microsPerDay : 0;
  appendLength(out, 16);
  appendBigEndian(out, static_cast<std::uint64_t>(micros - days * microsPerDay));
  appendBigEndian(out, static_cast<std::uint32_t>(days));
  appendBigEndian(out, std::uint32_t{0});
}

bool appendInet(ByteBuffer& out, std::string_view text, bool network) {
  std::array<unsigned char, 16> address{};
  const bool four = text.find(':') == std::string_view::npos;
  // inet_net_pton() reads the prefix, but IPv6 by no standard; so address and prefix apart.
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::string host(text.substr(0, slash));
  if (::inet_pton(four ? AF_INET : AF_INET6, host.c_str(), address.data()) != 1) return false;
  const int bits = four ? 32 : 128;
  int prefix = bits;
  if (slash < text.size()) {
    const auto read = std::from_chars(text.data() + slash + 1, text.data() + text.size(), prefix);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return false;
    if (prefix < 0 || prefix > bits) return false;
  }
  const auto size = static_cast<std::size_t>(bits / 8);
  const auto whole = static_cast<std::size_t>(prefix / 8);
  if (network && prefix < bits) {
    const bool zeros = std::all_of(address.begin() + prefix / 8 + 1, address.begin() + bits / 8,
                                   [](unsigned char byte) { return byte == 0; });
    if (!zeros || (address[whole] & (0xFF >> prefix % 8)) != 0) return false;
  }
  appendLength(out, 4 + size);
  // The server's own numbers for the families: those of BSD.
  const std::array<char, 4> head{static_cast<char>(four ? 2 : 3), static_cast<char>(prefix), 0,
                                 static_cast<char>(size)};
  out.append({head.data(), head.size()});
  out.append({reinterpret_cast<const char*>(address.data()), size});
  return true;
}

void appendNumericInfinity(ByteBuffer& out, bool negative) {
  appendLength(out, 8);
  appendBigEndian(out, std::uint32_t{0});
  appendBigEndian(out, static_cast<std::uint16_t>(negative ? 0xF000 : 0xD000));
  appendBigEndian(out, std::uint16_t{0});
}

}  // namespace repot::migrate::wire
