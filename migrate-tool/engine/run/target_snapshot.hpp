// Connections that read the target as it was at one moment.
#pragma once

#include "engine/run/control.hpp"

#include <repot/postgresql/bulk.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace repot::migrate {

/// Streams for COPY TO. Thread-safety: one thread per stream.
class TargetSnapshot {
 public:
  /// `streams` new connections in read-only transactions that see what `control` sees, which is in
  /// one itself for as long as the snapshot lives. Throws Error.
  TargetSnapshot(Control& control, const DatabaseUrl& target, std::size_t streams);
  /// One stream: a connection that sees the uncommitted work of its own transaction.
  explicit TargetSnapshot(postgresql::BulkConnection& working);
  ~TargetSnapshot();
  TargetSnapshot(const TargetSnapshot&) = delete;
  TargetSnapshot& operator=(const TargetSnapshot&) = delete;

  std::size_t streams() const noexcept { return streams_.size(); }
  postgresql::BulkConnection& stream(std::size_t index) { return *streams_.at(index); }
  /// Begins a transaction in `connection` that sees the same; a `writable` one may make temporary
  /// objects. Only of a snapshot of several connections.
  void enter(postgresql::BulkConnection& connection, bool writable = false) const;

 private:
  Control* control_ = nullptr;
  std::string snapshot_;
  std::vector<std::unique_ptr<postgresql::BulkConnection>> owned_;
  std::vector<postgresql::BulkConnection*> streams_;
};

}  // namespace repot::migrate
