// Configurations: what goes before what, references, limits, and messages that name the place.
#include <repot/config.hpp>
#include <repot/error.hpp>

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

namespace repot {
namespace {

namespace fs = std::filesystem;

class ConfigTest : public testing::Test {
 protected:
  ConfigTest() {
    std::string pattern = (fs::temp_directory_path() / "repot-config-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    folder_ = pattern;
    file_ = (folder_ / "repot.json").string();
  }
  ~ConfigTest() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }

  Config load(const std::string& text, const std::string& profile = {}) {
    write("repot.json", text);
    return Config::load({file_, profile, [this](const std::string& name) {
                           const auto found = environment_.find(name);
                           return found == environment_.end()
                                      ? std::nullopt
                                      : std::optional<std::string>(found->second);
                         }});
  }

  /// The message with which it is refused, without the file's name.
  std::string refusal(const std::string& text, const std::string& profile = {}) {
    try {
      load(text, profile);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      std::string message = error.what();
      for (std::size_t at; (at = message.find(file_ + ": ")) != std::string::npos;)
        message.erase(at, file_.size() + 2);
      return message;
    }
    return "not refused";
  }

  static Config::Setting setting(const Config& config, const std::string& key) {
    for (const Config::Setting& one : config.settings()) {
      if (one.key == key) return one;
    }
    return {};
  }

  fs::path folder_;
  std::string file_;
  std::map<std::string, std::string> environment_;
};

TEST_F(ConfigTest, TheEnvironmentGoesBeforeTheProfileAndThatBeforeWhatIsCommon) {
  const std::string text = R"({
    // For all.
    "pool": {"size": 3, "timeout": 1.5, "min": 2},
    "profiles": {"production": {"database": "postgresql://db/app", "pool": {"size": 9, "min": 4}}},
  })";
  environment_["REPOT_POOL_MIN"] = "6";
  const Config config = load(text, "production");
  const DatabaseOptions options = config.databaseOptions();
  EXPECT_EQ(options.poolTimeout, std::chrono::milliseconds(1500));
  EXPECT_EQ(options.poolSize, 9U);
  EXPECT_EQ(options.poolMin, 6U);
  EXPECT_EQ(options.busyTimeout, DatabaseOptions().busyTimeout);
  EXPECT_EQ(setting(config, "pool.timeout").origin, file_ + ": pool.timeout");
  EXPECT_EQ(setting(config, "pool.size").origin, file_ + ": profiles.production.pool.size");
  EXPECT_EQ(setting(config, "pool.min").origin, "environment: REPOT_POOL_MIN");
  EXPECT_EQ(setting(config, "pool.busy-timeout").origin, "default");
  EXPECT_EQ(setting(config, "pool.busy-timeout").value, "30");
}

TEST_F(ConfigTest, WhatIsNotSetLeavesTheProgramsOwnOptionsAlone) {
  DatabaseOptions own;
  own.poolSize = 17;
  own.fullSync = true;
  const DatabaseOptions options = load(R"({"pool": {"min": 2}})").databaseOptions(own);
  EXPECT_EQ(options.poolSize, 17U);
  EXPECT_TRUE(options.fullSync);
  EXPECT_EQ(options.poolMin, 2U);
}

TEST_F(ConfigTest, TheProfileIsNamedByTheCallerOrTheEnvironmentOrTheFile) {
  const std::string text =
      R"({"profile": "b", "profiles": {"a": {"database": "sqlite:///a.db"},
          "b": {"database": "sqlite:///b.db"}, "c": {"database": "sqlite:///c.db"}}})";
  EXPECT_EQ(load(text).database().database(), "b.db");
  environment_["REPOT_PROFILE"] = "c";
  EXPECT_EQ(load(text).database().database(), "c.db");
  EXPECT_EQ(load(text, "a").database().database(), "a.db");
}

