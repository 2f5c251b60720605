// The quarantine: values and rows that were set aside on request, in a table beside the others, so
// that nothing of the source is lost. docs/formats/quarantine.md describes it.
#pragma once

#include "engine/plan.hpp"

#include <repot/postgresql/bulk.hpp>
#include <repot/sqlite/bulk.hpp>
#include <repot/url.hpp>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repot::migrate {

/// CREATE TABLE of the quarantine, unqualified.
std::string createQuarantineSql(const std::string& name);

/// A value on its way there.
struct SetAside {
  std::string_view table, column;  ///< As the source names them.
  std::string_view key;            ///< JSON.
  std::string_view storageClass;   ///< "integer", "real", "text", "blob", "null".
  std::string_view bytes;          ///< Numbers as decimal text; meaningless for "null".
  std::string_view reason;
};

/// Writes by one COPY of its own connection, which begins with the first value. Thread-safe.
class Quarantine {
 public:
  /// `run` tells the run's values from those of others.
  Quarantine(const DatabaseUrl& target, const std::string& schema, const std::string& table,
             std::string run);
  ~Quarantine();
  Quarantine(const Quarantine&) = delete;
  Quarantine& operator=(const Quarantine&) = delete;

  void add(const SetAside& value);
  /// Ends the COPY. Throws Error where the server did not take all.
  void finish();
  std::int64_t count() const noexcept { return count_; }

 private:
  std::mutex mutex_;
  const DatabaseUrl target_;
  const std::string copySql_;
  const std::string run_;
  std::unique_ptr<postgresql::BulkConnection> connection_;
  std::unique_ptr<postgresql::CopyWriter> writer_;
  std::int64_t count_ = 0;
};

/// Columns of a SELECT that name its row.
using KeyParts = std::vector<std::pair<std::string, int>>;
/// {"id": 7}; bytes that are no text as {"hex": "00ff"}.
std::string keyJson(const sqlite::Statement& row, const KeyParts& parts);

/// The storage class by name, and the value's bytes; a number's are put into `buffer`.
std::string_view storageClassOf(const sqlite::Statement& row, int index);
std::string_view bytesOf(const sqlite::Statement& row, int index, std::string& buffer);

}  // namespace repot::migrate
