// The log of changes in the source, from both sides: what a sync adds and forgets there, and what
// it reads in its snapshot. docs/formats/capture.md describes the table.
#pragma once

#include "engine/sync/capture_design.hpp"

#include <repot/sqlite/bulk.hpp>
#include <repot/sqlite/writer_handle.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace repot::migrate {

/// An entry of the log that only one round of one sync has written: what comes behind it is what
/// changed since, in this file and in no older copy of it.
struct CaptureMark {
  std::int64_t seq = 0;
  std::string name;                ///< 32 random hex digits.
  std::int64_t schemaVersion = 0;  ///< SQLite's counter of changes of the schema, VACUUMs included.
};

struct MarkedLog {
  CaptureMark mark;
  bool installed = false;  ///< The log and its triggers were made, or made anew.
};

/// In one short transaction: makes log and triggers what `design` says where they are not, forgets
/// what is before `last`, and sets a new mark – or keeps `last` where nothing came behind it. On
/// the disk in the way of the file's journal mode. Throws Error.
MarkedLog markLog(const sqlite::WriterHandle& handle, const CaptureDesign& design,
                  const std::optional<CaptureMark>& last);

/// Why the log of a snapshot does not tell all that changed since `last`; empty: it does.
std::string distrust(sqlite::SqliteReader& reader, const CaptureDesign& design,
                     const CaptureMark& last);

/// How many entries came behind a mark, by their number; see captureNumber().
std::map<std::int64_t, std::int64_t> entriesSince(sqlite::SqliteReader& reader,
                                                  const CaptureMark& last);

/// "SELECT "k1", … FROM the log" for the keys of a table behind a mark.
std::string loggedKeysSql(const CaptureMark& last, std::int64_t number, std::size_t columns);

/// The statements that take log and triggers away; empty where there are none.
std::string captureRemovalSql(sqlite3* handle);
/// Takes them away. False where there are none. Throws Error.
bool removeCapture(const std::string& path);

}  // namespace repot::migrate
