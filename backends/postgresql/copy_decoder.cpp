// Every length is checked against what is there before it is used; see copy_decoder.hpp.
#include <repot/error.hpp>
#include <repot/postgresql/copy_decoder.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

namespace repot::postgresql {
namespace {

constexpr std::string_view signature("PGCOPY\n\377\r\n\0", 11);
constexpr std::size_t headerBytes = 19;  // The signature, flags and the length of no extension.
constexpr std::uint32_t trailer = 0xFFFF;

/// Of a width that is known when it is compiled: one load.
template <std::size_t width>
std::uint32_t readUnsigned(const char* bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < width; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

[[noreturn, gnu::cold]] void malformed(const std::string& what) {
  throw Error(ErrorKind::internal, "the server's binary COPY stream is malformed: " + what);
}

/// The next `size` bytes, which are taken from `rest`.
std::string_view take(std::string_view& rest, std::size_t size, const char* what) {
  if (size > rest.size()) malformed(what);
  const std::string_view taken = rest.substr(0, size);
  rest.remove_prefix(size);
  return taken;
}

}  // namespace

CopyDecoder::Part CopyDecoder::decode(std::string_view message, std::vector<CopyField>& fields) {
  if (ended_) malformed("data after the trailer");
  if (!headerSeen_) {
    if (!message.starts_with(signature)) malformed("no signature");
    take(message, headerBytes, "a header cut short");
    headerSeen_ = true;
    if (message.empty()) return Part::header;
  }
  const std::uint32_t count =
      readUnsigned<2>(take(message, 2, "a row without its number of fields").data());
  if (count == trailer) {
    ended_ = true;
    return Part::end;
  }
  fields.resize(count);
  for (CopyField& field : fields) {
    const std::uint32_t length =
        readUnsigned<4>(take(message, 4, "a field without its length").data());
    field.null = length == std::numeric_limits<std::uint32_t>::max();
    field.bytes =
        field.null ? std::string_view() : take(message, length, "a field longer than its row");
  }
  if (!message.empty()) malformed("a row longer than its fields");
  return Part::row;
}

}  // namespace repot::postgresql
