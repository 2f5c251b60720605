// Where the parent has more keys than the table takes, parts of the keys are looked at in turn; see
// parent_keys.hpp.
#include "parent_keys.hpp"

#include "on_readers.hpp"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace repot::migrate {
namespace {

constexpr std::int64_t partsMax = 8;
/// How many lookups by SQLite take as long as one key of the parent takes here.
constexpr std::int64_t parentKeysPerLookup = 8;

/// A set of digests: open addressing, 0 for an empty place.
class DigestSet {
 public:
  explicit DigestSet(std::int64_t keys)
      : left_(keys), places_(std::bit_ceil(static_cast<std::size_t>(keys) * 4 / 3 + 2)) {}

  void prefetch(std::uint64_t digest) const {
    __builtin_prefetch(&places_[static_cast<std::size_t>(digest) & (places_.size() - 1)]);
  }
  /// False where it is full: then it would never end a search.
  bool add(std::uint64_t digest) {
    if (left_-- <= 0) return false;
    places_[placeOf(digest)] = digest;
    return true;
  }
  bool contains(std::uint64_t digest) const { return places_[placeOf(digest)] == digest; }

 private:
  std::size_t placeOf(std::uint64_t digest) const {
    const std::size_t mask = places_.size() - 1;
    std::size_t place = static_cast<std::size_t>(digest) & mask;
    while (places_[place] != 0 && places_[place] != digest)
      place = (place + 1) & mask;
    return place;
  }
  std::int64_t left_;
  std::vector<std::uint64_t> places_;
};

/// Asks for several digests at once, since each lies somewhere else in memory.
template <typename Ask>
class Together {
 public:
  Together(const DigestSet& set, Ask ask) : set_(set), ask_(std::move(ask)) {}
  /// False once one was answered by false.
  bool take(std::uint64_t digest) {
    set_.prefetch(digest);
    waiting_[count_++] = digest;
    return count_ < waiting_.size() || finish();
  }
  bool finish() {
    for (std::size_t i = 0; i < count_; ++i)
      good_ = good_ && ask_(waiting_[i]);
    count_ = 0;
    return good_;
  }

 private:
  const DigestSet& set_;
  Ask ask_;
  std::array<std::uint64_t, 32> waiting_{};
  std::size_t count_ = 0;
  bool good_ = true;
};

/// Of columns of the row; nothing where one is NULL.
std::optional<std::uint64_t> digestOf(const sqlite::Statement& row, int first, int columns) {
  std::uint64_t digest = 0;
  for (int i = first; i < first + columns; ++i) {
    const sqlite::StorageClass type = row.type(i);
    const std::uint64_t seed = digest * 8 + static_cast<std::uint64_t>(type);
    switch (type) {
      case sqlite::StorageClass::null:
        return std::nullopt;
      case sqlite::StorageClass::integer: {
        const std::int64_t value = row.int64(i);
        digest = XXH3_64bits_withSeed(&value, sizeof value, seed);
        break;
      }
      case sqlite::StorageClass::real: {
        const double value = row.real(i);
        digest = XXH3_64bits_withSeed(&value, sizeof value, seed);
        break;
      }
      case sqlite::StorageClass::text:
      case sqlite::StorageClass::blob: {
        const std::string_view bytes = row.blob(i);
        digest = XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
        break;
      }
    }
  }
  return std::max<std::uint64_t>(digest, 1);
}

/// Keys of one parent, or a part of them where they are too many to be kept.
struct ParentPart {
  const std::string* sql = nullptr;
  std::int64_t rows = 0;
  std::uint64_t part = 0, parts = 1;
  std::optional<DigestSet> keys;

  /// The high bits choose the part, the low ones the place.
  bool has(std::uint64_t digest) const { return (digest >> 32) % parts == part; }
  /// Some more than its share, as digests do not fall evenly.
  std::int64_t room() const {
    const std::int64_t share = rows / static_cast<std::int64_t>(parts);
    return share + share / 16 + 64;
  }
  /// Without keys where they are more than that.
  void read(sqlite::SqliteReader& reader) {
    keys.emplace(room());
    sqlite::Statement parent = reader.prepare(*sql);
    const int columns = parent.columnCount();
    Together adding(*keys, [this](std::uint64_t digest) { return keys->add(digest); });
    bool good = true;
    while (good && parent.step()) {
      const auto digest = digestOf(parent, 0, columns);
      if (digest && has(*digest)) good = adding.take(*digest);
    }
    if (!adding.finish()) keys.reset();
  }
};
using Batch = std::vector<ParentPart>;

class Proof {
 public:
  Proof(const std::vector<sqlite::SqliteReader*>& readers, const std::vector<KeySides>& keys)
      : readers_(readers), keys_(keys), proved_(keys.size(), 1) {}

