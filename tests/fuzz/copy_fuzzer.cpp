// What a server sends: the framing of binary COPY, and each field as a value of each type. The
// first byte picks the type, the second cuts the rest into messages.
#include "engine/run/canonical.hpp"
#include "fuzzer.hpp"

#include <repot/error.hpp>
#include <repot/postgresql/copy_decoder.hpp>

#include <algorithm>
#include <string>
#include <vector>

using repot::postgresql::CopyDecoder;
using repot::postgresql::CopyField;

namespace {

void decodeAll(std::string_view stream, std::size_t messageBytes,
               const repot::migrate::ColumnPlan& column) {
  CopyDecoder decoder;
  std::vector<CopyField> fields;
  repot::ByteBuffer canonical;
  while (!stream.empty()) {
    const std::string_view message = stream.substr(0, messageBytes);
    stream.remove_prefix(message.size());
    const CopyDecoder::Part part = decoder.decode(message, fields);
    if (part == CopyDecoder::Part::end) return;
    if (part == CopyDecoder::Part::header) continue;
    for (const CopyField& field : fields)
      repot::migrate::appendTargetValue(canonical, column, field);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  repot::migrate::ColumnPlan column;
  column.target = "c";
  column.type = static_cast<repot::migrate::PgType>(data[0] % 22);
  const std::string_view rest = repot::fuzz::view(data + 2, size - 2);
  try {
    decodeAll(rest, data[1] == 0 ? rest.size() : data[1], column);
  } catch (const repot::Error&) {
    // Refused as a whole: what the format does not allow is never half taken.
  }
  try {
    repot::ByteBuffer canonical;
    repot::migrate::appendTargetValue(canonical, column, {false, rest});
  } catch (const repot::Error&) {
  }
  return 0;
}
