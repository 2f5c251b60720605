// Names of tables and columns as C++ names.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace repot::schema {

/// "playlist_tracks" → "PlaylistTrack". English plurals become singular by their ending; the result
/// is an identifier whatever the table is called.
std::string entityName(std::string_view table);
/// "artist_id", "ArtistId" → "artistId"; "class" → "class_".
std::string memberName(std::string_view column);
/// With a capital first.
std::string capitalized(std::string name);
/// Whether a declaration may have this name: an identifier, not reserved, not a usual macro.
bool isCppName(std::string_view name);

/// Hands out each name once: where it is taken, with a number behind it.
class UniqueNames {
 public:
  std::string take(const std::string& wanted);
  bool has(const std::string& name) const { return taken_.contains(name); }

 private:
  std::set<std::string> taken_;
};

}  // namespace repot::schema
