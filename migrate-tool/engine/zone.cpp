// ICU answers for both readings of a doubtful hour; where they differ there is no one instant.
#include "zone.hpp"

#include <repot/error.hpp>

#include <unicode/basictz.h>
#include <unicode/timezone.h>

namespace repot::migrate {

struct Zone::State {
  std::unique_ptr<icu::BasicTimeZone> zone;
  bool utc = false;
};

Zone::Zone(const std::string& name) {
  auto state = std::make_unique<State>();
  state->utc = name == "UTC";
  std::unique_ptr<icu::TimeZone> zone(
      icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(name)));
  // ICU gives the unknown zone, which is GMT, for every name that it does not know.
  if (zone == nullptr || *zone == icu::TimeZone::getUnknown()) {
    throw Error(ErrorKind::usage, "\"" + name +
                                      "\" is no time zone; write UTC, or a name of the IANA "
                                      "database such as Europe/Berlin");
  }
  // Every zone of the database is a BasicTimeZone.
  state->zone.reset(dynamic_cast<icu::BasicTimeZone*>(zone.release()));
  if (state->zone == nullptr) throw Error(ErrorKind::internal, "ICU gave a zone without rules");
  state_ = std::move(state);
}

Zone::~Zone() = default;

std::optional<std::int64_t> Zone::toUtc(std::int64_t localMicros) const {
  if (state_->utc) return localMicros;
  constexpr std::int64_t microsPerMilli = 1000;
  std::int64_t millis = localMicros / microsPerMilli;
  if (localMicros % microsPerMilli < 0) --millis;
  const auto offset = [&](UTimeZoneLocalOption option) -> std::optional<std::int64_t> {
    std::int32_t raw = 0, saving = 0;
    UErrorCode status = U_ZERO_ERROR;
    state_->zone->getOffsetFromLocal(static_cast<UDate>(millis), option, option, raw, saving,
                                     status);
    if (U_FAILURE(status)) return std::nullopt;
    return std::int64_t{raw} + saving;
  };
  const auto former = offset(UCAL_TZ_LOCAL_FORMER), latter = offset(UCAL_TZ_LOCAL_LATTER);
  if (!former || former != latter) return std::nullopt;
  return localMicros - *former * microsPerMilli;
}

void requireZone(const std::string& name) {
  const Zone zone(name);
}

}  // namespace repot::migrate
