// A small SQLite file with the schema of a large one and the first rows of each of its tables.
#pragma once

#include "engine/source_schema.hpp"

#include <repot/sqlite/bulk.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace repot::migrate {

/// In a folder that only this process's user can read; removed with the object.
class SampleCopy {
 public:
  struct Share {
    const SourceTable* table = nullptr;
    std::int64_t rows = 0;  ///< At most.
  };
  /// Copies tables with their rows, and their indexes. Views, triggers and virtual tables are left
  /// out. Throws Error.
  SampleCopy(sqlite::SqliteReader& reader, const SourceSchema& schema,
             const std::vector<Share>& shares);
  ~SampleCopy();
  SampleCopy(const SampleCopy&) = delete;
  SampleCopy& operator=(const SampleCopy&) = delete;

  std::string path() const { return folder_ + "/sample.db"; }

 private:
  std::string folder_;
};

}  // namespace repot::migrate
