// The target before, between and after: what has to be true before anything is written, the staging
// schema that holds the work, and its publication in one transaction.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/control.hpp"

#include <repot/error.hpp>

#include <string>
#include <vector>

namespace repot::migrate {

/// Throws Error where the server is too old, its encoding not UTF8, or it is a read-only standby.
void checkServer(Control& control);

/// Throws Error: permission, notFound (schema), conflict (target not empty, naming what is in the
/// way), schema (server too old, encoding not UTF8). Writes nothing.
/// All that stands in the way: permission, notFound (schema), conflict (names that are taken),
/// schema (server too old, encoding not UTF8), the gravest first. Read-only.
std::vector<Error> targetProblems(Control& control, const Plan& plan);

/// Throws the first of them.
void checkTarget(Control& control, const Plan& plan);

/// The schema in which tables are made, loaded and verified. Nobody else sees them until publish().
class Staging {
 public:
  /// Creates the schema and the tables.
  Staging(Control& control, const Plan& plan);
  /// Drops what is left of it, unless it was published.
  ~Staging();
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  const std::string& schema() const noexcept { return schema_; }
  /// Eight hexadecimal digits that name this run in the quarantine and in the report.
  std::string run() const;
  /// Moves all tables to the plan's schema, creates the views there, and drops the staging schema:
  /// all or nothing.
  void publish();

 private:
  void drop();

  Control& control_;
  const Plan& plan_;
  std::string schema_;
  bool published_ = false;
};

}  // namespace repot::migrate
