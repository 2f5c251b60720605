// A failed call of libpq as Repot's error.
#pragma once

#include <repot/error.hpp>

#include <libpq-fe.h>

#include <string_view>

namespace repot::postgresql {

/// The failure that `result` tells of; a lost connection where it tells of none.
Error errorOf(PGconn* connection, const PGresult* result);
/// As above, for a failure that reached us through SOCI.
Error errorOf(PGconn* connection, std::string_view sqlState, std::string_view message);

}  // namespace repot::postgresql
