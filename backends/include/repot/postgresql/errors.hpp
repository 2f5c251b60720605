// SQLSTATE codes as Repot's kinds of error: one table of meanings for every part that talks to a
// server.
#pragma once

#include <repot/error.hpp>

#include <string_view>

namespace repot::postgresql {

/// The kind of failure that a five-character SQLSTATE stands for (PostgreSQL manual, appendix A).
ErrorKind errorKind(std::string_view sqlState) noexcept;

}  // namespace repot::postgresql
