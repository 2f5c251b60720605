// The several servers that a URL names, each by a URL of its own, so that units of work can be
// routed between them; libpq itself only ever picks one.
#pragma once

#include <repot/backend.hpp>

#include <vector>

namespace repot::postgresql {

/// Empty where the URL names one, or leaves the choice to libpq by another target_session_attrs
/// than that of a primary. Throws Error(invalidUrl).
std::vector<ServerAddress> serversOf(const DatabaseUrl& url);

}  // namespace repot::postgresql
