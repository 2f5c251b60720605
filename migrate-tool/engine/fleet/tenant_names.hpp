// The schema that each file of a fleet becomes, and why some names cannot be.
#pragma once

#include "engine/fleet/sources.hpp"
#include "engine/plan_options.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repot::migrate {

struct TenantNaming {
  /// {name}: the file's name without its ending; {folder}: the name of the folder it is in.
  std::string pattern = "{name}";
  PlanOptions::NameCase nameCase = PlanOptions::NameCase::preserve;
  /// By path or name of the file; goes before the pattern, and is taken as it is.
  std::map<std::string, std::string> given;
};

/// The pattern filled in for a path. Throws Error(usage) for a pattern that holds anything else in
/// braces, or neither of the two.
std::string schemaNameOf(const std::string& path, const TenantNaming& naming);

/// Why no tenant's schema can be called so; nothing: it can.
std::optional<std::string> nameProblem(std::string_view schema);

/// A tenant that cannot be moved under its name.
struct NameRefusal {
  std::size_t tenant = 0;  ///< Its index.
  std::string reason;
};

/// Names all tenants that have no name yet, and judges all names: each must be one that PostgreSQL
/// and Repot leave to tenants, and no two may be the same. Throws Error(usage) for an entry of
/// `given` that names none of the tenants.
std::vector<NameRefusal> nameTenants(std::vector<Tenant>& tenants, const TenantNaming& naming);

}  // namespace repot::migrate