TEST_F(ConfigTest, AProfileThatThereIsNotIsRefused) {
  const std::string text = R"({"profiles": {"production": {}, "test": {}}})";
  EXPECT_EQ(refusal(text, "prodction"),
            "there is no profile \"prodction\"; did you mean \"production\"?; there are: "
            "production, test");
  EXPECT_EQ(refusal(text), "there is no profile \"development\"; there are: production, test");
  EXPECT_EQ(refusal("{}", "test"), "there is no profile \"test\"; the configuration has none");
  EXPECT_EQ(load("{}").profile(), "development");
}

TEST_F(ConfigTest, UnknownKeysNameTheNearest) {
  EXPECT_EQ(refusal(R"({"databse": "sqlite://"})"),
            "databse: unknown key; did you mean \"database\"?");
  EXPECT_EQ(refusal(R"({"pool": {"siz": 1}})"), "pool.siz: unknown key; did you mean \"size\"?");
  EXPECT_EQ(refusal(R"({"profiles": {"test": {"signals": {"size-ack": 1}}}})", "test"),
            "profiles.test.signals.size-ack: unknown key; did you mean \"size-act\"?");
  EXPECT_EQ(refusal(R"({"profles": {}})"), "profles: unknown key; did you mean \"profiles\"?");
}

TEST_F(ConfigTest, AllThatIsWrongIsToldAtOnceAlsoInOtherProfiles) {
  EXPECT_EQ(
      refusal(R"({"pool": {"size": 0}, "backups": {"at": "24:00", "folder": ""},
                        "profiles": {"development": {}, "test": {"database": "nonsense",
                        "pool": []}}})"),
      "pool.size: must be a whole number from 1 to 1000\n"
      "backups.at: must be a time of day, like \"23:30\"\n"
      "backups.folder: must be a text that is not empty\n"
      "profiles.test.database: invalid database URL at position 1: a database URL starts with "
      "scheme://, for example sqlite:///app.db or postgresql://user@host/database\n"
      "profiles.test.pool: an object of settings is expected");
}

TEST_F(ConfigTest, WhatIsNoJsonIsToldWithItsPlace) {
  EXPECT_TRUE(refusal("{\n  \"pool\": {]}").starts_with("line 2, column 12: not valid JSON"));
  EXPECT_TRUE(refusal("{} {}").find("not valid JSON") != std::string::npos);
  EXPECT_EQ(refusal("[]"), "an object is expected");
  EXPECT_EQ(refusal(R"({"version": 2})"), "version: only version 1 is known");
}

TEST_F(ConfigTest, SecretsAreLookedUpWhereTheyAreKept) {
  write("password", "s3cret\r\n");
  environment_["DATABASE_URL"] = "postgresql://app@db/app";
  const Config config = load(
      R"({"database": "env:DATABASE_URL", "database-password": "file:password",
          "target": "env:NOWHERE"})");
  const DatabaseUrl url = config.database();
  EXPECT_EQ(url.option("password"), "s3cret");
  EXPECT_EQ(url.user(), "app");
  EXPECT_THROW(config.target(), Error);
  EXPECT_EQ(setting(config, "target").problem,
            file_ + ": target: the environment variable NOWHERE is not set");
  for (const Config::Setting& one : config.settings()) {
    EXPECT_EQ(one.value.find("s3cret"), std::string::npos) << one.key;
    EXPECT_EQ(one.origin.find("s3cret"), std::string::npos) << one.key;
  }
  EXPECT_EQ(setting(config, "database-password").value, "***");
  EXPECT_EQ(setting(config, "database-password").origin,
            file_ + ": database-password, file:password");
}

TEST_F(ConfigTest, SecretsThatCannotBeReadAreNamed) {
  write("empty", "\n");
  const Config config = load(R"({"database": "file:empty", "target": "postgresql://h/d",
               "target-password": "file:none"})");
  try {
    config.database();
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_TRUE(std::string(error.what()).ends_with("empty holds no value")) << error.what();
  }
  EXPECT_NE(setting(config, "target").problem.find("cannot read"), std::string::npos);
}

