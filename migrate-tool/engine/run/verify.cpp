// Digests of both sides, and what to compare besides rows; see verify.hpp.
#include "engine/run/verify.hpp"

#include "engine/run/check_objects.hpp"
#include "engine/run/differences.hpp"
#include "engine/run/row_source.hpp"
#include "engine/run/workers.hpp"

#include <repot/error.hpp>

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <memory>

namespace repot::migrate {
namespace {

constexpr std::int64_t reportRows = 1024;

/// Digests rows as they come and tells the progress of them.
class Digester {
 public:
  Digester(TableDigest& digest, Progress& progress) : digest_(digest), progress_(progress) {}
  void operator()(std::string_view canonical) {
    const XXH128_hash_t hash = XXH3_128bits(canonical.data(), canonical.size());
    digest_.add(hash.low64, hash.high64);
    if (digest_.rows % reportRows == 0) {
      progress_.throwIfStopped();
      progress_.rows += reportRows;
    }
  }
  ~Digester() { progress_.rows += digest_.rows % reportRows; }
  Digester(const Digester&) = delete;
  Digester& operator=(const Digester&) = delete;

 private:
  TableDigest& digest_;
  Progress& progress_;
};

}  // namespace

void TableDigest::add(std::uint64_t addLow, std::uint64_t addHigh) noexcept {
  low += addLow;
  high += addHigh + (low < addLow ? 1 : 0);
  ++rows;
}

std::string TableDigest::hex() const {
  std::array<char, 33> text{};
  std::snprintf(text.data(), text.size(), "%016llx%016llx", static_cast<unsigned long long>(high),
                static_cast<unsigned long long>(low));
  return text.data();
}

bool Verification::equal() const {
  return objectFaults.empty() &&
         std::all_of(tables.begin(), tables.end(), [](const auto& table) { return table.equal(); });
}

Verification verifyTables(sqlite::SqliteSource& source, const DatabaseUrl& target,
                          const std::string& schema, const Plan& plan, Progress& progress) {
  using Clock = std::chrono::steady_clock;
  Verification verification;
  verification.tables.resize(plan.tables.size());
  std::int64_t total = 0;
  for (const TablePlan& table : plan.tables)
    total += table.rows;
  progress.begin(Progress::Phase::verify, 2 * total);
  runWorkers(2, progress, [&](std::size_t side) {
    std::unique_ptr<postgresql::BulkConnection> connection;
    if (side == 1) connection = std::make_unique<postgresql::BulkConnection>(target);
    for (std::size_t i = 0; i < plan.tables.size(); ++i) {
      const auto start = Clock::now();
      TableVerification& table = verification.tables[i];
      try {
        if (side == 0) {
          Digester digest(table.source, progress);
          visitSourceRows(source.reader(0), plan.tables[i], std::ref(digest));
          table.seconds = std::chrono::duration<double>(Clock::now() - start).count();
        } else {
          Digester digest(table.target, progress);
          visitTargetRows(*connection, schema, plan.tables[i], std::ref(digest));
        }
      } catch (const Error& error) {
        throw error.within("verifying table \"" + plan.tables[i].source + "\"");
      }
    }
  });
  for (std::size_t i = 0; i < plan.tables.size(); ++i) {
    TableVerification& table = verification.tables[i];
    if (table.equal()) continue;
    postgresql::BulkConnection connection(target);
    table.differences = findDifferences(source.reader(0), connection, schema, plan.tables[i],
                                        Verification::differencesShown);
  }
  verification.objectFaults = checkObjects(target, schema, plan);
  return verification;
}

}  // namespace repot::migrate
