// Text as the plan repairs it, for the verifier: by ICU's converters, where the encoder has its
// own.
#include "engine/run/canonical_repair.hpp"

#include <repot/error.hpp>

#include <unicode/ucnv.h>
#include <unicode/unistr.h>
#include <unicode/ustring.h>

#include <limits>
#include <memory>

namespace repot::migrate::canonical {
namespace {

void check(UErrorCode status) {
  if (U_FAILURE(status))
    throw Error(ErrorKind::internal, "ICU: " + std::string(u_errorName(status)));
}

std::int32_t sizeOf(std::string_view text) {
  if (text.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max() / 2)) {
    throw Error(ErrorKind::data, "a text above 1 GB cannot be repaired");
  }
  return static_cast<std::int32_t>(text.size());
}

bool isUtf8(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  std::int32_t units = 0;
  u_strFromUTF8(nullptr, 0, &units, text.data(), sizeOf(text), &status);
  return status == U_BUFFER_OVERFLOW_ERROR || U_SUCCESS(status);
}

std::string fromCodePage(std::string_view text, const char* codePage) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UConverter, decltype(&ucnv_close)> converter(ucnv_open(codePage, &status),
                                                                     &ucnv_close);
  check(status);
  std::string utf8;
  icu::UnicodeString(text.data(), sizeOf(text), converter.get(), status).toUTF8String(utf8);
  check(status);
  return utf8;
}

std::string decoded(std::string_view text, Utf8Repair repair) {
  switch (repair) {
    case Utf8Repair::latin1:
      return fromCodePage(text, "ISO-8859-1");
    case Utf8Repair::cp1252:
      return fromCodePage(text, "windows-1252");
    case Utf8Repair::replace: {
      // fromUTF8() puts one U+FFFD for each maximal malformed part.
      std::string utf8;
      icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), sizeOf(text))).toUTF8String(utf8);
      return utf8;
    }
    case Utf8Repair::none:
      break;
  }
  return std::string(text);
}

std::string withoutNul(const std::string& text, NulRepair repair) {
  const std::string by = repair == NulRepair::replace  ? "\uFFFD"
                         : repair == NulRepair::escape ? "\\u0000"
                                                       : "";
  std::string out;
  std::size_t from = 0;
  for (auto at = text.find('\0'); at != std::string::npos; at = text.find('\0', from)) {
    out.append(text, from, at - from).append(by);
    from = at + 1;
  }
  return out.append(text, from);
}

}  // namespace

std::string repairedText(const ColumnPlan& column, std::string_view text) {
  std::string repaired(text);
  if (column.utf8Repair != Utf8Repair::none && !isUtf8(text)) {
    repaired = decoded(text, column.utf8Repair);
  }
  if (column.nulRepair != NulRepair::none) repaired = withoutNul(repaired, column.nulRepair);
  return repaired;
}

}  // namespace repot::migrate::canonical
