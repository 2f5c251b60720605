// The nearest of names that are only known at run time, for messages about unknown ones.
#pragma once

#include <repot/backend.hpp>

#include <string>
#include <string_view>

namespace repot::migrate {

/// As repot::nearestName(), over any range of names.
template <class Names>
std::string nearestOf(std::string_view name, const Names& known) {
  std::string near;
  for (const auto& candidate : known) {
    near = near.empty() ? nearestName(name, {std::string_view(candidate)})
                        : nearestName(name, {std::string_view(near), std::string_view(candidate)});
  }
  return near;
}

}  // namespace repot::migrate
