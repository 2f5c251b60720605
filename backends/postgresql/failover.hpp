// SQL that a connection needs to follow its server through failovers; see failover.cpp.
#pragma once

#include <libpq-fe.h>

namespace repot::postgresql {

/// Whether a notice tells that a commit is stored, but that the wait for synchronous standbys was
/// ended before one had it: a warning, although it is what they are kept for.
bool tellsUnconfirmed(const PGresult* notice) noexcept;

inline constexpr const char* startOfRead = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// What is another after each crash of the server, even one that its main process outlived: it
/// begins its statistics anew then. An operator who resets them only makes us know less.
inline constexpr const char* lifeOfServer =
    "SELECT pg_catalog.concat_ws(' ', pg_catalog.pg_postmaster_start_time(),"
    " pg_catalog.pg_stat_get_bgwriter_stat_reset_time())";

}  // namespace repot::postgresql
