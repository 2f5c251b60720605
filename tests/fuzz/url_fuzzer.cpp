// Database URLs: what is read prints, reads back as equal, and never prints its password.
#include "fuzzer.hpp"

#include <repot/error.hpp>
#include <repot/url.hpp>

#include <string>

using repot::DatabaseUrl;
using repot::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = repot::fuzz::view(data, size);
  try {
    const DatabaseUrl url = DatabaseUrl::parse(text);
    require(DatabaseUrl::parse(url.toStringWithSecrets()) == url, "a printed URL reads back equal");
    const std::string shown = url.toString();
    const DatabaseUrl again = DatabaseUrl::parse(shown);
    require(again.toString() == shown, "a redacted URL reads back as itself");
    require(!again.password() || *again.password() == "***", "a printed URL has no password");
    require(url.withoutDriver().driver().empty(), "the driver can be taken off");
  } catch (const repot::Error& error) {
    require(error.kind() == repot::ErrorKind::invalidUrl, "a bad URL is invalidUrl");
  }
  return 0;
}
