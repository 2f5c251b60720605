// What `repot cutover` leaves in an SQLite file whose application has moved to PostgreSQL, and
// `repot sync --capture` before that: the names that the tool writes, SwitchableDatabase looks for,
// and whoever reads a schema passes over. docs/formats/fence.md and capture.md describe them.
#pragma once

namespace repot::moveMarker {

/// A table of one row; its triggers have the same name with a number behind it.
inline constexpr const char* table = "repot_moved";
/// Values of its column `state`: nobody may write any more, and the target is the database.
inline constexpr const char* fenced = "fenced";
inline constexpr const char* moved = "moved";
/// How every refusal of a write begins.
inline constexpr const char* refusal = "this database has moved to PostgreSQL";

/// The log of what changed; its triggers have the same name with a number and an event behind it.
inline constexpr const char* capture = "repot_capture";

}  // namespace repot::moveMarker
