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
#include <utility>

namespace repot::migrate {
namespace {

using Hash = std::pair<std::uint64_t, std::uint64_t>;
using Visit = std::function<void(const RowVisitor&)>;

constexpr std::int64_t bucketRows = 4'000'000;

Hash hashOf(std::string_view canonical) {
  const XXH128_hash_t hash = XXH3_128bits(canonical.data(), canonical.size());
  return {hash.high64, hash.low64};
}

std::vector<Hash> hashesOf(const Visit& visit, std::uint64_t bucket, std::uint64_t buckets) {
  std::vector<Hash> hashes;
  visit([&](std::string_view canonical) {
    const Hash hash = hashOf(canonical);
    if (hash.second % buckets == bucket) hashes.push_back(hash);
  });
  std::sort(hashes.begin(), hashes.end());
  return hashes;
}

/// The rows behind `wanted`, which holds a digest as often as a row of it is surplus.
std::vector<std::string> rowsOf(const Visit& visit, const std::vector<Hash>& wanted) {
  std::map<Hash, std::size_t> left;
  for (const Hash& hash : wanted)
    ++left[hash];
  std::vector<std::string> rows;
  visit([&](std::string_view canonical) {
    const auto found = left.find(hashOf(canonical));
    if (found == left.end() || found->second == 0) return;
    --found->second;
    rows.emplace_back(canonical);
  });
  return rows;
}

std::vector<std::string> describe(std::vector<std::string> ours, std::vector<std::string> theirs,
                                  const TablePlan& table) {
  std::vector<std::string> sentences;
  for (const std::string& row : ours) {
    const std::string key = keyOf(row, table);
    const auto twin = std::find_if(theirs.begin(), theirs.end(), [&](const std::string& other) {
      return !key.empty() && keyOf(other, table) == key;
    });
    if (twin == theirs.end()) {
      sentences.push_back("missing in the target: " + describeRow(row, table));
      continue;
    }
    std::string keyText;
    for (const std::size_t column : table.key) {
      keyText += (keyText.empty() ? "" : ", ") + table.columns[column].source;
    }
    sentences.push_back("other values for the same key (" + keyText + "): " +
                        differingColumns(row, *twin, table) + "; row: " + describeRow(row, table));
    theirs.erase(twin);
  }
  for (const std::string& row : theirs) {
    sentences.push_back("not in the source: " + describeRow(row, table));
  }
  return sentences;
}

}  // namespace

std::vector<std::string> findDifferences(sqlite::SqliteReader& reader,
                                         postgresql::BulkConnection& connection,
                                         const std::string& schema, const TablePlan& table,
                                         std::size_t shown) {
  const Visit source = [&](const RowVisitor& visit) { visitSourceRows(reader, table, visit); };
  const Visit target = [&](const RowVisitor& visit) {
    visitTargetRows(connection, schema, table, visit);
  };
  const auto buckets = static_cast<std::uint64_t>(table.rows / bucketRows + 1);
  std::vector<Hash> onlySource, onlyTarget;
  for (std::uint64_t bucket = 0; bucket < buckets; ++bucket) {
    const std::vector<Hash> ours = hashesOf(source, bucket, buckets);
    const std::vector<Hash> theirs = hashesOf(target, bucket, buckets);
    std::set_difference(ours.begin(), ours.end(), theirs.begin(), theirs.end(),
                        std::back_inserter(onlySource));
    std::set_difference(theirs.begin(), theirs.end(), ours.begin(), ours.end(),
                        std::back_inserter(onlyTarget));
    if (onlySource.size() + onlyTarget.size() >= shown) break;
  }
  const std::size_t all = onlySource.size() + onlyTarget.size();
  // Both lists are cut alike, so that a changed row keeps its chance to meet its twin.
  onlySource.resize(std::min(onlySource.size(), shown));
  onlyTarget.resize(std::min(onlyTarget.size(), shown));
  std::vector<std::string> sentences =
      describe(rowsOf(source, onlySource), rowsOf(target, onlyTarget), table);
  if (sentences.size() > shown) sentences.resize(shown);
  if (all > 2 * shown)
    sentences.push_back("… and more; " + std::to_string(all) + " row digests differ at least");
  return sentences;
}

}  // namespace repot::migrate
