// See model.hpp.
#include "entities/model.hpp"

#include "entities/automation.hpp"
#include "entities/dashboard.hpp"
#include "entities/downloads.hpp"
#include "entities/playlists.hpp"
#include "entities/scans.hpp"

#include <repot/schema/from_mapping.hpp>

namespace music {

repot::schema::Schema model() {
  return repot::schema::modelOf<Artist, Album, Track, Playlist, PlaylistTrack, Download,
                                UpgradeCandidate, LibraryScan, FileDuplicate, ArtistWatchlist,
                                FilterRule, AutomationRule, Widget, DashboardPage,
                                WidgetInstance>();
}

}  // namespace music
