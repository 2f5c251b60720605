// {"schema": "app", "on-misfit": "null", "tables": {"t": {"rename": "u"}}, "columns": {"t.a": {…}}}
#include "options_json.hpp"

#include "nearest.hpp"
#include "settings.hpp"

#include <repot/error.hpp>

#include <boost/json.hpp>

namespace repot::migrate {
namespace {

namespace json = boost::json;
using Scope = Setting::Scope;

[[noreturn]] void fail(const std::string& where, const std::string& what) {
  throw Error(ErrorKind::usage, where + ": " + what);
}

std::string textOf(const json::value& value, const std::string& where) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_bool()) return value.get_bool() ? "true" : "false";
  fail(where, "a string (or true, false) is expected");
}

bool belongs(const Setting& setting, std::string_view section) {
  switch (setting.scope) {
    case Scope::run:
    case Scope::list:
    case Scope::flag:
      return section.empty();
    case Scope::column:
      return section == "columns";
    case Scope::runOrColumn:
      return section.empty() || section == "columns";
    case Scope::tableOrColumn:
      return section == "tables" || section == "columns";
  }
  return false;
}

/// The setting of that name, where the section may have it.
const Setting& settingAt(std::string_view section, const std::string& name,
                         const std::string& where) {
  const Setting* setting = findSetting(name);
  if (setting != nullptr && belongs(*setting, section)) return *setting;
  std::vector<std::string_view> known;
  for (const Setting& candidate : settings()) {
    if (belongs(candidate, section)) known.push_back(candidate.name);
  }
  if (section.empty()) known.insert(known.end(), {"tables", "columns", "version"});
  const std::string near = nearestOf(name, known);
  fail(where, (setting != nullptr ? "this key does not belong here" : "unknown key") +
                  (near.empty() ? std::string() : "; did you mean \"" + near + "\"?"));
}

void apply(PlanOptions& options, const std::string& name, const std::string& value,
           const std::string& object, const std::string& where) {
  try {
    options.set(name, value, object);
  } catch (const Error& error) {
    fail(where, error.what());
  }
}

void readSetting(PlanOptions& options, std::string_view section, const std::string& object,
                 const std::string& name, const json::value& value, const std::string& where) {
  const Setting& setting = settingAt(section, name, where);
  if (setting.scope != Scope::list) {
    return apply(options, name, textOf(value, where), object, where);
  }
  if (!value.is_array()) fail(where, "an array of strings is expected");
  for (const json::value& item : value.get_array())
    apply(options, name, textOf(item, where), object, where);
}

void readSection(PlanOptions& options, const std::string& section, const json::value& value) {
  if (!value.is_object()) fail(section, "an object is expected");
  for (const auto& [object, entries] : value.get_object()) {
    const std::string where = section + "." + std::string(object);
    if (!entries.is_object()) fail(where, "an object of settings is expected");
    for (const auto& [name, item] : entries.get_object()) {
      readSetting(options, section, std::string(object), std::string(name), item,
                  where + ": " + std::string(name));
    }
  }
}

}  // namespace

void readOptions(std::string_view text, PlanOptions& options) {
  json::parse_options syntax;
  syntax.allow_comments = syntax.allow_trailing_commas = true;
  json::error_code failure;
  const json::value document =
      json::parse(json::string_view(text.data(), text.size()), failure, {}, syntax);
  if (failure) throw Error(ErrorKind::usage, "not valid JSON: " + failure.message());
  if (!document.is_object()) throw Error(ErrorKind::usage, "an object is expected");
  for (const auto& [key, value] : document.get_object()) {
    const std::string name(key);
    if (name == "tables" || name == "columns") {
      readSection(options, name, value);
    } else if (name == "version") {
      if (value != 1) fail(name, "only version 1 is known");
    } else {
      readSetting(options, "", "", name, value, name);
    }
  }
}

}  // namespace repot::migrate
