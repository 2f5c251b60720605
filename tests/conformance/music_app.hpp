// A suite over the music library of docs/examples/music-app.
#pragma once

#include "entities/automation.hpp"
#include "entities/dashboard.hpp"
#include "entities/downloads.hpp"
#include "entities/playlists.hpp"
#include "entities/scans.hpp"
#include "migrations/migrations.hpp"
#include "suite.hpp"

#include <repot/schema/migrator.hpp>

namespace conformance {

class MusicSuite : public Suite {
 protected:
  void SetUp() override {
    Suite::SetUp();
    if (!IsSkipped()) createAll(database());
  }
  static void createAll(repot::Database& target) {
    repot::schema::Migrator(target, music::migrations()).upgrade();
  }

  // Entities with ids that a test can name.
  static music::Artist artistOf(const std::string& id, const std::string& name) {
    auto artist = music::fresh<music::Artist>();
    artist.id = id;
    artist.name = name;
    return artist;
  }
  static music::Album albumOf(const std::string& id, const std::string& artistId) {
    auto album = music::fresh<music::Album>();
    album.id = id;
    album.title = "The Album";
    album.artistId = artistId;
    return album;
  }
  static music::Track trackOf(const std::string& id, const std::string& artistId,
                              const std::string& title) {
    auto track = music::fresh<music::Track>();
    track.id = id;
    track.title = title;
    track.artistId = artistId;
    return track;
  }
};

}  // namespace conformance
