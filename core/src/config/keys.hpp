// All that can be set in a configuration, in one table: names, kinds, limits and defaults.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace repot::config {

struct Key {
  enum class Kind { url, secret, text, flag, timeOfDay, count, seconds, bytes, number };
  std::string name;  ///< "pool.size"; what stands before the dot is a section of the file.
  Kind kind = Kind::text;
  std::string usual;  ///< The default, as it is printed; empty: none.
  double least = 0, most = 0;
  std::string urlOption;  ///< Of a database's URL, which goes before this.
};

const std::vector<Key>& keys();
/// nullptr where there is none.
const Key* findKey(std::string_view name);
/// "; did you mean …?", or empty where nothing is near.
std::string nearestKey(std::string_view name, const std::vector<std::string>& known);
/// "pool.max-lifetime" → "REPOT_POOL_MAX_LIFETIME".
std::string environmentName(std::string_view key);

/// `env:NAME` and `file:PATH`, which stand for what is elsewhere.
bool isReference(std::string_view text);
bool mayBeReference(const Key& key);

/// The value as a number: minutes of a time of day, bytes of "1.5 GB", 1 and 0 of a flag. Throws
/// Error(usage), saying what it must be.
double numberOf(const Key& key, std::string_view text);
/// Throws Error(usage), saying what it must be; for what is no reference.
void checkValue(const Key& key, const std::string& text);

}  // namespace repot::config
