// See keys.hpp. The signals are those of growthFields(), so that nothing has to be listed twice.
#include "config/keys.hpp"

#include "repot/backend.hpp"
#include "repot/config.hpp"
#include "repot/error.hpp"
#include "repot/figures_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace repot::config {
namespace {

using Kind = Key::Kind;
using Unit = GrowthField::Unit;

std::string secondsOf(std::chrono::milliseconds time) {
  return plainText(static_cast<double>(time.count()) / 1e3);
}

Key signalKey(const GrowthField& field) {
  const GrowthRange range = growthRange(field.unit);
  const Kind kind = field.unit == Unit::bytes     ? Kind::bytes
                    : field.unit == Unit::seconds ? Kind::seconds
                    : field.unit == Unit::count   ? Kind::count
                                                  : Kind::number;
  return {"signals." + std::string(field.name),
          kind,
          plainText(GrowthSettings{}.*field.value),
          range.least,
          range.most,
          {}};
}

std::vector<Key> makeKeys() {
  const DatabaseOptions pool;
  const Config::Backups backups;
  constexpr double longest = 1e6, mostConnections = 1000, mostKept = 100'000;
  std::vector<Key> all{
      {"database", Kind::url, "", 0, 0, ""},
      {"database-password", Kind::secret, "", 0, 0, ""},
      {"target", Kind::url, "", 0, 0, ""},
      {"target-password", Kind::secret, "", 0, 0, ""},
      {"pool.size", Kind::count, std::to_string(pool.poolSize), 1, mostConnections,
       "repot_pool_size"},
      {"pool.min", Kind::count, std::to_string(pool.poolMin), 0, mostConnections, "repot_pool_min"},
      {"pool.timeout", Kind::seconds, secondsOf(pool.poolTimeout), 0, longest,
       "repot_pool_timeout"},
      {"pool.busy-timeout", Kind::seconds, secondsOf(pool.busyTimeout), 0, longest,
       "repot_busy_timeout"},
      {"pool.max-lifetime", Kind::seconds, secondsOf(pool.maxLifetime), 0, longest,
       "repot_max_lifetime"},
      {"pool.prepare", Kind::flag, pool.prepareStatements ? "true" : "false", 0, 1,
       "repot_prepare"},
  };
  for (const GrowthField& field : growthFields())
    all.push_back(signalKey(field));
  const auto kept = [&](const char* name, int usual) {
    all.push_back({name, Kind::count, std::to_string(usual), 0, mostKept, ""});
  };
  all.push_back({"backups.folder", Kind::text, backups.folder.string(), 0, 0, ""});
  all.push_back({"backups.at", Kind::timeOfDay, "23:30", 0, 0, ""});
  all.push_back({"backups.zstd", Kind::flag, "false", 0, 1, ""});
  kept("backups.daily", backups.retention.daily);
  kept("backups.weekly", backups.retention.weekly);
  kept("backups.monthly", backups.retention.monthly);
  return all;
}

/// A number and what stands behind it; blanks between are skipped.
std::pair<std::optional<double>, std::string_view> split(std::string_view text) {
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || !std::isfinite(value)) return {std::nullopt, text};
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return {value, text};
}

/// 0 for no unit.
double bytesOf(std::string_view unit) {
  constexpr std::pair<std::string_view, double> units[] = {
      {"", 1},      {"B", 1},      {"kB", 1e3},      {"MB", 1e6},         {"GB", 1e9},
      {"TB", 1e12}, {"KiB", 1024}, {"MiB", 1048576}, {"GiB", 1073741824}, {"TiB", 1099511627776.0}};
  for (const auto& [name, size] : units) {
    if (name == unit) return size;
  }
  return 0;
}

[[noreturn]] void refuse(const std::string& rule) {
  throw Error(ErrorKind::usage, "must be " + rule);
}

double minutesOf(std::string_view text) {
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  if (text.size() == 5 && text[2] == ':' && digit(0) && digit(1) && digit(3) && digit(4)) {
    const int hours = (text[0] - '0') * 10 + (text[1] - '0');
    const int minutes = (text[3] - '0') * 10 + (text[4] - '0');
    if (hours < 24 && minutes < 60) return hours * 60 + minutes;
  }
  refuse("a time of day, like \"23:30\"");
}

double flagOf(std::string_view text) {
  if (text == "true" || text == "on" || text == "1") return 1;
  if (text == "false" || text == "off" || text == "0") return 0;
  refuse("true or false");
}

}  // namespace

const std::vector<Key>& keys() {
  static const std::vector<Key> all = makeKeys();
  return all;
}

const Key* findKey(std::string_view name) {
  for (const Key& key : keys()) {
    if (key.name == name) return &key;
  }
  return nullptr;
}

std::string nearestKey(std::string_view name, const std::vector<std::string>& known) {
  std::string near;
  for (const std::string& candidate : known)
    near = near.empty() ? nearestName(name, {candidate}) : nearestName(name, {near, candidate});
  return near.empty() ? near : "; did you mean \"" + near + "\"?";
}

std::string environmentName(std::string_view key) {
  std::string name = "REPOT_";
  for (const char c : key)
    name += c == '.' || c == '-'   ? '_'
            : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A')
                                   : c;
  return name;
}

bool isReference(std::string_view text) {
  return text.starts_with("env:") || text.starts_with("file:");
}

bool mayBeReference(const Key& key) {
  return key.kind == Kind::url || key.kind == Kind::secret;
}

double numberOf(const Key& key, std::string_view text) {
  if (key.kind == Kind::timeOfDay) return minutesOf(text);
  if (key.kind == Kind::flag) return flagOf(text);
  const auto [value, unit] = split(text);
  const double factor = key.kind == Kind::bytes ? bytesOf(unit) : unit.empty() ? 1 : 0;
  const bool whole = key.kind != Kind::count || (value && std::trunc(*value) == *value);
  if (value && factor > 0 && whole && *value * factor >= key.least && *value * factor <= key.most)
    return *value * factor;
  if (key.kind == Kind::bytes) refuse("a number of bytes, or a size like \"1.5 GB\"");
  refuse(std::string(key.kind == Kind::seconds ? "a number of seconds"
                     : key.kind == Kind::count ? "a whole number"
                                               : "a number") +
         " from " + plainText(key.least) + " to " + plainText(key.most));
}

void checkValue(const Key& key, const std::string& text) {
  switch (key.kind) {
    case Kind::url:
      DatabaseUrl::parse(text);
      return;
    case Kind::secret:
      return;
    case Kind::text:
      if (text.empty() || text.find('\0') != std::string::npos) refuse("a text that is not empty");
      return;
    default:
      numberOf(key, text);
  }
}

}  // namespace repot::config
