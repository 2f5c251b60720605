// For backends: reading the options of a URL that every backend has.
#pragma once

#include <repot/options.hpp>

#include <chrono>
#include <string>

namespace repot {

/// A number of seconds, fractions allowed. Throws Error(invalidUrl) naming the option.
std::chrono::milliseconds parseSeconds(const std::string& name, const std::string& value);

/// A whole number from `least` to 1000. Throws Error(invalidUrl) naming the option.
std::size_t parseCount(const std::string& name, const std::string& value, std::size_t least);

/// Takes repot_pool_size, repot_pool_timeout and repot_busy_timeout; false for another option.
bool takeCommonOption(const std::string& name, const std::string& value, DatabaseOptions& options);

}  // namespace repot