TEST_F(ConfigTest, PasswordsInTheFileAreWarnedOf) {
  EXPECT_TRUE(load(R"({"database": "sqlite:///a.db"})").warnings().empty());
  const auto warnings =
      load(R"({"database": "postgresql://u:geheim@h/d", "target-password": "geheim"})").warnings();
  ASSERT_EQ(warnings.size(), 2U);
  EXPECT_TRUE(warnings[0].starts_with(file_ + ": database: a password stands in the file"));
  for (const std::string& warning : warnings)
    EXPECT_EQ(warning.find("geheim"), std::string::npos);
  write("open", "x");
  fs::permissions(folder_ / "open", fs::perms::others_read, fs::perm_options::add);
  EXPECT_EQ(load(R"({"target-password": "file:open"})").warnings().size(), 1U);
  fs::permissions(folder_ / "open", fs::perms::owner_read);
  EXPECT_TRUE(load(R"({"target-password": "file:open"})").warnings().empty());
}

TEST_F(ConfigTest, OptionsOfTheUrlGoBeforeThePool) {
  const Config config =
      load(R"({"database": "sqlite:///a.db?repot_pool_size=2", "pool": {"size": 4}})");
  EXPECT_EQ(setting(config, "pool.size").value, "2");
  EXPECT_EQ(setting(config, "pool.size").origin, "option repot_pool_size of the database's URL");
}

TEST_F(ConfigTest, SignalsAndBackups) {
  environment_["REPOT_SIGNALS_USERS"] = "12";
  const Config config = load(R"({
    "signals": {"size-act": "1.5 GB", "size-prepare": 800000000, "lock-wait-act": 0.5},
    "backups": {"folder": "/var/backups/app", "at": "03:05", "zstd": true, "daily": 3}})");
  EXPECT_EQ(config.growthSettings().sizeAct, 1.5e9);
  EXPECT_EQ(config.growthSettings().sizePrepare, 0.8e9);
  EXPECT_EQ(config.growthSettings().lockWaitAct, 0.5);
  EXPECT_EQ(config.growthSettings().users, 12);
  EXPECT_EQ(config.givenGrowth().size(), 4U);
  const Config::Backups backups = config.backups();
  EXPECT_EQ(backups.folder, "/var/backups/app");
  EXPECT_EQ(backups.at, std::chrono::minutes(185));
  EXPECT_TRUE(backups.compress);
  EXPECT_EQ(backups.retention.daily, 3);
  EXPECT_EQ(backups.retention.weekly, BackupRetention().weekly);
  EXPECT_EQ(refusal(R"({"signals": {"size-act": "1.5 GX"}})"),
            "signals.size-act: must be a number of bytes, or a size like \"1.5 GB\"");
  EXPECT_EQ(refusal(R"({"signals": {"users": 1.5}})"),
            "signals.users: must be a whole number from 0 to 1000000000");
}

TEST_F(ConfigTest, TheDefaultsAreThoseOfTheOptions) {
  const Config config = load("{}");
  const Config::Backups usual, backups = config.backups();
  EXPECT_EQ(backups.folder, usual.folder);
  EXPECT_EQ(backups.at, usual.at);
  EXPECT_EQ(backups.compress, usual.compress);
  EXPECT_EQ(backups.retention.monthly, usual.retention.monthly);
  EXPECT_EQ(config.growthSettings().sizeAct, GrowthSettings().sizeAct);
  EXPECT_TRUE(config.givenGrowth().empty());
  EXPECT_FALSE(config.hasDatabase());
  EXPECT_THROW(config.database(), Error);
}

TEST_F(ConfigTest, WrongValuesOfTheEnvironmentAreNamed) {
  environment_["REPOT_POOL_SIZE"] = "many";
  EXPECT_EQ(refusal("{}"), "environment: REPOT_POOL_SIZE: must be a whole number from 1 to 1000");
  environment_ = {{"REPOT_DATABASE", "app.db"}};
  EXPECT_EQ(load("{}").database().database(), "app.db");
}

TEST_F(ConfigTest, AFileThatIsNamedMustBeThere) {
  EXPECT_THROW(Config::load({(folder_ / "none.json").string(), {}, {}}), Error);
  EXPECT_THROW(Config::load({folder_.string(), {}, {}}), Error);
}

}  // namespace
}  // namespace repot
