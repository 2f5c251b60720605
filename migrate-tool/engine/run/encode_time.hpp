// Encodes the source's times – texts of several forms, or integers since 1970 – as PostgreSQL's.
#pragma once

#include "engine/plan.hpp"

#include <repot/byte_buffer.hpp>
#include <repot/sqlite/bulk.hpp>

namespace repot::migrate {

/// Appends a value as the date, time, timestamp, timestamptz or interval that `column` is. False,
/// and nothing appended, where it is none that the column takes.
bool encodeTime(const ColumnPlan& column, const sqlite::Statement& row, int index, ByteBuffer& out);

}  // namespace repot::migrate
