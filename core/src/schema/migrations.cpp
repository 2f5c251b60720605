// The graph of migrations: what follows what, and what is wrong with it.
#include "repot/error.hpp"
#include "repot/schema/migration.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

namespace repot::schema {
namespace {

bool isAlphanumeric(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

void checkId(const std::string& id) {
  const bool wellFormed =
      !id.empty() && isAlphanumeric(id.front()) && std::all_of(id.begin(), id.end(), [](char c) {
        return isAlphanumeric(c) || c == '.' || c == '_' || c == '-';
      });
  if (!wellFormed || id == "base" || id == "head") {
    throw Error(ErrorKind::schema,
                "'" + id +
                    "' cannot be the id of a migration: write letters, digits, '.', '_' and '-', "
                    "a letter or digit first; 'base' and 'head' mean the ends");
  }
}

using Positions = std::map<std::string_view, std::size_t>;

Positions positionsOf(const std::vector<Migration>& migrations) {
  Positions positions;
  for (std::size_t i = 0; i < migrations.size(); ++i)
    positions[migrations[i].id] = i;
  return positions;
}

/// For each migration the positions of its parents. Throws for those that are missing.
std::vector<std::vector<std::size_t>> parentsOf(const std::vector<Migration>& migrations) {
  const Positions positions = positionsOf(migrations);
  std::vector<std::vector<std::size_t>> parents(migrations.size());
  for (std::size_t i = 0; i < migrations.size(); ++i) {
    for (const std::string& id : migrations[i].after) {
      const auto found = positions.find(id);
      if (found == positions.end()) {
        throw Error(ErrorKind::schema, "migration " + migrations[i].id + " comes after " + id +
                                           ", which is not among the migrations");
      }
      parents[i].push_back(found->second);
    }
  }
  return parents;
}

/// Of migrations that all wait for one another, one cycle as "a -> b -> a".
std::string cycleIn(const std::vector<Migration>& migrations,
                    const std::vector<std::vector<std::size_t>>& parents,
                    const std::vector<bool>& placed, std::size_t start) {
  const auto waitingParent = [&](std::size_t at) {
    return *std::find_if(parents[at].begin(), parents[at].end(),
                         [&](std::size_t parent) { return !placed[parent]; });
  };
  // As many steps as there are migrations end inside of a cycle, wherever they began.
  std::size_t at = start;
  for (std::size_t i = 0; i < migrations.size(); ++i)
    at = waitingParent(at);
  std::string text = migrations[at].id;
  for (std::size_t next = waitingParent(at); next != at; next = waitingParent(next))
    text += " after " + migrations[next].id;
  return text + " after " + migrations[at].id;
}

}  // namespace

Migrations& Migrations::add(Migration migration) {
  checkId(migration.id);
  if (find(migration.id) != nullptr) {
    throw Error(ErrorKind::schema, "two migrations have the id " + migration.id + ": '" +
                                       find(migration.id)->description + "' and '" +
                                       migration.description + "'");
  }
  if (!migration.up) {
    throw Error(ErrorKind::schema, "migration " + migration.id + " has no up-steps");
  }
  migrations_.push_back(std::move(migration));
  return *this;
}

const Migration* Migrations::find(std::string_view id) const noexcept {
  const auto found = std::find_if(migrations_.begin(), migrations_.end(),
                                  [&](const Migration& one) { return one.id == id; });
  return found == migrations_.end() ? nullptr : &*found;
}

std::vector<std::string> Migrations::heads() const {
  std::set<std::string_view> followed;
  for (const Migration& migration : migrations_)
    followed.insert(migration.after.begin(), migration.after.end());
  std::vector<std::string> heads;
  for (const Migration& migration : migrations_) {
    if (!followed.contains(migration.id)) heads.push_back(migration.id);
  }
  return heads;
}

std::vector<const Migration*> Migrations::ordered() const {
  const auto parents = parentsOf(migrations_);
  std::vector<bool> placed(migrations_.size());
  std::vector<const Migration*> order;
  while (order.size() < migrations_.size()) {
    const std::size_t before = order.size();
    for (std::size_t i = 0; i < migrations_.size(); ++i) {
      const bool ready =
          !placed[i] && std::all_of(parents[i].begin(), parents[i].end(),
                                    [&](std::size_t parent) { return placed[parent]; });
      if (!ready) continue;
      placed[i] = true;
      order.push_back(&migrations_[i]);
    }
    if (order.size() == before) {
      const auto waiting = std::find(placed.begin(), placed.end(), false) - placed.begin();
      throw Error(ErrorKind::schema,
                  "migrations follow each other in a circle: " +
                      cycleIn(migrations_, parents, placed, static_cast<std::size_t>(waiting)));
    }
  }
  return order;
}

std::vector<const Migration*> Migrations::upTo(std::string_view id) const {
  std::vector<const Migration*> order = ordered();
  if (find(id) == nullptr) {
    throw Error(ErrorKind::notFound,
                "there is no migration '" + std::string(id) + "'" +
                    (order.empty() ? "; there are none at all"
                                   : "; the last of " + std::to_string(order.size()) + " is " +
                                         order.back()->id));
  }
  std::set<std::string_view> wanted{id};
  for (auto migration = order.rbegin(); migration != order.rend(); ++migration) {
    if (wanted.contains((*migration)->id))
      wanted.insert((*migration)->after.begin(), (*migration)->after.end());
  }
  std::erase_if(order, [&](const Migration* one) { return !wanted.contains(one->id); });
  return order;
}

}  // namespace repot::schema
