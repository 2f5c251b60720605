// @NAME@ COMMAND: the same on SQLite and on PostgreSQL.
#include "migrations.hpp"
#include "@ENTITY_FILE@.hpp"

#include <repot/backends.hpp>
#include <repot/config.hpp>
#include <repot/repot.hpp>
#include <repot/schema/command.hpp>
#include <repot/schema/from_mapping.hpp>

#include <cstdio>
#include <string>
#include <vector>

namespace {

using app::@ENTITY@;

constexpr const char* usage = R"(usage: @NAME@ COMMAND

  add TITLE     store one
  done TITLE    mark one as done
  list          print all
  schema …      versions of the schema: status, upgrade, check, …
)";

void add(repot::Database& database, const std::string& title) {
  database.write([&](repot::UnitOfWork& work) {
    repot::Repository<@ENTITY@>(work).add(@ENTITY@{0, title, false});
  });
}

bool markDone(repot::Database& database, const std::string& title) {
  return database.write([&](repot::UnitOfWork& work) {
    repot::Repository<@ENTITY@> all(work);
    auto one = all.findOne(repot::where(&@ENTITY@::title) == title);
    if (!one) return false;
    one->done = true;
    all.update(*one);
    return true;
  });
}

void list(repot::Database& database) {
  const auto all = database.read([](repot::UnitOfWork& work) {
    return repot::Repository<@ENTITY@>(work).findAll(
        repot::Selection<@ENTITY@>().orderBy(&@ENTITY@::title));
  });
  for (const @ENTITY@& one : all)
    std::printf("%s %s\n", one.done ? "[x]" : "[ ]", one.title.c_str());
}

int run(const std::vector<std::string>& words) {
  const std::string command = words.empty() ? "" : words[0];
  const bool titled = command == "add" || command == "done";
  const bool known = titled ? words.size() == 2 : command == "list" || command == "schema";
  if (!known) return std::fputs(usage, stderr), 2;

  repot::registerBackends();
  const auto config = repot::Config::load();  // repot.json, or the environment
  auto database = repot::Database::open(config.database(), config.databaseOptions());
  if (command == "schema") {
    return repot::schema::runCommand(database, app::migrations(), {words.begin() + 1, words.end()},
                                     repot::schema::modelOf<@ENTITY@>());
  }
  repot::schema::Migrator(database, app::migrations()).upgrade();
  if (command == "list") list(database);
  if (command == "add") add(database, words[1]);
  if (command == "done" && !markDone(database, words[1])) {
    std::fprintf(stderr, "@NAME@: there is no \"%s\"\n", words[1].c_str());
    return 1;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const repot::Error& error) {
    std::fprintf(stderr, "@NAME@: %s\n", error.what());
    return 1;
  }
}
