// Moves a database between the versions of its schema.
#pragma once

#include <repot/database.hpp>
#include <repot/schema/migration.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace repot::schema {

/// A row of the history table `repot_migrations`.
struct Applied {
  std::string id;
  std::string description;
  Checksum checksum;
  Instant at;  ///< When it was made.
  std::chrono::microseconds duration{};
  /// The live schema after it as JSON, which drift() compares with, and the scheme of the database:
  /// another one where the database was moved since.
  std::string schema;
  std::string scheme;
};

/// Where a database stands.
struct Status {
  std::vector<Applied> applied;      ///< In the order they were made.
  std::vector<std::string> pending;  ///< In the order they would be made.
  /// What must not be: upgrade() and downgrade() refuse to work on it, stamp() corrects it.
  std::vector<std::string> missing;  ///< Applied, but not among the migrations.
  std::vector<std::string> edited;   ///< Applied with other up-steps.
  /// Pending, though one that follows it is applied.
  std::vector<std::string> late;
  std::vector<std::string> heads;

  /// True where upgrade() and downgrade() work on it.
  bool isClean() const { return missing.empty() && edited.empty() && late.empty(); }
  /// One sentence for each thing that must not be, branches included, with what to do.
  std::vector<std::string> problems() const;
};

/// One migration as it would run.
struct DryRunStep {
  std::string id;
  std::string description;
  bool up = true;
  /// What runs between BEGIN and the row of the history, in order; "-- …" where it is no SQL.
  std::vector<std::string> statements;
};

/// As a script, each migration in a transaction of its own.
std::string toSql(const std::vector<DryRunStep>& steps);

/// How long others are waited for, and who is told.
struct MigratorOptions {
  /// How long a process waits for another one that migrates (SQLite: that writes).
  std::chrono::milliseconds lockTimeout = std::chrono::seconds(60);
  /// Are told of each migration, before it is made or undone and once that is committed.
  std::function<void(const Migration&, bool up)> onStart = {};
  std::function<void(const Migration&, bool up, std::chrono::microseconds)> onDone = {};
};

/// Moves a database between versions. Each migration is one transaction together with its row of
/// the history: after a crash at any moment it is there as a whole or not at all. Processes that
/// start at once wait for each other, and each migration is made by one of them.
///
/// Thread-safe as Database is. Errors: schema and notFound, before anything is changed, for what
/// Status names, branches, and targets that there are not; timeout where others hold the lock for
/// longer than lockTimeout; what a migration throws, with the migration named, after it has been
/// undone. Those before it stay.
class Migrator {
 public:
  /// Throws as Migrations::ordered().
  Migrator(Database database, Migrations migrations, MigratorOptions options = {});

  /// Only reads; a database without a history has nothing applied.
  Status status() const;

  /// Applies what is pending up to `target`: an id, "+N" for the next N, or empty for the only
  /// head. Returns the ids that this call applied, in order. Where nothing is pending it takes no
  /// lock.
  std::vector<std::string> upgrade(std::string_view target = {});
  /// Undoes, the last applied first, all that `target` does not build on, so that the schema is as
  /// upgrade(target) makes it: an id, "base" for nothing left, or "-N" for the last N. Throws
  /// before anything is undone where one of them has no `down`. Returns the ids undone.
  std::vector<std::string> downgrade(std::string_view target);

  /// The ids that upgrade() or downgrade() would work on, in order; throws what they would throw
  /// before they change anything.
  std::vector<std::string> planUpgrade(std::string_view target = {}) const;
  std::vector<std::string> planDowngrade(std::string_view target) const;
  /// What downgrade() would lose or may lose, one sentence for each step that does; throws as
  /// planDowngrade(). SQL of the author's own is taken to lose data unless it is known not to.
  std::vector<std::string> lossesOfDowngrade(std::string_view target) const;
  /// The statements of planUpgrade() or planDowngrade(), without running any.
  std::vector<DryRunStep> dryRunUpgrade(std::string_view target = {}) const;
  std::vector<DryRunStep> dryRunDowngrade(std::string_view target) const;
  /// The statements that make `target` from an empty database of that scheme ("sqlite",
  /// "postgresql"), without a database.
  static std::vector<DryRunStep> dryRun(const Migrations& migrations, std::string_view scheme,
                                        std::string_view target = {});

  /// Makes the history say that exactly `id` and all that it builds on are applied as they are now
  /// ("base": nothing), and runs none of them: for a database whose schema is there already, and to
  /// correct what Status calls missing, edited or late.
  void stamp(std::string_view id);

  /// As they were given.
  const Database& database() const noexcept { return database_; }
  const Migrations& migrations() const noexcept { return migrations_; }

 private:
  /// The migrations to be made or undone, in order.
  using Plan = std::vector<const Migration*>;
  std::string scheme() const;
  Status statusOf(const std::vector<Applied>& applied) const;
  std::vector<Applied> applied() const;
  Plan upgradePlan(std::string_view target, const Status& status) const;
  Plan downgradePlan(std::string_view target, const Status& status) const;
  void checkOrder(const Migration& migration, bool up, const Status& status) const;
  std::vector<std::string> carryOut(const Plan& plan, bool up);
  std::vector<DryRunStep> dryRun(const Plan& plan, bool up) const;
  void inTransaction(const std::function<void(UnitOfWork&)>& body) const;

  Database database_;
  Migrations migrations_;
  std::map<std::string, Checksum, std::less<>> checksums_;
  MigratorOptions options_;
};

}  // namespace repot::schema
