// What `repot cutover` leaves in an SQLite file whose application has moved to PostgreSQL: the
// names that the tool writes and SwitchableDatabase looks for. docs/formats/fence.md describes
// them.
#pragma once

namespace repot::moveMarker {

/// A table of one row; its triggers have the same name with a number behind it.
inline constexpr const char* table = "repot_moved";
/// Values of its column `state`: nobody may write any more, and the target is the database.
inline constexpr const char* fenced = "fenced";
inline constexpr const char* moved = "moved";
/// How every refusal of a write begins.
inline constexpr const char* refusal = "this database has moved to PostgreSQL";

}  // namespace repot::moveMarker
