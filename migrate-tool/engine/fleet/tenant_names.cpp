// See tenant_names.hpp; docs/decisions/0014-fleet-schemas.md tells why names are never changed.
#include "engine/fleet/tenant_names.hpp"

#include "engine/run/ledger.hpp"
#include "engine/source_schema.hpp"
#include "engine/text_check.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

namespace repot::migrate {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t maxBytes = 63;

std::string folderOf(const std::string& path) {
  std::error_code unknown;
  const fs::path whole = fs::absolute(path, unknown);
  return (unknown ? fs::path(path) : whole).lexically_normal().parent_path().filename().string();
}

void checkPattern(const std::string& pattern) {
  bool varies = false;
  for (std::size_t at = pattern.find_first_of("{}"); at != std::string::npos;
       at = pattern.find_first_of("{}", at)) {
    const std::size_t end = pattern.find('}', at);
    const std::string word =
        end == std::string::npos ? std::string() : pattern.substr(at, end + 1 - at);
    if (word != "{name}" && word != "{folder}") {
      throw Error(ErrorKind::usage,
                  "--schema-template: " + pattern + " has more in braces than {name} and {folder}");
    }
    varies = true;
    at = end + 1;
  }
  if (varies) return;
  throw Error(ErrorKind::usage, "--schema-template: " + pattern +
                                    " is the same for every file; put {name} or {folder} into it");
}

}  // namespace

std::string schemaNameOf(const std::string& path, const TenantNaming& naming) {
  checkPattern(naming.pattern);
  // Word by word, as a file's name may hold braces, too.
  std::string schema;
  std::string_view rest = naming.pattern;
  while (!rest.empty()) {
    const std::size_t open = std::min(rest.find('{'), rest.size());
    schema += rest.substr(0, open);
    rest.remove_prefix(open);
    if (rest.starts_with("{name}")) {
      schema += fs::path(path).stem().string();
      rest.remove_prefix(std::string_view("{name}").size());
    } else if (rest.starts_with("{folder}")) {
      schema += folderOf(path);
      rest.remove_prefix(std::string_view("{folder}").size());
    }
  }
  return naming.nameCase == PlanOptions::NameCase::lower ? asciiLower(schema) : schema;
}

std::optional<std::string> nameProblem(std::string_view schema) {
  if (schema.empty()) return "a schema needs a name";
  if (schema.size() > maxBytes) {
    return "the name has " + std::to_string(schema.size()) + " bytes, and PostgreSQL keeps " +
           std::to_string(maxBytes);
  }
  const TextCheck text = checkText(schema);
  const bool control = std::any_of(schema.begin(), schema.end(),
                                   [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (!text.validUtf8 || text.hasNul || control)
    return "the name is no text: it is not UTF-8, or has control characters";
  if (schema.starts_with("pg_")) return "PostgreSQL keeps names that begin with pg_ for itself";
  static constexpr std::array<std::string_view, 2> shared = {"information_schema", "public"};
  if (std::find(shared.begin(), shared.end(), schema) != shared.end())
    return "the schema belongs to the whole database, not to a tenant";
  if (schema == ledgerSchema || schema.starts_with("repot_staging_"))
    return "Repot keeps this name for itself";
  return std::nullopt;
}

std::vector<NameRefusal> nameTenants(std::vector<Tenant>& tenants, const TenantNaming& naming) {
  checkPattern(naming.pattern);
  std::set<std::string> unused;
  for (const auto& [name, schema] : naming.given)
    unused.insert(name);
  std::map<std::string, std::vector<std::size_t>> bySchema;
  for (std::size_t i = 0; i < tenants.size(); ++i) {
    Tenant& tenant = tenants[i];
    for (const std::string& key : {tenant.source, fs::path(tenant.source).filename().string()}) {
      const auto found = naming.given.find(key);
      if (found == naming.given.end()) continue;
      unused.erase(key);
      if (tenant.schema.empty()) tenant.schema = found->second;
    }
    if (tenant.schema.empty()) tenant.schema = schemaNameOf(tenant.source, naming);
    bySchema[tenant.schema].push_back(i);
  }
  if (!unused.empty()) {
    throw Error(
        ErrorKind::usage,
        "--schema-map: no source is called " + *unused.begin() +
            (unused.size() > 1 ? ", nor " + std::to_string(unused.size() - 1) + " more" : ""));
  }
  std::vector<NameRefusal> refusals;
  for (const auto& [schema, indexes] : bySchema) {
    const std::optional<std::string> problem = nameProblem(schema);
    for (const std::size_t index : indexes) {
      if (problem) refusals.push_back({index, *problem});
      if (problem || indexes.size() == 1) continue;
      const std::size_t other = index == indexes.front() ? indexes[1] : indexes.front();
      refusals.push_back({index, "the same schema is that of " + tenants[other].source});
    }
  }
  std::sort(
      refusals.begin(), refusals.end(),
      [](const NameRefusal& left, const NameRefusal& right) { return left.tenant < right.tenant; });
  return refusals;
}

}  // namespace repot::migrate
