// Puts the file, the environment and the defaults together; see config.hpp.
#include "repot/config.hpp"

#include "config/file.hpp"
#include "config/keys.hpp"
#include "repot/error.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace repot {
namespace {

namespace fs = std::filesystem;
using config::Key;

constexpr const char* usualFile = "repot.json";
constexpr const char* usualProfile = "development";
constexpr std::size_t longestSecret = 64 * 1024;

std::optional<std::string> processEnvironment(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

std::optional<std::string> contentsOf(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream || fs::is_directory(path)) return std::nullopt;
  return text.str();
}

/// Which one is meant, by request, environment or file.
std::string chosenProfile(const std::string& asked, const config::FileContents& contents) {
  const std::string name = !asked.empty()              ? asked
                           : !contents.profile.empty() ? contents.profile
                                                       : usualProfile;
  std::vector<std::string> known;
  for (const auto& [profile, entries] : contents.profiles)
    known.push_back(profile);
  const bool there = std::find(known.begin(), known.end(), name) != known.end();
  if (there || (known.empty() && asked.empty() && contents.profile.empty())) return name;
  std::string list;
  for (const std::string& one : known)
    list += (list.empty() ? "" : ", ") + one;
  throw Error(ErrorKind::usage,
              "there is no profile \"" + name + '"' + config::nearestKey(name, known) +
                  (list.empty() ? "; the configuration has none" : "; there are: " + list));
}

[[noreturn]] void throwProblems(const std::string& file, const std::vector<std::string>& problems) {
  std::string text;
  for (const std::string& problem : problems)
    text += (text.empty() ? "" : "\n") + (file.empty() ? problem : file + ": " + problem);
  throw Error(ErrorKind::usage, text);
}

bool othersMayRead(const fs::path& path) {
  std::error_code failed;
  const fs::perms mode = fs::status(path, failed).permissions();
  return !failed && (mode & fs::perms::others_read) != fs::perms::none;
}

}  // namespace

Config Config::load(const ConfigRequest& request) {
  Config config;
  config.environment_ = request.environment ? request.environment : Environment(processEnvironment);
  const auto variable = [&](const char* name) { return config.environment_(name).value_or(""); };
  const std::string named = !request.file.empty() ? request.file : variable("REPOT_CONFIG");
  config.file_ = !named.empty() ? named : fs::exists(usualFile) ? usualFile : "";
  config::FileContents contents;
  if (!config.file_.empty()) {
    const std::optional<std::string> text = contentsOf(config.file_);
    if (!text) throw Error(ErrorKind::usage, "cannot read the configuration " + config.file_);
    try {
      contents = config::parseFile(*text);
    } catch (const Error& error) {
      throw error.within(config.file_);
    }
  }
  std::vector<std::string> problems = std::move(contents.problems);
  if (!problems.empty()) throwProblems(config.file_, problems);
  config.profile_ = chosenProfile(
      !request.profile.empty() ? request.profile : variable("REPOT_PROFILE"), contents);

  const auto take = [&](const std::vector<config::FileEntry>& entries) {
    for (const config::FileEntry& one : entries)
      config.entries_[one.key] = {one.text, config.file_ + ": " + one.place, true};
  };
  take(contents.common);
  for (const auto& [profile, entries] : contents.profiles) {
    if (profile == config.profile_) take(entries);
  }
  for (const Key& key : config::keys()) {
    const std::string name = config::environmentName(key.name);
    const auto value = config.environment_(name);
    if (!value) continue;
    try {
      // The tool takes the bare path of a file, too.
      if (key.kind == Key::Kind::url)
        DatabaseUrl::parseOrPath(*value);
      else
        config::checkValue(key, *value);
      config.entries_[key.name] = {*value, "environment: " + name, false};
    } catch (const Error& error) {
      problems.push_back("environment: " + name + ": " + error.what());
    }
  }
  if (!problems.empty()) throwProblems({}, problems);
  return config;
}

std::optional<std::string> Config::resolved(std::string_view key) const {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return std::nullopt;
  const Entry& entry = found->second;
  if (!entry.inFile || !config::mayBeReference(*config::findKey(key)) ||
      !config::isReference(entry.text))
    return entry.text;
  const std::size_t colon = entry.text.find(':');
  const std::string name = entry.text.substr(colon + 1);
  if (entry.text.starts_with("env:")) {
    if (auto value = environment_(name)) return value;
    throw Error(ErrorKind::usage,
                entry.origin + ": the environment variable " + name + " is not set");
  }
  // Relative to the file that names it, as the two are put in place together.
  const fs::path path = fs::path(file_).parent_path() / name;
  std::optional<std::string> text = contentsOf(path.string());
  if (!text) throw Error(ErrorKind::usage, entry.origin + ": cannot read " + path.string());
  while (!text->empty() && (text->back() == '\n' || text->back() == '\r'))
    text->pop_back();
  if (text->empty() || text->size() > longestSecret)
    throw Error(ErrorKind::usage, entry.origin + ": " + path.string() + " holds no value");
  return text;
}

