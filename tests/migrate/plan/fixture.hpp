// A source made by a script in its own directory, and short ways to ask its plan.
#pragma once

#include <engine/plan.hpp>
#include <engine/plan_options.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace repot::migrate::test {

/// A directory that lives as long as the object.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Runs `sql` on the database at `path`, made if missing.
void runScript(const std::string& path, const std::string& sql);

/// Plans a database that `sql` made.
Plan planOf(const std::string& sql, const PlanOptions& options = {});

const TablePlan& tableOf(const Plan& plan, std::string_view table);
const ColumnPlan& columnOf(const Plan& plan, std::string_view table, std::string_view column);
/// The type as DDL: "numeric(5,2)".
std::string typeOf(const Plan& plan, std::string_view table, std::string_view column);
/// The finding of that code (about that object, if given), or null.
const Finding* findingOf(const Plan& plan, std::string_view code, std::string_view object = {});
/// All statements of the finishing stage, one a line.
std::string objectsOf(const Plan& plan);
/// The names of codes of refused findings, for messages.
std::string refusals(const Plan& plan);

}  // namespace repot::migrate::test
