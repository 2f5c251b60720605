// Every setting: how it is called, what it takes, what it does.
#include "settings.hpp"

#include "epoch.hpp"
#include "infer.hpp"
#include "nearest.hpp"
#include "zone.hpp"

#include <repot/error.hpp>

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <vector>

namespace repot::migrate {
namespace {

using Scope = Setting::Scope;

constexpr std::string_view what = "What is moved, and under which names";
constexpr std::string_view types = "Types";
constexpr std::string_view misfits = "Values and rows that do not fit (COLUMN= for one column)";

/// The place of `value` among `words`.
std::size_t placeOf(const std::string& value, std::span<const std::string_view> words) {
  const auto found = std::find(words.begin(), words.end(), value);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  const std::string near = nearestOf(value, words);
  throw Error(ErrorKind::usage, fmt::format("\"{}\" is none of {}{}", value, fmt::join(words, ", "),
                                            near.empty() ? "" : "; did you mean " + near + "?"));
}

template <class Value, std::size_t count>
Value oneOf(const std::array<std::pair<std::string_view, Value>, count>& words,
            const std::string& value) {
  std::array<std::string_view, count> names;
  for (std::size_t i = 0; i < count; ++i)
    names[i] = words[i].first;
  return words[placeOf(value, names)].second;
}

constexpr std::array<std::pair<std::string_view, bool>, 2> booleans{
    {{"true", true}, {"false", false}}};
constexpr std::array<std::pair<std::string_view, PlanOptions::Collation>, 2> collations{
    {{"c", PlanOptions::Collation::c}, {"database", PlanOptions::Collation::database}}};
constexpr std::array<std::pair<std::string_view, PlanOptions::Views>, 3> viewWords{
    {{"translate", PlanOptions::Views::translate},
     {"materialize", PlanOptions::Views::materialize},
     {"skip", PlanOptions::Views::skip}}};
constexpr std::array<std::pair<std::string_view, PlanOptions::Orphans>, 5> orphanWords{
    {{"not-valid", PlanOptions::Orphans::notValid},
     {"refuse", PlanOptions::Orphans::refuse},
     {"null", PlanOptions::Orphans::setNull},
     {"quarantine", PlanOptions::Orphans::quarantine},
     {"skip-fk", PlanOptions::Orphans::skipKey}}};

Remedy remedyOf(std::span<const Remedy> remedies, const std::string& value) {
  std::vector<std::string_view> names;
  for (const Remedy remedy : remedies)
    names.push_back(toString(remedy));
  return remedies[placeOf(value, names)];
}

RemedyChoice& choiceOf(PlanOptions& options, const std::string& object) {
  return object.empty() ? options.remedies : options.columnRemedies[object];
}

template <Fault fault>
void setRemedy(PlanOptions& options, const std::string& object, const std::string& value) {
  constexpr auto index = static_cast<std::size_t>(fault);
  choiceOf(options, object).byFault[index] = remedyOf(faultRules()[index].remedies, value);
}

void setRename(PlanOptions& options, const std::string& object, const std::string& value) {
  if (value.empty() || value.size() > 63) {
    throw Error(ErrorKind::usage, "\"" + value + "\": a name of PostgreSQL has 1 to 63 bytes");
  }
  options.names[object] = value;
}

void setOrphans(PlanOptions& options, const std::string& object, const std::string& value) {
  const PlanOptions::Orphans orphans = oneOf(orphanWords, value);
  (object.empty() ? options.orphans : options.columnOrphans[object]) = orphans;
}

void setType(PlanOptions& options, const std::string& object, const std::string& value) {
  parseWantedType(value);
  options.types[object] = value;
}

void setZone(PlanOptions& options, const std::string& object, const std::string& value) {
  requireZone(value);
  (object.empty() ? options.zone : options.columnZones[object]) = value;
}

constexpr auto all = std::to_array<Setting>({
    {"include", Scope::list, what, "GLOB", "Only tables whose name matches (*, ?)",
     [](PlanOptions& options, const std::string&, const std::string& value) {
       options.include.push_back(value);
     }},
    {"exclude", Scope::list, what, "GLOB", "Not the tables whose name matches",
     [](PlanOptions& options, const std::string&, const std::string& value) {
       options.exclude.push_back(value);
     }},
    {"schema", Scope::run, what, "NAME", "Schema of the target that gets the tables [public]",
     [](PlanOptions& options, const std::string&, const std::string& value) {
       options.schema = value;
     }},
    {"rename", Scope::tableOrColumn, what, "NAME",
     "Another name in the target: table=NAME or table.column=NAME", setRename},
    {"fold-case", Scope::flag, what, "", "Names in lower case, for SQL written without quotes",
     [](PlanOptions& options, const std::string&, const std::string& value) {
       options.nameCase =
           oneOf(booleans, value) ? PlanOptions::NameCase::lower : PlanOptions::NameCase::preserve;
     }},
    {"strict-names", Scope::flag, what, "",
     "Refuse names that PostgreSQL cannot bear, in place of changing them",
     [](PlanOptions& options, const std::string&, const std::string& value) {
       options.strictNames = oneOf(booleans, value);
     }},
    {"add-rowid", Scope::flag, what, "", "The rowid as primary key of tables that have none",
     [](PlanOptions& options, const std::string&, const std::string& value) {
       options.addRowid = oneOf(booleans, value);
     }},
    {"hash-long-keys", Scope::flag, what, "",
     "Unique keys and indexes with values too long for a B-tree go by the values' hashes",
     [](PlanOptions& options, const std::string&, const std::string& value) {
       options.hashLongKeys = oneOf(booleans, value);
     }},
    {"collation", Scope::run, what, "c|database",
     "Order of texts: by bytes, as SQLite's, or the target's own [c]",
     [](PlanOptions& options, const std::string&, const std::string& value) {
       options.collation = oneOf(collations, value);
     }},
    {"views", Scope::run, what, "translate|materialize|skip",
     "Views that cannot be translated are reported, or become tables of their rows; or no views at "
     "all [translate]",
     [](PlanOptions& options, const std::string&, const std::string& value) {
       options.views = oneOf(viewWords, value);
     }},
    {"type", Scope::column, types, "TYPE",
     "A PostgreSQL type; epochs, epochms, epochus for numbers since 1970; utc for texts without "
     "an offset",
     setType},
    {"epoch", Scope::column, types, "s|ms|us|julian|cocoa|webkit|filetime|excel",
     "Numbers become timestamptz: s, ms, us since 1970; Julian days; s since 2001 (cocoa); us "
     "(webkit) or 100 ns (filetime) since 1601; Excel's days",
     [](PlanOptions& options, const std::string& object, const std::string& value) {
       std::vector<std::string_view> names;
       for (const Epoch& epoch : epochs)
         names.push_back(epoch.name);
       options.types[object] = epochs[placeOf(value, names)].type;
     }},
    {"assume-tz", Scope::runOrColumn, types, "ZONE",
     "Times without offset are of this zone (UTC, Europe/Berlin) and become timestamptz", setZone},
    {"on-misfit", Scope::runOrColumn, misfits, "fail|text|null|quarantine",
     "Whatever does not fit: refuse, make the column text, NULL, or set aside [fail]",
     [](PlanOptions& options, const std::string& object, const std::string& value) {
       choiceOf(options, object).general = remedyOf(generalRemedies(), value);
     }},
    {"mixed", Scope::runOrColumn, misfits, "fail|text|bytea|jsonb|null|quarantine",
     "Values of another kind than the column's [fail]", setRemedy<Fault::mixed>},
    {"nul", Scope::runOrColumn, misfits, "fail|bytea|strip|replace|escape|null|quarantine",
     "Text with U+0000 [fail]", setRemedy<Fault::nul>},
    {"bad-utf8", Scope::runOrColumn, misfits, "fail|bytea|replace|latin1|cp1252|null|quarantine",
     "Text that is not UTF-8 [fail]", setRemedy<Fault::badUtf8>},
    {"bad-dates", Scope::runOrColumn, misfits, "text|fail|null|quarantine",
     "Dates and times that are none [text]", setRemedy<Fault::badDate>},
    {"orphans", Scope::runOrColumn, misfits, "not-valid|refuse|null|quarantine|skip-fk",
     "Rows whose foreign key leads nowhere [not-valid]", setOrphans},
});

}  // namespace

std::span<const Setting> settings() {
  return all;
}

const Setting* findSetting(std::string_view name) {
  for (const Setting& setting : all) {
    if (setting.name == name) return &setting;
  }
  return nullptr;
}

std::string nearestSetting(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Setting& setting : all)
    names.push_back(setting.name);
  const std::string near = nearestOf(name, names);
  return near.empty() ? "" : " (did you mean " + near + "?)";
}

void PlanOptions::set(std::string_view name, std::string_view value, std::string_view object) {
  const Setting* setting = findSetting(name);
  if (setting == nullptr) {
    throw Error(ErrorKind::usage,
                "unknown setting \"" + std::string(name) + "\"" + nearestSetting(name));
  }
  const Scope scope = setting->scope;
  const std::string key(name);
  if (object.empty() && (scope == Scope::column || scope == Scope::tableOrColumn)) {
    throw Error(ErrorKind::usage,
                key + ": say of which column: table.column=" + std::string(setting->values));
  }
  if (!object.empty() && (scope == Scope::run || scope == Scope::list || scope == Scope::flag)) {
    throw Error(ErrorKind::usage, key + " is set for the whole run, not for one column");
  }
  try {
    setting->apply(*this, std::string(object), std::string(value));
  } catch (const Error& error) {
    throw Error(ErrorKind::usage,
                key + (object.empty() ? "" : " of " + std::string(object)) + ": " + error.what());
  }
  given.push_back({key, std::string(object), std::string(value)});
}

}  // namespace repot::migrate
