// Queries beyond one entity: likes, joins, aggregates, pages, streams, relations, raw SQL.
#include "suite.hpp"

#include <repot/observer.hpp>

#include <algorithm>
#include <atomic>
#include <map>
#include <random>
#include <set>

namespace conformance {
namespace {

using namespace repot;

/// Counts statements; a repository must not ask once per row.
class Counter : public Observer {
 public:
  void onStatement(const StatementEvent& event) noexcept override {
    if (event.sql.starts_with("SELECT")) ++selects;
  }
  std::atomic<int> selects{0};
};

class QueryTest : public Suite {
 protected:
  void SetUp() override {
    Suite::SetUp();
    if (IsSkipped()) return;
    database().createTables<Artist, Track>();
    database().write([](UnitOfWork& work) {
      Repository<Artist> artists(work);
      artists.add({1, "Björk", "IS"});
      artists.add({2, "ÁSGEIR", "IS"});
      artists.add({3, "100% Silk_", {}});
      artists.add({4, R"(back\slash)", "US"});
      Repository<Track> tracks(work);
      tracks.add({"a", "Jóga", 1, 300000, 1997, false});
      tracks.add({"b", "Army of Me", 1, 234000, 1995, false});
      tracks.add({"c", "Dýrð í dauðaþögn", 2, 200000, {}, true});
      tracks.add({"d", "Untitled", 3, 100, {}, false});
    });
  }

