// Reads and writes a music library through Repot's entities, for tests that look at it from another
// side: music_peer URL dump|rewrite.
//
// dump prints every row of every table as a line of JSON; rewrite updates each row to what it is
// already, and adds a copy of it under another key.
#include "entities/automation.hpp"
#include "entities/dashboard.hpp"
#include "entities/downloads.hpp"
#include "entities/playlists.hpp"
#include "entities/scans.hpp"

#include <repot/backends.hpp>
#include <repot/formats.hpp>

#include <boost/json.hpp>

#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

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

namespace {

using repot::Repository;
using repot::UnitOfWork;

template <typename Entity>
void dump(UnitOfWork& work) {
  const auto& map = repot::entityMap<Entity>();
  Repository<Entity>(work).forEach([&](Entity&& entity) {
    boost::json::object row;
    for (std::size_t i = 0; i < map.columns().size(); ++i) {
      const repot::Value value = map.accessor(i).get(entity);
      boost::json::value& shown = row[map.columns()[i].name];
      if (!repot::isNull(value)) shown = repot::formats::toText(value);
    }
    std::cout << boost::json::serialize(boost::json::object{{"table", map.table()}, {"row", row}})
              << '\n';
  });
}

/// A text of the same length, so that it fits the column.
std::string other(std::string text) {
  if (!text.empty()) text.front() = text.front() == '~' ? '!' : '~';
  return text;
}

/// The copy gets other keys, and values where they have to be unique.
template <typename Entity>
void makeOther(Entity& entity) {
  const auto& map = repot::entityMap<Entity>();
  const bool referring = map.columns().front().name != "id";  // The key is made of references.
  for (std::size_t i = 0; i < map.columns().size(); ++i) {
    const auto& column = map.columns()[i];
    repot::Value value = map.accessor(i).get(entity);
    if (column.generated) {
      map.accessor(i).set(entity, repot::Value(std::int64_t{0}));
    } else if (auto* text = std::get_if<std::string>(&value);
               text && ((column.key && !referring) || column.unique) &&
               column.referencedTable.empty()) {
      map.accessor(i).set(entity, repot::Value(other(std::move(*text))));
    }
  }
}

/// A download and an entry of a playlist have to refer to rows that no other of them does.
template <>
void makeOther(music::Download& download) {
  download.id = other(download.id);
  download.trackId = other(download.trackId);
}
template <>
void makeOther(music::PlaylistTrack& entry) {
  entry.trackId = other(entry.trackId);
}
template <>
void makeOther(music::WidgetInstance& instance) {
  instance.id = 0;
  instance.positionRow += 1000;
}

template <typename Entity>
void rewrite(UnitOfWork& work) {
  Repository<Entity> repository(work);
  auto all = repository.findAll();
  auto copies = all;
  repository.updateAll(all);
  for (Entity& copy : copies)
    makeOther(copy);
  repository.addAll(copies);
}

template <typename... Entities>
struct All {
  static void dumpAll(UnitOfWork& work) { (dump<Entities>(work), ...); }
  static void rewriteAll(UnitOfWork& work) { (rewrite<Entities>(work), ...); }
};
using Tables =
    All<music::Artist, music::Album, music::Track, music::Playlist, music::PlaylistTrack,
        music::Download, music::LibraryScan, music::FileDuplicate, music::ArtistWatchlist,
        music::FilterRule, music::AutomationRule, music::UpgradeCandidate, music::Widget,
        music::DashboardPage, music::WidgetInstance, EveryType>;

}  // namespace

int main(int argc, char** argv) {
  const std::string command = argc == 3 ? argv[2] : "";
  if (command != "dump" && command != "rewrite") {
    std::fprintf(stderr, "usage: music_peer URL dump|rewrite\n");
    return 2;
  }
  try {
    repot::registerBackends();
    auto database = repot::Database::open(argv[1]);
    command == "dump" ? database.read(Tables::dumpAll) : database.write(Tables::rewriteAll);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "music_peer: %s\n", error.what());
    return 1;
  }
}
