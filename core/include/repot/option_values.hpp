// For backends: reading the options of a URL that every backend has.
#pragma once

#include <repot/options.hpp>

#include <chrono>
#include <string>

namespace repot {

/// A number of seconds, fractions allowed. Throws Error(invalidUrl) naming the option.
std::chrono::milliseconds parseSeconds(const std::string& name, const std::string& value);

/// Takes repot_pool_size, repot_pool_timeout and repot_busy_timeout; false for another option.
bool takeCommonOption(const std::string& name, const std::string& value, DatabaseOptions& options);

}  // namespace repot
