// The settings of a plan by name: one table serves the command line, option files, saved plans and
// their help.
#pragma once

#include "plan_options.hpp"

#include <span>
#include <string>
#include <string_view>

namespace repot::migrate {

struct Setting {
  enum class Scope {
    run,          ///< schema=app
    list,         ///< As run, and may be given several times.
    flag,         ///< As run, "true" or "false".
    column,       ///< Only of a column: type
    runOrColumn,  ///< Of all columns, or of one: nul
    tableOrColumn,
  };
  std::string_view name;
  Scope scope;
  std::string_view group;   ///< Heading in --help.
  std::string_view values;  ///< "fail|text|null", or what stands for a value: "TYPE".
  std::string_view help;
  void (*apply)(PlanOptions& options, const std::string& object, const std::string& value);
};

/// All of them, by group.
std::span<const Setting> settings();
/// Null where there is none of the name.
const Setting* findSetting(std::string_view name);
/// " (did you mean …?)", or nothing where no setting is near.
std::string nearestSetting(std::string_view name);

}  // namespace repot::migrate
