// One table of an SQLite file made equal to its table in PostgreSQL, by as few changes as there are
// differences: what is equal stays as it is, to the byte.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/progress.hpp"
#include "engine/run/report.hpp"
#include "engine/source_schema.hpp"

#include <repot/postgresql/bulk.hpp>
#include <repot/sqlite/bulk.hpp>

#include <cstdint>
#include <string>

struct sqlite3;

namespace repot::migrate {

/// What the work on one table needs.
struct RevertTask {
  const SourceTable& table;
  const TablePlan& plan;  ///< How its values are compared with PostgreSQL's.
  const std::string& schema;
  sqlite::SqliteReader& reader;  ///< On the file as it was.
  postgresql::BulkConnection& target;
  sqlite3* writer;  ///< In a transaction; foreign keys and triggers are off.
  Progress& progress;
};

/// First finds all differences, and then removes and writes rows, so that no unique key is broken
/// underway. Bounded memory: what is found is in temporary tables of the writer. Throws Error
/// that names the table.
TableRevert revertTable(const RevertTask& task);

}  // namespace repot::migrate
