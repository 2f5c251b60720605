// peer.hpp for a music library, through the entities of the example.
#include "entities/automation.hpp"
#include "entities/dashboard.hpp"
#include "entities/downloads.hpp"
#include "entities/playlists.hpp"
#include "entities/scans.hpp"
#include "peer.hpp"

namespace {

enum class Mood { calm, WILD };
BOOST_DESCRIBE_ENUM(Mood, calm, WILD)

/// One column of every type that SQLAlchemy has a storage of its own for, and one that is NULL.
struct EveryType {
  std::string id;
  repot::Timestamp naive{};
  repot::Instant aware{};
  repot::Date day{};
  repot::TimeOfDay clock{};
  bool flag = false;
  Mood mood = Mood::calm;
  repot::Json document;
  repot::Decimal price;
  repot::Interval span{};
  repot::Bytes data;
  double ratio = 0;
  repot::Uuid token{};
  std::int64_t number = 0;
  std::optional<repot::Timestamp> maybeNaive;
  std::optional<repot::Json> maybeDocument;
  std::optional<repot::Decimal> maybePrice;
  std::optional<repot::Bytes> maybeData;
  std::optional<repot::Uuid> maybeToken;
};
BOOST_DESCRIBE_STRUCT(EveryType, (),
                      (id, naive, aware, day, clock, flag, mood, document, price, span, data, ratio,
                       token, number, maybeNaive, maybeDocument, maybePrice, maybeData, maybeToken))

}  // namespace

template <>
struct repot::Mapping<EveryType> {
  static EntityMap<EveryType> map() {
    return described<EveryType>("every_type", Roles<EveryType>().key(&EveryType::id));
  }
};

int main(int argc, char** argv) {
  return peer::run<music::Artist, music::Album, music::Track, music::Playlist, music::PlaylistTrack,
                   music::Download, music::LibraryScan, music::FileDuplicate,
                   music::ArtistWatchlist, music::FilterRule, music::AutomationRule,
                   music::UpgradeCandidate, music::Widget, music::DashboardPage,
                   music::WidgetInstance, EveryType>(argc, argv);
}
