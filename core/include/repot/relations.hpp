// Relations between entities, loaded in one query per relation however many entities there are.
// A relation is a value, made once:
//
//     const auto trackArtist = belongsTo(&Track::artist, &Track::artistId, &Artist::id);
//     const auto artistTracks = hasMany(&Artist::tracks, &Artist::id, &Track::artistId);
//
// and loaded eagerly with find(criterion, selection, trackArtist), or later with load().
#pragma once

#include <repot/repository.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace repot {

namespace detail {

/// Values of one IN list; no backend takes lists without end.
inline constexpr std::size_t relationBatch = 512;

/// Calls `visit` with all entities whose `member` is one of `keys`; a query for each batch of keys.
template <typename Entity, typename Member, typename Key, typename Visit>
void findByMember(UnitOfWork& work, Member Entity::*member, std::vector<Key> keys, Visit visit) {
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  Repository<Entity> repository(work);
  for (std::size_t first = 0; first < keys.size(); first += relationBatch) {
    const auto from = keys.begin() + static_cast<std::ptrdiff_t>(first);
    const auto count = std::min(relationBatch, keys.size() - first);
    std::vector<Key> batch(from, from + static_cast<std::ptrdiff_t>(count));
    // Filled up to a power of two: lists of every length would be a statement each.
    while ((batch.size() & (batch.size() - 1)) != 0)
      batch.push_back(batch.back());
    for (Entity& entity : repository.find(where(member).in(batch)))
      visit(std::move(entity));
  }
}

/// The member's value, or nothing for NULL.
template <typename Key>
const Key* valueOf(const Key& key) {
  return &key;
}
template <typename Key>
const Key* valueOf(const std::optional<Key>& key) {
  return key ? &*key : nullptr;
}

}  // namespace detail

/// Many entities to one parent, which those with the same parent share. nullptr for a NULL
/// reference, and for one to a row that does not exist.
template <typename Entity, typename Parent, typename Reference, typename ParentKey>
class BelongsTo {
 public:
  /// See belongsTo().
  BelongsTo(std::shared_ptr<Parent> Entity::*place, Reference Entity::*reference,
            ParentKey Parent::*key)
      : place_(place), reference_(reference), key_(key) {}

  /// Fills their places, by one query for all of them.
  void load(UnitOfWork& work, std::span<Entity> entities) const {
    std::vector<ParentKey> keys;
    for (const Entity& entity : entities) {
      if (const auto* key = detail::valueOf(entity.*reference_)) keys.push_back(*key);
    }
    std::map<ParentKey, std::shared_ptr<Parent>> parents;
    detail::findByMember(work, key_, std::move(keys), [&](Parent&& parent) {
      ParentKey key = parent.*key_;
      parents.emplace(std::move(key), std::make_shared<Parent>(std::move(parent)));
    });
    for (Entity& entity : entities) {
      const auto* key = detail::valueOf(entity.*reference_);
      const auto found = key ? parents.find(*key) : parents.end();
      entity.*place_ = found == parents.end() ? nullptr : found->second;
    }
  }
  /// Fills its place.
  void load(UnitOfWork& work, Entity& entity) const { load(work, std::span<Entity>(&entity, 1)); }

 private:
  std::shared_ptr<Parent> Entity::*place_;
  Reference Entity::*reference_;
  ParentKey Parent::*key_;
};

/// `place` gets the parent whose `key` is the entity's `reference`.
template <typename Entity, typename Parent, typename Reference, typename ParentKey>
auto belongsTo(std::shared_ptr<Parent> Entity::*place, Reference Entity::*reference,
               ParentKey Parent::*key) {
  return BelongsTo<Entity, Parent, Reference, ParentKey>(place, reference, key);
}

/// One entity to its children, in no particular order.
template <typename Entity, typename Key, typename Child, typename Reference>
class HasMany {
 public:
  /// See hasMany().
  HasMany(std::vector<Child> Entity::*place, Key Entity::*key, Reference Child::*reference)
      : place_(place), key_(key), reference_(reference) {}

  /// Fills their places, by one query for all of them.
  void load(UnitOfWork& work, std::span<Entity> entities) const {
    std::vector<Key> keys;
    std::multimap<Key, Entity*> owners;
    for (Entity& entity : entities) {
      (entity.*place_).clear();
      keys.push_back(entity.*key_);
      owners.emplace(entity.*key_, &entity);
    }
    detail::findByMember(work, reference_, std::move(keys), [&](Child&& child) {
      const auto* key = detail::valueOf(child.*reference_);
      const auto [first, last] = owners.equal_range(*key);
      for (auto owner = first; owner != last; ++owner)
        (owner->second->*place_).push_back(child);
    });
  }
  /// Fills its place.
  void load(UnitOfWork& work, Entity& entity) const { load(work, std::span<Entity>(&entity, 1)); }

 private:
  std::vector<Child> Entity::*place_;
  Key Entity::*key_;
  Reference Child::*reference_;
};

/// `place` gets the children whose `reference` is the entity's `key`.
template <typename Entity, typename Key, typename Child, typename Reference>
auto hasMany(std::vector<Child> Entity::*place, Key Entity::*key, Reference Child::*reference) {
  return HasMany<Entity, Key, Child, Reference>(place, key, reference);
}

}  // namespace repot
