// Names in the target: kept as they are in the source wherever PostgreSQL can bear them.
#pragma once

#include "plan_options.hpp"

#include <set>
#include <string>
#include <string_view>

namespace repot::migrate {

/// Hands out names that are unique within one namespace of PostgreSQL: one for the relations of a
/// schema (tables, indexes, views, sequences and implicit row types), one for the columns of a
/// table.
class NameSpace {
 public:
  explicit NameSpace(PlanOptions::NameCase nameCase) : case_(nameCase) {}

  /// `wanted` itself where it is free and of 1 to 63 bytes; one that is reserved with a `_` where
  /// that is free; else its first bytes with a hash of the whole, the same on every run. The result
  /// is taken from now on.
  std::string allocate(std::string_view wanted);
  /// `name` exactly; false where it is taken.
  bool claim(std::string_view name) { return taken_.emplace(name).second; }
  /// Makes `name` unavailable (system columns).
  void reserve(std::string_view name) {
    reserved_.emplace(name);
    taken_.emplace(name);
  }
  bool isReserved(std::string_view name) const;

 private:
  std::string folded(std::string_view name) const;

  PlanOptions::NameCase case_;
  std::set<std::string, std::less<>> taken_, reserved_;
};

/// "*" and "?" over names, ASCII case ignored as SQLite does.
bool globMatches(std::string_view glob, std::string_view name);

}  // namespace repot::migrate
