// Whether a URL leads to a server or to a pooler that shares servers between sessions, behind which
// whatever a session keeps – locks, settings, cursors, snapshots – is lost without a word.
#pragma once

#include <repot/url.hpp>

namespace repot::postgresql {

/// Connects, and throws Error (connection, authentication) where that fails, Error(schema) where a
/// pooler in transaction mode answers. Nothing is set in any session, as it would stay in one of
/// the pool. A pooler is known by the process number that it makes up.
void requireOwnSession(const DatabaseUrl& url);

}  // namespace repot::postgresql