  std::vector<bool> run(std::int64_t keysAtOnce) {
    for (Batch& batch : batchesOf(keysAtOnce))
      look(std::exchange(batch, {}));  // Whose memory ends with it.
    return {proved_.begin(), proved_.end()};
  }

 private:
  /// All parents that are worth reading, with as many keys in a batch as are kept at once.
  std::vector<Batch> batchesOf(std::int64_t keysAtOnce) {
    std::map<std::string_view, std::int64_t> childRows;
    for (const KeySides& key : keys_)
      childRows[key.parent] += key.childRows;
    std::vector<Batch> batches;
    std::set<std::string_view> seen;
    std::int64_t left = 0;
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      const KeySides& key = keys_[i];
      const std::int64_t parts =
          std::max<std::int64_t>((key.parentRows + keysAtOnce - 1) / keysAtOnce, 1);
      if (parts > partsMax || key.parentRows / parentKeysPerLookup > childRows[key.parent]) {
        proved_[i] = 0;
        continue;
      }
      if (!seen.insert(key.parent).second) continue;
      const std::int64_t share = key.parentRows / parts;
      for (std::int64_t part = 0; part < parts; ++part) {
        if (batches.empty() || share > left) {
          batches.emplace_back();
          left = keysAtOnce;
        }
        left -= share;
        ParentPart& own = batches.back().emplace_back();
        own.sql = &key.parent;
        own.rows = key.parentRows;
        own.part = static_cast<std::uint64_t>(part);
        own.parts = static_cast<std::uint64_t>(parts);
      }
    }
    return batches;
  }

  void look(Batch batch) {
    onReaders(readers_, batch.size(),
              [&](sqlite::SqliteReader& reader, std::size_t i) { batch[i].read(reader); });
    std::map<std::string_view, std::vector<Question>> byChild;
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      for (const ParentPart& parent : batch) {
        if (*parent.sql != keys_[i].parent) continue;
        if (!parent.keys) proved_[i] = 0;
        if (proved_[i] != 0) byChild[keys_[i].childTable].push_back({i, &parent});
      }
    }
    std::vector<const decltype(byChild)::value_type*> children;
    for (const auto& child : byChild)
      children.push_back(&child);
    onReaders(readers_, children.size(), [&](sqlite::SqliteReader& reader, std::size_t i) {
      ask(reader, children[i]->first, children[i]->second);
    });
  }

  /// Whether the keys of a child are in a part of its parent.
  struct Question {
    std::size_t key = 0;
    const ParentPart* parent = nullptr;
  };

  void ask(sqlite::SqliteReader& reader, std::string_view child,
           const std::vector<Question>& questions) {
    std::string columns;
    std::vector<int> firsts;
    int count = 0;
    for (const Question& question : questions) {
      firsts.push_back(count);
      for (const std::string& column : keys_[question.key].childColumns) {
        columns += (columns.empty() ? "" : ", ") + column;
        ++count;
      }
    }
    const auto asking = [](const ParentPart& parent) {
      return Together(*parent.keys,
                      [&](std::uint64_t digest) { return parent.keys->contains(digest); });
    };
    std::vector<decltype(asking(*questions[0].parent))> open;
    for (const Question& question : questions)
      open.push_back(asking(*question.parent));
    std::vector<char> good(questions.size(), 1);
    sqlite::Statement row = reader.prepare("SELECT " + columns + " FROM " + std::string(child));
    while (row.step()) {
      for (std::size_t i = 0; i < questions.size(); ++i) {
        const auto size = static_cast<int>(keys_[questions[i].key].childColumns.size());
        const auto digest = digestOf(row, firsts[i], size);
        if (good[i] != 0 && digest && questions[i].parent->has(*digest))
          good[i] = open[i].take(*digest) ? 1 : 0;
      }
      if (std::find(good.begin(), good.end(), 1) == good.end()) break;
    }
    // Different children have different keys, so that no two threads write to the same place.
    for (std::size_t i = 0; i < questions.size(); ++i) {
      if (!open[i].finish()) proved_[questions[i].key] = 0;
    }
  }

  const std::vector<sqlite::SqliteReader*>& readers_;
  const std::vector<KeySides>& keys_;
  std::vector<char> proved_;
};

}  // namespace

std::vector<bool> haveParents(const std::vector<sqlite::SqliteReader*>& readers,
                              const std::vector<KeySides>& keys, std::int64_t keysAtOnce) {
  return Proof(readers, keys).run(keysAtOnce);
}

}  // namespace repot::migrate
