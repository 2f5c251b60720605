// A program that asks the database which it is to move to the same as its own, and tells where the
// answers differ. Usage: shadowed URL SHADOW_URL
#include <repot/backends.hpp>
#include <repot/shadowed_database.hpp>

#include <cstdio>
#include <string>
#include <vector>

namespace {

using repot::Database;
using repot::ShadowedDatabase;
using repot::ShadowedRead;
using repot::UnitOfWork;

std::vector<std::string> titlesOf(UnitOfWork& unit) {
  std::vector<std::string> titles;
  unit.query("SELECT title FROM note ORDER BY id", {}, {repot::ColumnType::text},
             [&](auto& row) { titles.push_back(std::get<std::string>(row[0])); });
  return titles;
}

void tell(const ShadowedRead& read) {
  const char* const answer = read.equal     ? "the same"
                             : read.failure ? read.failure->what()
                                            : "something else";
  std::printf("%s: %s\n", std::string(read.name).c_str(), answer);
}

void run(const char* url, const char* shadowUrl) {
  repot::registerBackends();
  ShadowedDatabase database(Database::open(url), Database::open(shadowUrl), {1, tell});
  const auto titles = database.read(titlesOf, "titles");
  std::printf("%zu titles\n", titles.size());
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) return std::fprintf(stderr, "Usage: shadowed URL SHADOW_URL\n"), 2;
  try {
    run(words[1], words[2]);
  } catch (const repot::Error& error) {
    return std::fprintf(stderr, "shadowed: %s\n", error.what()), 1;
  }
}