  std::vector<std::int64_t> artistsWhere(const Criterion<Artist>& criterion) {
    return database().read([&](UnitOfWork& work) {
      std::vector<std::int64_t> ids;
      for (const Artist& artist :
           Repository<Artist>(work).find(criterion, Selection<Artist>().orderBy(&Artist::id)))
        ids.push_back(artist.id);
      return ids;
    });
  }
};

using Ids = std::vector<std::int64_t>;

TEST_P(QueryTest, LikeMeansTheSameOnEveryBackend) {
  const auto name = where(&Artist::name);
  EXPECT_EQ(artistsWhere(name.like("B%")), Ids{1});
  EXPECT_EQ(artistsWhere(name.like("b%")), Ids{4}) << "LIKE heeds the case of ASCII letters";
  EXPECT_EQ(artistsWhere(name.like("Bj_rk")), Ids{1}) << "_ is one character, not one byte";
  EXPECT_EQ(artistsWhere(name.like("b%", Case::ignored)), (Ids{1, 4}));
  EXPECT_EQ(artistsWhere(name.like("BJÖRK", Case::ignored)), Ids{1});
  EXPECT_EQ(artistsWhere(name.contains("ásgeir", Case::ignored)), Ids{2});
  EXPECT_EQ(artistsWhere(name.contains("%")), Ids{3});
  EXPECT_EQ(artistsWhere(name.contains("_")), Ids{3});
  EXPECT_EQ(artistsWhere(name.contains("\\")), Ids{4});
  EXPECT_EQ(artistsWhere(name.startsWith("100%")), Ids{3});
  EXPECT_EQ(artistsWhere(name.endsWith("Silk_")), Ids{3});
  EXPECT_EQ(artistsWhere(name.equalsIgnoringCase("100% silk_")), Ids{3});
  EXPECT_EQ(artistsWhere(!name.contains("r")), (Ids{2, 3, 4}));
  EXPECT_EQ(artistsWhere(where(&Artist::country).like("%")), (Ids{1, 2, 4}))
      << "NULL meets nothing";
  EXPECT_EQ(kindOf([&] { artistsWhere(name.like("x\\")); }), ErrorKind::usage);
}

TEST_P(QueryTest, RandomPatternsMatchAsASimpleMatcherSays) {
  // Checked against a recursive matcher that is too simple to be wrong.
  const auto matches = [](const auto& self, std::string_view pattern,
                          std::string_view text) -> bool {
    if (pattern.empty()) return text.empty();
    if (pattern[0] == '%')
      return self(self, pattern.substr(1), text) ||
             (!text.empty() && self(self, pattern, text.substr(1)));
    if (text.empty()) return false;
    if (pattern[0] == '\\')
      return pattern[1] == text[0] && self(self, pattern.substr(2), text.substr(1));
    return (pattern[0] == '_' || pattern[0] == text[0]) &&
           self(self, pattern.substr(1), text.substr(1));
  };
  std::mt19937 random(7);
  const auto text = [&](std::string_view letters, std::size_t most) {
    std::string result;
    for (std::size_t length = random() % (most + 1); length > 0; --length)
      result += letters[random() % letters.size()];
    return result;
  };
  database().write([&](UnitOfWork& work) {
    Repository<Artist> artists(work);
    artists.removeWhere(where(&Artist::id) > 0);
    std::set<std::string> names;
    while (names.size() < 60)
      names.insert(text("ab%_\\", 6));
    for (const std::string& name : names) {
      Artist artist{0, name, {}};
      artists.add(artist);
    }
    for (int i = 0; i < 150; ++i) {
      std::string pattern = text("ab%_\\", 7);
      for (std::size_t at = 0; at < pattern.size(); ++at) {
        if (pattern[at] != '\\') continue;
        if (++at == pattern.size()) pattern += 'a';  // A single \ at the end is refused.
      }
      std::set<std::string> expected;
      for (const std::string& name : names) {
        if (matches(matches, pattern, name)) expected.insert(name);
      }
      std::set<std::string> found;
      for (const Artist& artist : artists.find(where(&Artist::name).like(pattern)))
        found.insert(artist.name);
      EXPECT_EQ(found, expected) << pattern;
    }
  });
}

TEST_P(QueryTest, JoinsProjectionsAndAggregates) {
  database().read([](UnitOfWork& work) {
    auto rows = Query(work)
                    .from<Track>()
                    .join(&Track::artistId, &Artist::id)
                    .where(where(&Track::durationMs) > 1000)
                    .where(where(&Artist::country) == "IS")
                    .orderBy(&Track::title, Order::descending)
                    .select(column(&Track::title), column(&Artist::name));
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows[0], std::make_tuple(std::string("Jóga"), std::string("Björk")));

    auto groups = Query(work)
                      .from<Artist>()
                      .leftJoin(&Artist::id, &Track::artistId)
                      .groupBy(&Artist::id)
                      .orderBy(&Artist::id)
                      .select(column(&Artist::id), count(&Track::id), sum(&Track::durationMs),
                              average(&Track::durationMs), min(&Track::title), max(&Track::year));
    ASSERT_EQ(groups.size(), 4u);
    EXPECT_EQ(std::get<1>(groups[0]), 2);
    EXPECT_EQ(std::get<2>(groups[0]), 534000);
    EXPECT_EQ(std::get<3>(groups[0]), 267000.0);
    EXPECT_EQ(std::get<4>(groups[0]), "Army of Me");
    EXPECT_EQ(std::get<5>(groups[0]), 1997);
    EXPECT_EQ(std::get<1>(groups[3]), 0);
    EXPECT_EQ(std::get<2>(groups[3]), std::nullopt);

    auto many = Query(work)
                    .from<Track>()
                    .groupBy(&Track::artistId)
                    .having(count(), ">", 1)
                    .select(column(&Track::artistId), countDistinct(&Track::year));
    ASSERT_EQ(many.size(), 1u);
    EXPECT_EQ(many[0], std::make_tuple(std::int64_t{1}, std::int64_t{2}));

    auto pairs = Query(work)
                     .from<Track>()
                     .join(&Track::artistId, &Artist::id)
                     .where(where(&Track::id) == "c")
                     .select(entity<Artist>(), entity<Track>());
    ASSERT_EQ(pairs.size(), 1u);
    EXPECT_EQ(std::get<0>(pairs[0]).name, "ÁSGEIR");
    EXPECT_TRUE(std::get<1>(pairs[0]).broken);

    auto lacking = Query(work)
                       .from<Artist>()
                       .leftJoin(&Artist::id, &Track::artistId)
                       .where(where(&Artist::id) == 4)
                       .select(optionalColumn(&Track::title));
    ASSERT_EQ(lacking.size(), 1u);
    EXPECT_EQ(std::get<0>(lacking[0]), std::nullopt);

    auto countries = Query(work)
                         .from<Artist>()
                         .distinct()
                         .orderBy(&Artist::country)
                         .limit(2)
                         .offset(1)
                         .select(column(&Artist::country));
    ASSERT_EQ(countries.size(), 2u);
    EXPECT_EQ(std::get<0>(countries[0]), "IS");
    EXPECT_EQ(std::get<0>(countries[1]), "US");
  });
}

TEST_P(QueryTest, AColumnWithoutOneValuePerGroupIsRefused) {
  EXPECT_EQ(kindOf([&] {
              database().read([](UnitOfWork& work) {
                Query(work)
                    .from<Track>()
                    .groupBy(&Track::artistId)
                    .select(column(&Track::title), count());
              });
            }),
            ErrorKind::usage);
  EXPECT_EQ(kindOf([&] {
              database().read([](UnitOfWork& work) {
                Query(work).from<Track>().select(column(&Track::title), count());
              });
            }),
            ErrorKind::usage);
}

TEST_P(QueryTest, ASumBeyond64BitsIsAnErrorOfTheData) {
  EXPECT_EQ(kindOf([&] {
              database().write([](UnitOfWork& work) {
                Repository<Track> tracks(work);
                for (const char* id : {"x", "y"})
                  tracks.add({id, "", 1, 1, std::numeric_limits<std::int64_t>::max(), false});
                Query(work).from<Track>().select(sum(&Track::year));
              });
            }),
            ErrorKind::data);
}

TEST_P(QueryTest, PagesNeitherSkipNorRepeatWhileOthersCome) {
  std::mt19937 random(11);
  database().write([&](UnitOfWork& work) {
    Repository<Track> tracks(work);
    tracks.removeWhere(where(&Track::artistId) > 0);
    std::vector<Track> many;
    for (int i = 0; i < 300; ++i) {
      const auto year = random() % 7;
      many.push_back({"t" + std::to_string(i),
                      std::string(1, static_cast<char>('a' + random() % 3)),
                      1,
                      static_cast<std::int32_t>(i),
                      {},
                      false});
      if (year > 0) many.back().year = static_cast<std::int64_t>(year);
    }
    tracks.addAll(many);
  });
  for (const bool descending : {false, true}) {
    Selection<Track> selection;
    selection.orderBy(&Track::year, descending).orderBy(&Track::title, !descending).limit(17);
    std::set<std::string> seen;
    std::optional<Cursor> after;
    int extra = 0;
    do {
      const auto page = database().write([&](UnitOfWork& work) {
        Repository<Track> tracks(work);
        auto found = tracks.page(selection, after, where(&Track::durationMs) < 300);
        // Somebody adds a row before every page.
        tracks.add({(descending ? "u" : "v") + std::to_string(++extra), "b", 1, 1000, 3, false});
        return found;
      });
      for (const Track& track : page.rows)
        EXPECT_TRUE(seen.insert(track.id).second) << track.id << " came twice";
      EXPECT_LE(page.rows.size(), 17u);
      after = page.next;
      if (after) {  // Through a link and back.
        after = database().read([&](UnitOfWork& work) {
          return Repository<Track>(work).cursor(after->toString(), selection);
        });
      }
    } while (after);
    EXPECT_EQ(seen.size(), 300u);
  }
  EXPECT_EQ(kindOf([&] {
              database().read([&](UnitOfWork& work) {
                Selection<Track> selection;
                selection.orderBy(&Track::year).limit(1);
                return Repository<Track>(work).cursor("nonsense", selection);
              });
            }),
            ErrorKind::usage);
}

TEST_P(QueryTest, ALargeResultIsVisitedWhileOtherStatementsRun) {
  database().write([](UnitOfWork& work) {
    std::vector<Track> many;
    for (int i = 0; i < 5000; ++i)
      many.push_back({"t" + std::to_string(i), "x", 1, i, {}, false});
    Repository<Track>(work).addAll(many);
  });
  database().read([](UnitOfWork& work) {
    Repository<Track> tracks(work);
    Repository<Artist> artists(work);
    std::int64_t sumOfAll = 0;
    int rows = 0;
    tracks.forEach(where(&Track::title) == "x", [&](Track&& track) {
      sumOfAll += track.durationMs;
      if (++rows % 1000 == 0) {
        EXPECT_EQ(artists.get(track.artistId)->name, "Björk");
      }
    });
    EXPECT_EQ(rows, 5000);
    EXPECT_EQ(sumOfAll, 4999 * 5000 / 2);
    struct Enough {};
    EXPECT_THROW(tracks.forEach([](Track&&) { throw Enough(); }), Enough);
    EXPECT_EQ(tracks.count(), 5004);
  });
}

TEST_P(QueryTest, RawSqlIsTypedAndBound) {
  database().write([](UnitOfWork& work) {
    const auto rows = select<std::string, std::optional<std::int64_t>>(
        work, "SELECT title, year FROM tracks WHERE title = $1 OR id = $2 ORDER BY id",
        "'; DROP TABLE tracks; --", "c");
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(std::get<0>(rows[0]), "Dýrð í dauðaþögn");
    EXPECT_EQ(std::get<1>(rows[0]), std::nullopt);
    EXPECT_EQ(execute(work, "UPDATE tracks SET title = $1 WHERE id = $2", "New", "a"), 1);
    EXPECT_EQ(selectEntities<Artist>(work, "SELECT * FROM artists WHERE id = $1", 2).at(0).name,
              "ÁSGEIR");
  });
  EXPECT_EQ(kindOf([&] {
              database().read([](UnitOfWork& work) {
                select<std::int64_t>(work, "SELECT year FROM tracks WHERE id = $1", "c");
              });
            }),
            ErrorKind::data);
}

TEST_P(QueryTest, ExistsFindOneAndChangesByCriterion) {
  database().write([](UnitOfWork& work) {
    Repository<Track> tracks(work);
    EXPECT_TRUE(tracks.exists(where(&Track::broken) == true));
    EXPECT_FALSE(tracks.exists(where(&Track::title) == "none"));
    EXPECT_EQ(tracks.findOne(where(&Track::broken) == true)->id, "c");
    EXPECT_FALSE(tracks.findOne(where(&Track::title) == "none"));
    EXPECT_EQ(kindOf([&] { tracks.findOne(where(&Track::artistId) == 1); }), ErrorKind::data);
    EXPECT_EQ(tracks.updateWhere(where(&Track::artistId) == 1, assign(&Track::broken, true),
                                 increase(&Track::durationMs, 5)),
              2);
    EXPECT_EQ(tracks.get("a")->durationMs, 300005);
    EXPECT_TRUE(tracks.get("b")->broken);
    EXPECT_EQ(tracks.removeWhere(where(&Track::year).isNull()), 2);
    EXPECT_EQ(tracks.count(), 2);
  });
}

REPOT_INSTANTIATE_CONFORMANCE(QueryTest);

}  // namespace
}  // namespace conformance
