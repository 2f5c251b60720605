// Which files are a fleet's and how their schemas are called, on the command line.
#pragma once

#include "engine/fleet/sources.hpp"
#include "engine/fleet/tenant_names.hpp"

#include <repot/url.hpp>

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

namespace repot::cli {

struct FleetArguments {
  /// Sources and, among them, the target's URL: there may be any number of sources before it.
  std::vector<std::string> ends;
  std::vector<std::string> lists;
  bool recursive = false;
  std::string pattern = migrate::TenantNaming().pattern;
  std::string schemaMap;

  enum class Target { none, optional, required };
  void addTo(CLI::App& command, Target wanted);
  /// Throws Error(usage) where no source is named, or there is none.
  migrate::FleetSources sources() const;
  migrate::TenantNaming naming(migrate::PlanOptions::NameCase nameCase) const;
  /// Throws Error(usage, invalidUrl).
  std::optional<DatabaseUrl> target() const;

 private:
  Target wanted_ = Target::none;
};

}  // namespace repot::cli