std::optional<DatabaseUrl> Config::url(std::string_view key) const {
  const std::optional<std::string> text = resolved(key);
  if (!text) return std::nullopt;
  const std::string& origin = entries_.find(key)->second.origin;
  try {
    const bool path = !entries_.find(key)->second.inFile;
    DatabaseUrl url = path ? DatabaseUrl::parseOrPath(*text) : DatabaseUrl::parse(*text);
    const auto password = resolved(std::string(key) + "-password");
    if (!password || url.scheme() == "sqlite") return url;  // A file has none.
    return url.withOption("password", *password);
  } catch (const Error& error) {
    throw error.kind() == ErrorKind::invalidUrl ? error.within(origin) : error;
  }
}

DatabaseUrl Config::database() const {
  if (auto found = url("database")) return *std::move(found);
  throw Error(ErrorKind::usage,
              "no database is configured: set \"database\" in " +
                  (file_.empty() ? std::string(usualFile) : file_ + ", profile " + profile_) +
                  ", or REPOT_DATABASE");
}

std::optional<DatabaseUrl> Config::target() const {
  return url("target");
}

double Config::number(std::string_view key) const {
  const Key& known = *config::findKey(key);
  const auto found = entries_.find(key);
  return config::numberOf(known, found == entries_.end() ? known.usual : found->second.text);
}

DatabaseOptions Config::databaseOptions(DatabaseOptions base) const {
  const auto time = [&](const char* key, std::chrono::milliseconds& value) {
    if (isSet(key)) value = std::chrono::milliseconds(static_cast<std::int64_t>(number(key) * 1e3));
  };
  if (isSet("pool.size")) base.poolSize = static_cast<std::size_t>(number("pool.size"));
  if (isSet("pool.min")) base.poolMin = static_cast<std::size_t>(number("pool.min"));
  time("pool.timeout", base.poolTimeout);
  time("pool.busy-timeout", base.busyTimeout);
  time("pool.max-lifetime", base.maxLifetime);
  if (isSet("pool.prepare")) base.prepareStatements = number("pool.prepare") != 0;
  return base;
}

std::vector<std::pair<double GrowthSettings::*, double>> Config::givenGrowth() const {
  std::vector<std::pair<double GrowthSettings::*, double>> given;
  for (const GrowthField& field : growthFields()) {
    const std::string key = "signals." + std::string(field.name);
    if (isSet(key)) given.emplace_back(field.value, number(key));
  }
  return given;
}

GrowthSettings Config::growthSettings() const {
  GrowthSettings settings;
  for (const auto& [field, value] : givenGrowth())
    settings.*field = value;
  return settings;
}

Config::Backups Config::backups() const {
  Backups backups;
  if (const auto folder = resolved("backups.folder")) backups.folder = *folder;
  backups.at = std::chrono::minutes(static_cast<int>(number("backups.at")));
  backups.compress = number("backups.zstd") != 0;
  backups.retention = {static_cast<int>(number("backups.daily")),
                       static_cast<int>(number("backups.weekly")),
                       static_cast<int>(number("backups.monthly"))};
  return backups;
}

Config::Setting Config::settingOf(std::string_view name) const {
  const Key& key = *config::findKey(name);
  const auto found = entries_.find(name);
  Setting setting{key.name, key.usual, key.usual.empty() ? "" : "default", {}};
  if (found == entries_.end()) return setting;
  const Entry& entry = found->second;
  setting.origin = entry.origin;
  setting.value = entry.text;
  if (!config::mayBeReference(key)) return setting;
  if (entry.inFile && config::isReference(entry.text)) setting.origin += ", " + entry.text;
  setting.value = "***";
  try {
    if (key.kind == Key::Kind::url)
      setting.value = url(name)->toString();
    else
      resolved(name);
  } catch (const Error& error) {
    setting.value.clear();
    setting.problem = error.what();
  }
  return setting;
}

std::vector<Config::Setting> Config::settings() const {
  std::vector<Setting> all;
  std::optional<DatabaseUrl> database;
  for (const Key& key : config::keys()) {
    all.push_back(settingOf(key.name));
    if (key.name == "database" && isSet("database") && all.back().problem.empty())
      database = this->database();
    if (key.urlOption.empty() || !database) continue;
    if (const auto value = database->option(key.urlOption)) {
      all.back().value = *value;
      all.back().origin = "option " + key.urlOption + " of the database's URL";
    }
  }
  return all;
}

std::vector<std::string> Config::warnings() const {
  std::vector<std::string> all;
  for (const Key& key : config::keys()) {
    const auto found = entries_.find(key.name);
    if (found == entries_.end() || !found->second.inFile || !config::mayBeReference(key)) continue;
    const Entry& entry = found->second;
    if (entry.text.starts_with("file:")) {
      const fs::path path = fs::path(file_).parent_path() / entry.text.substr(5);
      if (othersMayRead(path))
        all.push_back(entry.origin + ": every user of this machine can read " + path.string());
      continue;
    }
    if (entry.text.starts_with("env:")) continue;
    const auto holdsPassword = [](const DatabaseUrl& url) {
      return url.toString() != url.toStringWithSecrets();
    };
    const bool secret =
        key.kind == Key::Kind::secret || holdsPassword(DatabaseUrl::parse(entry.text));
    if (secret)
      all.push_back(entry.origin + ": a password stands in the file" +
                    (othersMayRead(file_) ? ", which every user of this machine can read" : "") +
                    "; write env:NAME or file:PATH in its place");
  }
  return all;
}

}  // namespace repot
