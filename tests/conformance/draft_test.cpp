// Migrations written by comparing entities with the live schema, carried out on every database.
#include "suite.hpp"

#include <repot/schema/dialect.hpp>
#include <repot/schema/draft.hpp>
#include <repot/schema/from_mapping.hpp>
#include <repot/schema/migration.hpp>

#include <fstream>
#include <sstream>

namespace drafts {

struct Shelf {
  std::int64_t id = 0;
  std::string name;
  std::optional<std::string> old_place;
};

struct NewShelf {
  std::int64_t id = 0;
  std::string name;
  std::optional<double> width;
  std::optional<std::int64_t> parentId;
};

struct Box {
  std::string code;
  std::int64_t shelfId = 0;
};

}  // namespace drafts

template <>
struct repot::Mapping<drafts::Shelf> {
  static EntityMap<drafts::Shelf> map() {
    return EntityMap<drafts::Shelf>("shelves")
        .generatedKey("id", &drafts::Shelf::id)
        .field("name", &drafts::Shelf::name)
        .field("old_place", &drafts::Shelf::old_place);
  }
};
template <>
struct repot::Mapping<drafts::NewShelf> {
  static EntityMap<drafts::NewShelf> map() {
    return EntityMap<drafts::NewShelf>("shelves")
        .generatedKey("id", &drafts::NewShelf::id)
        .unique("name", &drafts::NewShelf::name)
        .field("width", &drafts::NewShelf::width)
        .reference("parent_id", &drafts::NewShelf::parentId, "shelves", "id", OnDelete::setNull);
  }
};
template <>
struct repot::Mapping<drafts::Box> {
  static EntityMap<drafts::Box> map() {
    return EntityMap<drafts::Box>("boxes")
        .key("code", &drafts::Box::code)
        .reference("shelf_id", &drafts::Box::shelfId, "shelves", "id", OnDelete::cascade)
        .index(&drafts::Box::shelfId);
  }
};

namespace conformance {
namespace {

using namespace repot;
using drafts::Box, drafts::NewShelf, drafts::Shelf;

class DraftTest : public Suite {
 protected:
  void TearDown() override {
    std::filesystem::remove_all(migrations_);
    Suite::TearDown();
  }

  schema::Schema live() {
    const schema::Dialect& dialect = database().backend().schemaDialect();
    return database().read([&](UnitOfWork& work) { return dialect.read(work); });
  }

  /// Runs the file of this database as the migrator does.
  void run(const std::string& suffix) {
    const std::string wanted = std::string(database().backend().scheme()) + suffix;
    for (const auto& entry : std::filesystem::directory_iterator(migrations_)) {
      if (!entry.path().string().ends_with(wanted)) continue;
      std::ifstream file(entry.path());
      std::ostringstream sql;
      sql << file.rdbuf();
      database().backend().schemaDialect().inTransaction(
          database(), std::chrono::seconds(10),
          [&](UnitOfWork& work) { work.executeScript(sql.str()); });
      return;
    }
    FAIL() << "there is no file " << wanted;
  }

  std::filesystem::path migrations_ =
      std::filesystem::temp_directory_path() / ("repot_drafts_" + std::to_string(::getpid()));
};

TEST_P(DraftTest, LeadsToTheEntitiesAndBack) {
  database().createTables<Shelf>();
  database().write([](UnitOfWork& work) {
    Repository<Shelf>(work).add(Shelf{0, "north", "cellar"});
    Repository<Shelf>(work).add(Shelf{0, "south", std::nullopt});
  });
  const schema::Schema before = live();

  schema::Draft draft = schema::draftMigration(database(), schema::modelOf<NewShelf, Box>());
  draft.description = "Boxes & shelves";
  const auto files = schema::writeDraft(draft, migrations_);
  ASSERT_EQ(files.size(), 4u);
  EXPECT_EQ(files[0].filename(), "0001_boxes_shelves.sqlite.up.sql");
  EXPECT_NE(draft.source.find("the entities with"), std::string::npos);

  run(".up.sql");
  EXPECT_EQ(schema::draftMigration(database(), schema::modelOf<NewShelf, Box>()).up.toText(), "");
  database().write([](UnitOfWork& work) {
    Repository<NewShelf> shelves(work);
    EXPECT_EQ(shelves.count(), 2);
    const auto north = shelves.findOne(where(&NewShelf::name) == "north");
    ASSERT_TRUE(north.has_value());
    EXPECT_THROW(work.nested([&] { shelves.add(NewShelf{0, "north", 1.5, north->id}); }), Error);
    Repository<Box>(work).add(Box{"b", north->id});
  });

  run(".down.sql");
  EXPECT_EQ(
      schema::diff(before, live(),
                   {schema::DiffScope::everything, std::string(database().backend().scheme())})
          .toText(),
      "");
  database().read([](UnitOfWork& work) { EXPECT_EQ(Repository<Shelf>(work).count(), 2); });
}

TEST_P(DraftTest, RefusesWhereNothingDiffersAndNumbersOn) {
  database().createTables<Shelf>();
  EXPECT_THROW(
      schema::writeDraft(schema::draftMigration(database(), schema::modelOf<Shelf>()), migrations_),
      Error);
  std::filesystem::create_directory(migrations_);
  std::ofstream(migrations_ / "00041_x.up.sql") << "SELECT 1";
  schema::Draft draft = schema::draftMigration(database(), schema::modelOf<NewShelf, Box>());
  EXPECT_THROW(schema::writeDraft(draft, migrations_), Error);  // Without any words.
  draft.description = "more";
  const auto files = schema::writeDraft(draft, migrations_);
  EXPECT_EQ(files[0].filename(), "00042_more.sqlite.up.sql");
  // It follows what is there.
  const schema::Migrations all = schema::Migrations::load(migrations_);
  EXPECT_EQ(all.find("00042")->after, std::vector<std::string>{"00041"});
}

INSTANTIATE_TEST_SUITE_P(All, DraftTest, testing::Values(Target::sqliteFile, Target::postgresql),
                         [](const auto& test) { return nameOf(test.param); });

}  // namespace
}  // namespace conformance
