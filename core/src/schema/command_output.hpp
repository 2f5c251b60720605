// What the commands on schemas print: text for people, or JSON.
#pragma once

#include "repot/schema/command.hpp"
#include "repot/schema/drift.hpp"
#include "repot/schema/migrator.hpp"

#include <chrono>
#include <iosfwd>
#include <string>
#include <vector>

namespace repot {
class Error;
}

namespace repot::schema {

void printError(const Terminal& terminal, const Error& error);

class CommandOutput {
 public:
  CommandOutput(std::ostream& out, bool json) : out_(out), json_(json) {}

  void status(const std::string& url, const Status& status);
  void history(const std::vector<Applied>& applied);
  void steps(const std::vector<DryRunStep>& steps);
  void stamped(const std::string& target);
  /// One migration made or undone, as it happens; then, at the end, all of them.
  void moved(const Migration& migration, bool up, std::chrono::microseconds duration);
  void movedAll(bool up, const std::string& error);
  /// True where nothing is pending, wrong or different.
  bool check(const Status& status, const Drift& drift);
  bool differences(const Diff& diff);

 private:
  std::ostream& out_;
  bool json_;
  std::vector<std::string> moved_;
};

}  // namespace repot::schema
