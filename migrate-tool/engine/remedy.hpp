// What can be wrong with a value for PostgreSQL, and what a user may have done about it. One table
// says which remedy goes with which fault; planning, options and documentation follow it.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace repot::migrate {

enum class Fault : std::size_t {
  mixed,    ///< Not of the column's type: a text among numbers, a blob among texts.
  nul,      ///< Text with U+0000, which PostgreSQL does not store.
  badUtf8,  ///< Text that is not valid UTF-8.
  badDate,  ///< No ISO date or time, an impossible one, or finer than a microsecond.
};
inline constexpr std::size_t faultCount = 4;

enum class Remedy {
  fail,        ///< Refuse the plan and list the values: nobody's data changes unasked.
  text,        ///< The column becomes text, every value kept as spelled.
  bytea,       ///< The column becomes bytea, text as its bytes.
  jsonb,       ///< The column becomes jsonb, which keeps numbers, texts and blobs apart.
  setNull,     ///< NULL in the target, counted.
  quarantine,  ///< As setNull, and kept in the quarantine; the whole row in NOT NULL columns.
  strip,       ///< U+0000 is left out.
  replace,     ///< U+FFFD in place of what cannot be stored.
  escape,      ///< \u0000 in place of U+0000.
  latin1,      ///< A text that is not UTF-8 is read as ISO 8859-1 …
  cp1252,      ///< … or as Windows-1252.
};

std::string_view toString(Remedy remedy);
/// Nothing for a word that names none.
std::optional<Remedy> remedyFromString(std::string_view name);

struct FaultRule {
  Fault fault;
  std::string_view name;  ///< The setting: "bad-utf8".
  std::span<const Remedy> remedies;
  Remedy standard;  ///< Where nobody asked for any.
};
std::span<const FaultRule, faultCount> faultRules();
/// The remedies that make sense for every fault, for `on-misfit`.
std::span<const Remedy> generalRemedies();
bool takesRemedy(Fault fault, Remedy remedy);

/// What was asked for one column, or for the whole run.
struct RemedyChoice {
  std::optional<Remedy> general;
  std::array<std::optional<Remedy>, faultCount> byFault;

  /// The particular wish before the general one, as far as that makes sense for the fault.
  std::optional<Remedy> of(Fault fault) const;
};

}  // namespace repot::migrate
