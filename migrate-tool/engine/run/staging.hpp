// The schema in which tables are made, loaded and verified, out of everybody's sight, and their
// publication in one transaction.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/control.hpp"
#include "engine/run/progress.hpp"

#include <string>
#include <vector>

namespace repot::migrate {

/// Eight random hexadecimal digits: the name of a run.
std::string newRunName();
std::string stagingSchemaOf(const std::string& run);

/// Makes `schema`, which there must not be yet, and the plan's tables in it, many of them by `jobs`
/// sessions. The control's search path is the schema then.
void createStaging(Control& control, const DatabaseUrl& target, const std::string& schema,
                   const Plan& plan, std::size_t jobs, Progress& progress);
/// Drops all views in it.
void dropViews(Control& control, const std::string& schema);
/// Drops keys, constraints and indexes, as before rows are loaded again.
void dropObjects(Control& control, const std::string& schema);
/// Drops the schema with all in it, table by table, as one statement would lock everything at once.
void dropStaging(Control& control, const std::string& schema);

/// Moves all tables and views to the plan's schema, drops the staging schema and runs `more`: all
/// or nothing. Where the connection is lost the outcome is unknown.
void publishStaging(Control& control, const std::string& schema, const Plan& plan,
                    const std::vector<std::string>& more);

/// A staging schema for a trial, which is gone at the end.
class ScratchSchema {
 public:
  ScratchSchema(Control& control, const DatabaseUrl& target, std::string schema, const Plan& plan,
                std::size_t jobs, Progress& progress);
  ~ScratchSchema();
  ScratchSchema(const ScratchSchema&) = delete;
  ScratchSchema& operator=(const ScratchSchema&) = delete;

  const std::string& schema() const noexcept { return schema_; }

 private:
  Control& control_;
  std::string schema_;
};

}  // namespace repot::migrate
