// Entities of the conformance suite: one of each kind of key, and one with every type of value.
#pragma once

#include <repot/describe.hpp>
#include <repot/repot.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace conformance {

struct Artist {
  std::int64_t id = 0;
  std::string name;
  std::optional<std::string> country;
};

struct Track {
  std::string id;
  std::string title;
  std::int64_t artistId = 0;
  std::int32_t durationMs = 0;
  std::optional<std::int64_t> year;
  bool broken = false;
};

struct PlaylistEntry {
  std::string playlist;
  std::int64_t position = 0;
  std::string track;
  bool operator==(const PlaylistEntry&) const = default;
};

enum class Mood { calm, lively, wistful };
BOOST_DESCRIBE_ENUM(Mood, calm, lively, wistful)

struct Everything {
  std::int64_t id = 0;
  std::int64_t integer = 0;
  double real = 0;
  bool flag = false;
  std::string text;
  repot::Bytes bytes;
  repot::Date date{};
  repot::TimeOfDay time;
  repot::Timestamp timestamp{};
  repot::Instant instant{};
  repot::Interval interval{};
  repot::Uuid uuid{};
  repot::Json json;
  repot::Decimal decimal;
  std::optional<std::string> maybeText;
  std::optional<double> maybeReal;
  Mood mood = Mood::calm;
  std::optional<Mood> maybeMood;
  bool operator==(const Everything&) const = default;
};

}  // namespace conformance

template <>
struct repot::Mapping<conformance::Artist> {
  static EntityMap<conformance::Artist> map() {
    using conformance::Artist;
    return EntityMap<Artist>("artists")
        .generatedKey("id", &Artist::id)
        .unique("name", &Artist::name)
        .field("country", &Artist::country);
  }
};

template <>
struct repot::Mapping<conformance::Track> {
  static EntityMap<conformance::Track> map() {
    using conformance::Track;
    return EntityMap<Track>("tracks")
        .key("id", &Track::id)
        .field("title", &Track::title)
        .reference("artistId", &Track::artistId, "artists", "id", OnDelete::cascade)
        .field("durationMs", &Track::durationMs)
        .field("year", &Track::year)
        .field("broken", &Track::broken);
  }
};

template <>
struct repot::Mapping<conformance::PlaylistEntry> {
  static EntityMap<conformance::PlaylistEntry> map() {
    using conformance::PlaylistEntry;
    return EntityMap<PlaylistEntry>("playlist entry")
        .key("playlist", &PlaylistEntry::playlist)
        .key("position", &PlaylistEntry::position)
        .field("track", &PlaylistEntry::track);
  }
};

template <>
struct repot::Mapping<conformance::Everything> {
  static EntityMap<conformance::Everything> map() {
    using conformance::Everything;
    return EntityMap<Everything>("everything")
        .key("id", &Everything::id)
        .field("integer", &Everything::integer)
        .field("real", &Everything::real)
        .field("flag", &Everything::flag)
        .field("text", &Everything::text)
        .field("bytes", &Everything::bytes)
        .field("date", &Everything::date)
        .field("time", &Everything::time)
        .field("timestamp", &Everything::timestamp)
        .field("instant", &Everything::instant)
        .field("interval", &Everything::interval)
        .field("uuid", &Everything::uuid)
        .field("json", &Everything::json)
        .field("decimal", &Everything::decimal)
        .field("maybe_text", &Everything::maybeText)
        .field("maybe_real", &Everything::maybeReal)
        .field("mood", &Everything::mood)
        .field("maybe_mood", &Everything::maybeMood);
  }
};
