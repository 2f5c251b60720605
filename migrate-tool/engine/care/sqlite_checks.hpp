// The checks of an SQLite database, by what they look at.
#pragma once

#include "engine/care/chart.hpp"
#include "engine/care/doctor.hpp"
#include "engine/source_schema.hpp"

#include <repot/sqlite/bulk.hpp>

#include <string>

namespace repot::care {

/// The file, those beside it, and where they lie; nothing is opened.
void checkFiles(const std::string& path, const DoctorOptions& options, Chart& chart);
/// Settings that are stored in the file, free pages, statistics, locks.
void checkFileState(const std::string& path, sqlite::SqliteSource& source,
                    const migrate::SourceSchema& schema, Chart& chart);
/// Keys, indexes, views, triggers.
void checkSchema(sqlite::SqliteSource& source, const migrate::SourceSchema& schema, Chart& chart);
/// Damage, orphans and values that are not what their columns say: reads all rows.
void checkData(const std::string& path, sqlite::SqliteSource& source,
               const migrate::SourceSchema& schema, Chart& chart);

}  // namespace repot::care
