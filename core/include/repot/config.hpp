// The configuration of an application and of the tool beside it: a file with profiles, overridden
// by the environment. docs/configuration.md is the reference.
#pragma once

#include <repot/backup.hpp>
#include <repot/growth.hpp>
#include <repot/options.hpp>
#include <repot/url.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repot {

/// Which file and which part of it.
struct ConfigRequest {
  /// Empty: what REPOT_CONFIG names, else `repot.json` in the working directory where there is one.
  std::string file = {};
  /// Empty: what REPOT_PROFILE names, else what the file says, else "development".
  std::string profile = {};
  /// In place of the environment of the process: for tests. Nothing for what is not set.
  std::function<std::optional<std::string>(const std::string& name)> environment = {};
};

/// The settings of one profile. A value; const members may be called from several threads.
///
///     const auto config = repot::Config::load();
///     auto database = repot::Database::open(config.database(), config.databaseOptions());
class Config {
 public:
  /// One setting, for people.
  struct Setting {
    std::string key;    ///< "pool.size".
    std::string value;  ///< Safe to print; empty: not set.
    /// "repot.json: profiles.production.pool.size", "environment: REPOT_POOL_SIZE", "default".
    std::string origin;
    std::string problem;  ///< Why it cannot be used; empty: it can.
  };
  struct Backups {
    std::filesystem::path folder = "backups";
    std::chrono::minutes at = std::chrono::hours(23) + std::chrono::minutes(30);
    bool compress = false;
    BackupRetention retention = {};
  };

  /// Reads the file and the environment. References (`env:NAME`, `file:PATH`) are looked up when a
  /// value is asked for, so that a secret which only one command needs is not wanted by others.
  /// Throws Error(usage) with all that is wrong: unknown keys with the nearest known one, values
  /// that cannot be, a profile or file that there is not.
  static Config load(const ConfigRequest& request = {});

  /// Empty where there is no file.
  const std::string& file() const noexcept { return file_; }
  const std::string& profile() const noexcept { return profile_; }

  /// With its password. Throws Error(usage) where none is set or a reference leads nowhere,
  /// Error(invalidUrl) for what cannot be read.
  DatabaseUrl database() const;
  /// The PostgreSQL database that the tool moves to; nothing where none is set. Throws as above.
  std::optional<DatabaseUrl> target() const;
  bool hasDatabase() const { return isSet("database"); }
  bool hasTarget() const { return isSet("target"); }

  /// `base`, and over it what is set. What the URL says goes before both, see Database::open().
  DatabaseOptions databaseOptions(DatabaseOptions base = {}) const;
  /// Only what is set, in place of the defaults of GrowthSettings.
  std::vector<std::pair<double GrowthSettings::*, double>> givenGrowth() const;
  GrowthSettings growthSettings() const;
  Backups backups() const;

  /// All that can be set, in a fixed order, and where each value comes from.
  std::vector<Setting> settings() const;
  /// What is safe to run with but not safe: secrets that others can read. A sentence each.
  std::vector<std::string> warnings() const;

 private:
  struct Entry {
    std::string text;
    std::string origin;
    bool inFile = false;  ///< May be a reference then.
  };
  using Environment = std::function<std::optional<std::string>(const std::string&)>;

  bool isSet(std::string_view key) const { return entries_.contains(key); }
  std::optional<std::string> resolved(std::string_view key) const;
  std::optional<DatabaseUrl> url(std::string_view key) const;
  double number(std::string_view key) const;
  Setting settingOf(std::string_view key) const;

  std::string file_;
  std::string profile_;
  Environment environment_;
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace repot
