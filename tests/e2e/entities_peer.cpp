// peer.hpp for a music library, through entities that `repot schema entities` wrote.
#include "golden/music_entities.hpp"
#include "peer.hpp"

int main(int argc, char** argv) {
  return peer::run<library::Artist, library::Album, library::Track, library::Playlist,
                   library::PlaylistTrack, library::Download, library::LibraryScan,
                   library::FileDuplicate, library::ArtistWatchlist, library::FilterRule,
                   library::AutomationRule, library::QualityUpgradeCandidate, library::Widget,
                   library::Page, library::WidgetInstance, library::EveryType>(argc, argv);
}
