// What PostgreSQL's json and jsonb make of a text, told before it is sent.
#pragma once

#include <string_view>

namespace repot::migrate {

/// RFC 8259, as PostgreSQL's json takes it (a little stricter: depth is bounded, and half a
/// surrogate pair is none).
bool isJson(std::string_view text);

struct JsonbCheck {
  bool holds = true;        ///< No U+0000, and no number that is beyond numeric.
  bool doubleKeys = false;  ///< Some object has a key twice, of which jsonb keeps the last.
};
/// Of a text that isJson().
JsonbCheck checkJsonb(std::string_view document);

}  // namespace repot::migrate
