// A B-tree of PostgreSQL takes entries of up to 2704 bytes, after compression; SQLite's of any
// size.
#pragma once

#include "draft.hpp"

#include <set>
#include <string>
#include <vector>

namespace repot::migrate {

/// True where an entry of these columns may be too large by the scan. Only the server can tell, as
/// it compresses long values.
bool mayBeTooLarge(const TableDraft& table, const std::vector<std::size_t>& columns);

/// The columns whose values take more than their share of an entry; with hashes in their place
/// every entry fits.
std::set<std::size_t> longColumns(const TableDraft& table, const std::vector<std::size_t>& columns);

/// Columns of the table that the text of an index speaks of, or seems to.
std::vector<std::size_t> columnsNamedIn(const TableDraft& table, const std::string& sql);

/// An immutable hash of a text or bytea expression. (convert_to() is not immutable before
/// PostgreSQL 18, so that texts cannot have sha256().)
std::string hashOf(const ColumnPlan& column, const std::string& expression);

}  // namespace repot::migrate
