// The framing of COPY … TO STDOUT (FORMAT binary), without a connection, so that it can be tested
// on any bytes (PostgreSQL manual, COPY, "Binary Format").
#pragma once

#include <string_view>
#include <vector>

namespace repot::postgresql {

struct CopyField {
  bool null = true;
  std::string_view bytes;
};

/// Takes a stream message by message, as the server sends it: the header alone or with the first
/// row, then a row in each, then the trailer. A value; used by one thread at a time.
class CopyDecoder {
 public:
  enum class Part { header, row, end };

  /// Decodes one message. `fields` are those of a row, and point into `message`. Throws
  /// Error(internal) for bytes that are not the format, also for anything after the end.
  Part decode(std::string_view message, std::vector<CopyField>& fields);

 private:
  bool headerSeen_ = false;
  bool ended_ = false;
};

}  // namespace repot::postgresql
