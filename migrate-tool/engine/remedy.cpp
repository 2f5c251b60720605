// The table of faults and their remedies; see remedy.hpp.
#include "remedy.hpp"

#include <algorithm>
#include <utility>

namespace repot::migrate {
namespace {

constexpr auto names = std::to_array<std::pair<Remedy, std::string_view>>({
    {Remedy::fail, "fail"},
    {Remedy::text, "text"},
    {Remedy::bytea, "bytea"},
    {Remedy::jsonb, "jsonb"},
    {Remedy::setNull, "null"},
    {Remedy::quarantine, "quarantine"},
    {Remedy::strip, "strip"},
    {Remedy::replace, "replace"},
    {Remedy::escape, "escape"},
    {Remedy::latin1, "latin1"},
    {Remedy::cp1252, "cp1252"},
});

constexpr auto forAll =
    std::to_array({Remedy::fail, Remedy::text, Remedy::setNull, Remedy::quarantine});
constexpr auto forMixed = std::to_array({Remedy::fail, Remedy::text, Remedy::bytea, Remedy::jsonb,
                                         Remedy::setNull, Remedy::quarantine});
constexpr auto forNul = std::to_array({Remedy::fail, Remedy::bytea, Remedy::strip, Remedy::replace,
                                       Remedy::escape, Remedy::setNull, Remedy::quarantine});
constexpr auto forBadUtf8 =
    std::to_array({Remedy::fail, Remedy::bytea, Remedy::replace, Remedy::latin1, Remedy::cp1252,
                   Remedy::setNull, Remedy::quarantine});
constexpr auto forBadDate =
    std::to_array({Remedy::text, Remedy::fail, Remedy::setNull, Remedy::quarantine});

constexpr std::array<FaultRule, faultCount> rules{{
    {Fault::mixed, "mixed", forMixed, Remedy::fail},
    {Fault::nul, "nul", forNul, Remedy::fail},
    {Fault::badUtf8, "bad-utf8", forBadUtf8, Remedy::fail},
    {Fault::badDate, "bad-dates", forBadDate, Remedy::text},
}};

}  // namespace

std::string_view toString(Remedy remedy) {
  for (const auto& [value, name] : names) {
    if (value == remedy) return name;
  }
  return "";
}

std::optional<Remedy> remedyFromString(std::string_view name) {
  for (const auto& [value, known] : names) {
    if (known == name) return value;
  }
  return std::nullopt;
}

std::span<const FaultRule, faultCount> faultRules() {
  return rules;
}

std::span<const Remedy> generalRemedies() {
  return forAll;
}

bool takesRemedy(Fault fault, Remedy remedy) {
  const auto remedies = rules[static_cast<std::size_t>(fault)].remedies;
  return std::find(remedies.begin(), remedies.end(), remedy) != remedies.end();
}

std::optional<Remedy> RemedyChoice::of(Fault fault) const {
  if (const auto& own = byFault[static_cast<std::size_t>(fault)]) return own;
  return general && takesRemedy(fault, *general) ? general : std::nullopt;
}

}  // namespace repot::migrate
