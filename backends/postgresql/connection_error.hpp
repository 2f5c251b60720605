// A failed attempt to connect as Repot's error.
#pragma once

#include <repot/error.hpp>
#include <repot/url.hpp>

#include <string>

namespace repot::postgresql {

/// `message` is libpq's. The error names the URL without its password.
Error connectionError(const DatabaseUrl& url, std::string message);

}  // namespace repot::postgresql
