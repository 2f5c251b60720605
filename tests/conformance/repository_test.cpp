// Repositories: what is added is found, changed and removed alike on every backend.
#include "suite.hpp"

namespace conformance {
namespace {

using repot::ErrorKind;
using repot::Repository;
using repot::Selection;
using repot::UnitOfWork;
using repot::where;

class RepositoryTest : public Suite {
 protected:
  void SetUp() override {
    Suite::SetUp();
    if (IsSkipped()) return;
    database().createTables<Artist, Track, PlaylistEntry>();
  }

  void addTracks() {
    database().write([](UnitOfWork& work) {
      Artist artist{0, "The Sample", std::nullopt};
      Repository<Artist>(work).add(artist);
      Repository<Track> tracks(work);
      tracks.add({"a", "Alpha", artist.id, 1000, 1999, false});
      tracks.add({"b", "Beta", artist.id, 2000, std::nullopt, true});
      tracks.add({"c", "Gamma", artist.id, 3000, 2001, false});
    });
  }

  std::vector<std::string> idsOf(const repot::Criterion<Track>& criterion,
                                 const Selection<Track>& selection = {}) {
    return database().read([&](UnitOfWork& work) {
      std::vector<std::string> ids;
      for (const Track& track : Repository<Track>(work).find(criterion, selection)) {
        ids.push_back(track.id);
      }
      return ids;
    });
  }
};

using Ids = std::vector<std::string>;

TEST_P(RepositoryTest, AddFillsInGeneratedKeysThatNeverRepeat) {
  Artist first{0, "One", "NO"};
  Artist second{0, "Two", std::nullopt};
  database().write([&](UnitOfWork& work) {
    Repository<Artist> artists(work);
    artists.add(first);
    artists.add(second);
    EXPECT_TRUE(artists.remove(second.id));
  });
  EXPECT_GT(first.id, 0);
  EXPECT_NE(first.id, second.id);
  Artist third{0, "Three", std::nullopt};
  database().write([&](UnitOfWork& work) { Repository<Artist>(work).add(third); });
  EXPECT_GT(third.id, second.id);
  const auto found =
      database().read([&](UnitOfWork& work) { return Repository<Artist>(work).get(first.id); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "One");
  EXPECT_EQ(found->country, "NO");
}

TEST_P(RepositoryTest, GetOfAMissingKeyIsEmpty) {
  EXPECT_FALSE(
      database().read([](UnitOfWork& work) { return Repository<Track>(work).get("none"); }));
}

TEST_P(RepositoryTest, UpdateWritesAllFieldsAndWantsAnExistingRow) {
  addTracks();
  database().write([](UnitOfWork& work) {
    Repository<Track> tracks(work);
    Track track = tracks.get("a").value();
    track.title = "Änderung 'quoted'";
    track.year.reset();
    track.broken = true;
    tracks.update(track);
  });
  const auto track =
      database().read([](UnitOfWork& work) { return Repository<Track>(work).get("a"); });
  EXPECT_EQ(track->title, "Änderung 'quoted'");
  EXPECT_FALSE(track->year);
  EXPECT_TRUE(track->broken);
  EXPECT_EQ(track->durationMs, 1000);
  EXPECT_EQ(kindOf([&] {
              database().write([](UnitOfWork& work) {
                Repository<Track>(work).update({"none", "", 1, 0, std::nullopt, false});
              });
            }),
            ErrorKind::notFound);
}

TEST_P(RepositoryTest, RemoveTellsWhetherThereWasARow) {
  addTracks();
  database().write([](UnitOfWork& work) {
    Repository<Track> tracks(work);
    EXPECT_TRUE(tracks.remove("a"));
    EXPECT_FALSE(tracks.remove("a"));
    EXPECT_EQ(tracks.count(), 2);
  });
}

TEST_P(RepositoryTest, CompositeKeysAndOddNames) {
  database().write([](UnitOfWork& work) {
    Repository<PlaylistEntry> entries(work);
    entries.add({"p", 1, "x"});
    entries.add({"p", 2, "y"});
    entries.update({"p", 2, "z"});
    EXPECT_EQ(entries.get("p", std::int64_t{2}), (PlaylistEntry{"p", 2, "z"}));
    EXPECT_TRUE(entries.remove("p", std::int64_t{1}));
    EXPECT_EQ(entries.count(), 1);
  });
}

TEST_P(RepositoryTest, CriteriaSelectTheSameRows) {
  addTracks();
  EXPECT_EQ(idsOf(where(&Track::durationMs) > 1000), (Ids{"b", "c"}));
  EXPECT_EQ(idsOf(where(&Track::durationMs) == 2000), (Ids{"b"}));
  EXPECT_EQ(idsOf(where(&Track::durationMs) != 2000), (Ids{"a", "c"}));
  EXPECT_EQ(idsOf(where(&Track::durationMs).between(1000, 2000)), (Ids{"a", "b"}));
  EXPECT_EQ(idsOf(where(&Track::broken) == true), (Ids{"b"}));
  EXPECT_EQ(idsOf(where(&Track::year).isNull()), (Ids{"b"}));
  EXPECT_EQ(idsOf(where(&Track::year).isNotNull()), (Ids{"a", "c"}));
  EXPECT_EQ(idsOf(where(&Track::year) < 2000), (Ids{"a"}));
  EXPECT_EQ(idsOf(where(&Track::id).in({"c", "a", "none"})), (Ids{"a", "c"}));
  EXPECT_EQ(idsOf(where(&Track::id).in({})), Ids{});
  EXPECT_EQ(idsOf(!(where(&Track::year) == 1999)), (Ids{"c"}));  // NULL is neither.
  EXPECT_EQ(idsOf((where(&Track::durationMs) > 1000 && where(&Track::broken) == false) ||
                  where(&Track::title) == "Alpha"),
            (Ids{"a", "c"}));
}

TEST_P(RepositoryTest, OrderLimitAndOffset) {
  addTracks();
  const auto all = where(&Track::durationMs) >= 0;
  EXPECT_EQ(idsOf(all, Selection<Track>().orderBy(&Track::durationMs, true)), (Ids{"c", "b", "a"}));
  EXPECT_EQ(idsOf(all, Selection<Track>().orderBy(&Track::year)), (Ids{"b", "a", "c"}));
  EXPECT_EQ(idsOf(all, Selection<Track>().orderBy(&Track::year, true)), (Ids{"c", "a", "b"}));
  EXPECT_EQ(idsOf(all, Selection<Track>().orderBy(&Track::id).limit(1).offset(1)), (Ids{"b"}));
  EXPECT_EQ(idsOf(all, Selection<Track>().orderBy(&Track::id).offset(2)), (Ids{"c"}));
}

TEST_P(RepositoryTest, CountWithAndWithoutCriterion) {
  addTracks();
  database().read([](UnitOfWork& work) {
    EXPECT_EQ(Repository<Track>(work).count(), 3);
    EXPECT_EQ(Repository<Track>(work).count(where(&Track::broken) == false), 2);
  });
}

TEST_P(RepositoryTest, DeletingAParentCascades) {
  addTracks();
  database().write([](UnitOfWork& work) {
    Repository<Artist> artists(work);
    artists.remove(artists.findAll().at(0).id);
    EXPECT_EQ(Repository<Track>(work).count(), 0);
  });
}

TEST_P(RepositoryTest, EachConstraintHasItsKind) {
  addTracks();
  const auto adding = [&](const Track& track) {
    return kindOf(
        [&] { database().write([&](UnitOfWork& work) { Repository<Track>(work).add(track); }); });
  };
  EXPECT_EQ(adding({"a", "again", 1, 1, std::nullopt, false}), ErrorKind::unique);
  EXPECT_EQ(adding({"z", "no artist", 999, 1, std::nullopt, false}), ErrorKind::foreignKey);
  EXPECT_EQ(kindOf([&] {
              database().write([](UnitOfWork& work) {
                work.execute("INSERT INTO artists (name) VALUES ($1)", {repot::Value()});
              });
            }),
            ErrorKind::notNull);
  EXPECT_EQ(
      kindOf([&] {
        database().write([](UnitOfWork& work) { work.execute("SELECT * FROM no_such_table"); });
      }),
      ErrorKind::schema);
}

TEST_P(RepositoryTest, TextThatNoBackendMayHoldIsRefused) {
  for (const std::string& text :
       {std::string("a\0b", 3), std::string("\xff"), std::string("\xed\xa0\x80")}) {
    EXPECT_EQ(kindOf([&] {
                database().write([&](UnitOfWork& work) {
                  Repository<Artist>(work).add(Artist{0, text, std::nullopt});
                });
              }),
              ErrorKind::data);
  }
}

TEST_P(RepositoryTest, AFieldTooNarrowForTheStoredNumberIsAnErrorThatNamesTheRow) {
  addTracks();
  database().write([](UnitOfWork& work) {
    work.execute(R"(UPDATE tracks SET "durationMs" = $1 WHERE id = 'b')", {std::int64_t{1} << 40});
  });
  try {
    database().read([](UnitOfWork& work) { return Repository<Track>(work).findAll().size(); });
    FAIL() << "read a number cut to 32 bits";
  } catch (const repot::Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_NE(std::string(error.what()).find("tracks.durationMs"), std::string::npos)
        << error.what();
    EXPECT_NE(std::string(error.what()).find("id='b'"), std::string::npos) << error.what();
  }
}

REPOT_INSTANTIATE_CONFORMANCE(RepositoryTest);

}  // namespace
}  // namespace conformance
