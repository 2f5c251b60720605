// The canonical form of values, in which the verifier compares both sides. It is computed from the
// source and from PostgreSQL's binary output by code that shares nothing with the encoder, so that
// an error of the encoder cannot hide. docs/formats/canonical-values.md specifies it.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/differences.hpp"

#include <repot/postgresql/bulk.hpp>
#include <repot/sqlite/bulk.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace repot::migrate {

/// Appends the canonical form of a source value as the plan wants it in the target; false, and a
/// NULL, where the value is none of the target's type.
bool appendSourceValue(ByteBuffer& out, const ColumnPlan& column, const sqlite::Statement& row,
                       int index);

/// Appends the canonical form of a value that PostgreSQL sent. Throws Error(internal) for a form
/// that is not the type's.
void appendTargetValue(ByteBuffer& out, const ColumnPlan& column,
                       const postgresql::CopyReader::Field& field);

/// What two canonical rows of one table differ in; one that is empty is missing.
RowDifference describeDifference(std::string_view source, std::string_view target,
                                 const TablePlan& table);
/// The key's part of a canonical row, to pair rows of both sides.
std::string keyOf(std::string_view canonical, const TablePlan& table);

}  // namespace repot::migrate
