// `repot sync --capture`: which tables a round has to read, by the log in the source and what the
// ledger knows of it. docs/decisions/0012-capture-by-triggers.md tells when the log is trusted.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/control.hpp"
#include "engine/sync/capture_log.hpp"
#include "engine/sync/captured_changes.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace repot::migrate {

/// What the target's ledger knows of the log of a source.
struct CaptureRecord {
  CaptureMark mark;
  std::string since;  ///< A transaction of the server: what older ones wrote was seen to be right.
};

/// What a round tells of it.
struct CaptureReport {
  bool installed = false;
  bool trusted = false;  ///< Only what the log names was read.
  std::string reason;    ///< Why not.
  std::size_t triggers = 0;
  std::vector<std::string> wholeTables;  ///< "line: it has no primary key".
};

/// Of the rounds of one Syncer. Throws Error.
class Capture {
 public:
  enum class Way { whole, keys, none };

  /// `wanted`: the log is to be there; else only what a round writes is noted where it is.
  Capture(std::string path, std::string run, bool wanted);

  /// Of the ledger.
  void readRecord(Control& control);
  /// Before the snapshot of a round: log and triggers, and a mark in it.
  void mark(const Plan& plan, const SourceSchema& schema);
  /// In the snapshot, which has the same schema.
  void judge(sqlite::SqliteReader& reader, const Plan& plan);

  bool wanted() const noexcept { return wanted_; }
  bool trusted() const noexcept { return report_.trusted; }
  /// Nothing is to be read at all.
  bool nothingToDo() const;
  Way way(std::size_t table) const;
  LoggedKeys keysOf(std::size_t table) const;
  const CaptureReport& report() const noexcept { return report_; }

  /// To be run within each subtransaction that writes rows of the target; may be empty.
  std::string noteWriteSql() const;
  /// For the transaction of a trusted round.
  std::string noteMarkSql() const;
  /// After such a round was committed.
  void committed();
  /// SQL that gives `since` for a round that is not trusted.
  static std::string sinceSql();
  /// After such a round, once all rows of the target were seen to be right.
  void establish(Control& control, const std::string& since);

 private:
  const std::string path_;
  const std::string run_;
  const bool wanted_;
  sqlite::WriterHandle writer_;
  CaptureDesign design_;
  std::optional<CaptureRecord> record_;
  CaptureMark next_;
  std::vector<Way> ways_;
  CaptureReport report_;
};

}  // namespace repot::migrate
