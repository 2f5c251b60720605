// Where the checks put down what they find.
#pragma once

#include "engine/care/finding.hpp"

#include <repot/error.hpp>

#include <utility>

namespace repot::care {

class Chart {
 public:
  explicit Chart(Examination& examination) : examination_(examination) {}

  void add(Finding finding) { examination_.findings.push_back(std::move(finding)); }
  void skip(std::string check, std::string reason) {
    examination_.skipped.push_back({std::move(check), std::move(reason)});
  }
  /// Once, however many checks meet it.
  void addDamage(const std::string& what) {
    for (const Finding& one : examination_.findings)
      if (one.check == "integrity") return;
    add({"integrity",
         Severity::error,
         "",
         what,
         "pages of the file are damaged: rows are lost or wrong",
         "restore the last sound backup (repot backup restore); docs/runbooks.md tells how to read "
         "out "
         "what it lacks",
         {}});
  }
  /// Makes one check; where it fails it is skipped, or damage is found, and the others go on.
  template <typename Check>
  void run(const char* name, Check&& check) {
    try {
      check();
      examination_.checks.emplace_back(name);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::notADatabase) return skip(name, error.what());
      addDamage(error.what());
    }
  }

 private:
  Examination& examination_;
};

}  // namespace repot::care
