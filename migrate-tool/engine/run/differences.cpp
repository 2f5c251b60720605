// Rows that differ: row digests are sorted by bucket and compared, then the rows behind the digests
// that one side lacks are read once more; see differences.hpp.
#include "engine/run/differences.hpp"

#include "engine/run/canonical.hpp"

#include <xxhash.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <set>

namespace repot::migrate {
namespace {

using Hash = std::pair<std::uint64_t, std::uint64_t>;
using Visit = std::function<void(const RowVisitor&)>;
using Keys = std::set<std::string>;

constexpr std::int64_t bucketRows = 4'000'000;

Hash hashOf(std::string_view canonical) {
  const XXH128_hash_t hash = XXH3_128bits(canonical.data(), canonical.size());
  return {hash.high64, hash.low64};
}

std::vector<Hash> hashesOf(const Visit& visit, std::uint64_t bucket, std::uint64_t buckets) {
  std::vector<Hash> hashes;
  visit([&](std::string_view canonical, std::int64_t) {
    const Hash hash = hashOf(canonical);
    if (hash.second % buckets == bucket) hashes.push_back(hash);
  });
  std::sort(hashes.begin(), hashes.end());
  return hashes;
}

/// Rows behind `surplus`, which holds a digest as often as a row of it is too many: all whose key
/// is among `keys`, and the first `most` others.
std::vector<std::string> rowsOf(const Visit& visit, const std::vector<Hash>& surplus,
                                const TablePlan& table, const Keys& keys, std::size_t most) {
  if (surplus.empty()) return {};
  std::map<Hash, std::size_t> left;
  for (const Hash& hash : surplus)
    ++left[hash];
  std::vector<std::string> rows;
  visit([&](std::string_view canonical, std::int64_t) {
    const auto found = left.find(hashOf(canonical));
    if (found == left.end() || found->second == 0) return;
    --found->second;
    const bool wanted = keys.contains(keyOf(canonical, table));
    if (!wanted && most == 0) return;
    if (!wanted) --most;
    rows.emplace_back(canonical);
  });
  return rows;
}

Keys keysOf(const std::vector<std::string>& rows, const TablePlan& table) {
  Keys keys;
  for (const std::string& row : rows) {
    // Without a key nothing tells which rows of both sides belong together.
    if (std::string key = keyOf(row, table); !key.empty()) keys.insert(std::move(key));
  }
  return keys;
}

std::vector<RowDifference> pairUp(const std::vector<std::string>& ours,
                                  const std::vector<std::string>& theirs, const TablePlan& table) {
  std::multimap<std::string, const std::string*> twins;
  for (const std::string& row : theirs)
    twins.emplace(keyOf(row, table), &row);
  std::vector<RowDifference> differences;
  for (const std::string& row : ours) {
    const std::string key = keyOf(row, table);
    const auto twin = key.empty() ? twins.end() : twins.find(key);
    if (twin == twins.end()) {
      differences.push_back(describeDifference(row, {}, table));
      continue;
    }
    differences.push_back(describeDifference(row, *twin->second, table));
    twins.erase(twin);
  }
  for (const auto& [key, row] : twins)
    differences.push_back(describeDifference({}, *row, table));
  return differences;
}

}  // namespace

Differences findDifferences(sqlite::SqliteReader& reader, postgresql::BulkConnection& connection,
                            const std::string& schema, const TablePlan& table,
                            const KeyBounds& bounds, std::int64_t rowsAtMost, std::size_t most) {
  const Visit source = [&](const RowVisitor& visit) {
    visitSourceRows(reader, table, bounds, visit);
  };
  const Visit target = [&](const RowVisitor& visit) {
    visitTargetRows(connection, schema, table, {bounds, {}}, visit);
  };
  Differences found;
  const auto buckets = static_cast<std::uint64_t>(rowsAtMost / bucketRows + 1);
  std::vector<Hash> onlySource, onlyTarget;
  for (std::uint64_t bucket = 0; bucket < buckets; ++bucket) {
    const std::vector<Hash> ours = hashesOf(source, bucket, buckets);
    const std::vector<Hash> theirs = hashesOf(target, bucket, buckets);
    std::set_difference(ours.begin(), ours.end(), theirs.begin(), theirs.end(),
                        std::back_inserter(onlySource));
    std::set_difference(theirs.begin(), theirs.end(), ours.begin(), ours.end(),
                        std::back_inserter(onlyTarget));
    if (onlySource.size() + onlyTarget.size() >= most && bucket + 1 < buckets) {
      found.complete = false;
      break;
    }
  }
  found.digests = onlySource.size() + onlyTarget.size();
  // Each row that is shown gets its chance to meet its twin, though the lists be cut.
  std::vector<std::string> ours = rowsOf(source, onlySource, table, {}, most);
  const Keys ourKeys = keysOf(ours, table);
  const std::vector<std::string> theirs = rowsOf(target, onlyTarget, table, ourKeys, most);
  Keys lonely = keysOf(theirs, table);
  std::erase_if(lonely, [&](const std::string& key) { return ourKeys.contains(key); });
  if (ours.size() < onlySource.size() && !lonely.empty()) {
    std::vector<std::string> more = rowsOf(source, onlySource, table, lonely, 0);
    ours.insert(ours.end(), more.begin(), more.end());
  }
  found.rows = pairUp(ours, theirs, table);
  if (ours.size() < onlySource.size() || theirs.size() < onlyTarget.size()) found.complete = false;
  if (found.rows.size() > most) {
    found.rows.resize(most);
    found.complete = false;
  }
  return found;
}

}  // namespace repot::migrate
