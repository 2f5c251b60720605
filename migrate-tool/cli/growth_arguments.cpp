// See growth_arguments.hpp.
#include "cli/growth_arguments.hpp"

#include "cli/config_arguments.hpp"

#include <fmt/format.h>

namespace repot::cli {
namespace {

using Unit = GrowthField::Unit;

void limit(CLI::Option& option, Unit unit) {
  const auto [least, most] = growthRange(unit);
  switch (unit) {
    case Unit::count:
      option.check(CLI::Range(static_cast<std::int64_t>(least), static_cast<std::int64_t>(most)))
          ->type_name("NUMBER");
      break;
    case Unit::bytes:
      option.transform(CLI::AsSizeValue(true))->type_name("BYTES");
      break;
    case Unit::seconds:
      option.check(CLI::Range(least, most))->type_name("SECONDS");
      break;
    case Unit::perHour:
      option.check(CLI::Range(least, most))->type_name("NUMBER");
      break;
    case Unit::hours:
      option.check(CLI::Range(least, most))->type_name("HOURS");
      break;
  }
}

}  // namespace

void GrowthArguments::addTo(CLI::App& app) {
  command = &app;
  for (const GrowthField& field : growthFields()) {
    const std::string name(field.name);
    double& value = values[name] = GrowthSettings{}.*field.value;
    CLI::Option* const option = app.add_option("--" + name, value, std::string(field.help));
    limit(*option, field.unit);
    option->default_str(fmt::format("{:g}", value))->group("Growth signals");
    options[name] = option;
  }
}

migrate::AssessOptions GrowthArguments::assessOptions() const {
  migrate::AssessOptions assess;
  assess.given = loadConfig(*command).givenGrowth();  // What follows goes before it.
  for (const GrowthField& field : growthFields()) {
    const std::string name(field.name);
    if (options.at(name)->count() > 0) assess.given.emplace_back(field.value, values.at(name));
  }
  return assess;
}

}  // namespace repot::cli
