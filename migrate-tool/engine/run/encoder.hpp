// Encodes single values as fields of PostgreSQL's binary COPY: the hot path of a migration. Nothing
// is allocated per value but where one has to be repaired.
#pragma once

#include "engine/plan.hpp"
#include "engine/zone.hpp"

#include <repot/postgresql/bulk.hpp>
#include <repot/sqlite/bulk.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace repot::migrate {

/// Where fields go. Without a writer values are only judged: large ones are then left out.
struct FieldSink {
  ByteBuffer& buffer;
  postgresql::CopyWriter* writer = nullptr;

  void append(std::string_view bytes) const;
  void append(std::string_view bytes, std::string_view prefix) const;
};

class ValueEncoder {
 public:
  enum class Fit {
    no,       ///< None of the column's type; nothing was appended.
    equal,    ///< Appended, the same value in another type at most.
    altered,  ///< Appended as the plan repairs it, or with the zone that it assumes.
  };
  /// `column` must outlive the encoder.
  explicit ValueEncoder(const ColumnPlan& column);

  const ColumnPlan& column() const noexcept { return *column_; }
  /// Of a value that is not NULL.
  Fit encode(sqlite::Statement& row, int index, const FieldSink& sink);

 private:
  Fit encodeText(sqlite::Statement& row, int index, const FieldSink& sink);
  Fit encodeMoment(sqlite::Statement& row, int index, ByteBuffer& out) const;
  Fit encodeClasses(sqlite::Statement& row, int index, const FieldSink& sink);
  bool encodeJson(sqlite::Statement& row, int index, const FieldSink& sink) const;

  const ColumnPlan* column_;
  std::unique_ptr<const Zone> zone_;
  std::string scratch_;
  std::string json_;
};

}  // namespace repot::migrate
