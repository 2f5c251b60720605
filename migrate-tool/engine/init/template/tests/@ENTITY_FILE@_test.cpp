// @ENTITY_FILE@_test URL: the same test on every database. It takes away what it stored.
#include "migrations.hpp"
#include "@ENTITY_FILE@.hpp"

#include <repot/backends.hpp>
#include <repot/repot.hpp>
#include <repot/schema/command.hpp>
#include <repot/schema/from_mapping.hpp>

#include <cstdio>
#include <stdexcept>
#include <string>

namespace {

using app::@ENTITY@;

void expect(bool met, const char* what) {
  if (!met) throw std::runtime_error(std::string("not so: ") + what);
}

void testSchema(repot::Database& database) {
  repot::schema::Migrator(database, app::migrations()).upgrade();
  expect(repot::schema::runCommand(database, app::migrations(), {"check"},
                                   repot::schema::modelOf<@ENTITY@>()) == 0,
         "the migrations make the schema that the entities want");
}

void testStoring(repot::Database& database) {
  const std::string title = "test: Größe";
  const auto id = database.write([&](repot::UnitOfWork& work) {
    @ENTITY@ one{0, title, false};
    repot::Repository<@ENTITY@>(work).add(one);
    return one.id;
  });
  bool refused = false;
  try {
    database.write([&](repot::UnitOfWork& work) {
      repot::Repository<@ENTITY@> all(work);
      @ENTITY@ one = *all.get(id);
      one.done = true;
      all.update(one);
      all.add(@ENTITY@{0, title, false});  // The second of this title.
    });
  } catch (const repot::Error& error) {
    refused = error.kind() == repot::ErrorKind::unique;
  }
  expect(refused, "two of one title are refused");
  database.write([&](repot::UnitOfWork& work) {
    repot::Repository<@ENTITY@> all(work);
    const auto found = all.findOne(repot::where(&@ENTITY@::title) == title);
    expect(found.has_value() && found->id == id, "what was stored is found");
    expect(!found->done, "a unit of work that fails changes nothing");
    all.remove(found->id);
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "usage: %s URL\n", argv[0]), 2;
  try {
    repot::registerBackends();
    auto database = repot::Database::open(argv[1]);
    testSchema(database);
    testStoring(database);
    std::printf("passed on %s\n", database.url().toString().c_str());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "failed: %s\n", error.what());
    return 1;
  }
}
