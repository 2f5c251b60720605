// See file.hpp.
#include "config/file.hpp"

#include "config/keys.hpp"
#include "repot/error.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <set>

namespace repot::config {
namespace {

namespace json = boost::json;

json::value parse(std::string_view text) {
  json::parse_options syntax;
  syntax.allow_comments = syntax.allow_trailing_commas = true;
  json::stream_parser parser({}, syntax);
  json::error_code failure;
  const std::size_t read = parser.write_some(text.data(), text.size(), failure);
  if (!failure && read == text.size()) parser.finish(failure);
  if (!failure && read == text.size()) return parser.release();
  const std::string_view before = text.substr(0, read);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t column = read - (before.rfind('\n') + 1) + 1;
  throw Error(ErrorKind::usage, "line " + std::to_string(line) + ", column " +
                                    std::to_string(column) + ": not valid JSON: " +
                                    (failure ? failure.message() : "something behind its end"));
}

class Reader {
 public:
  explicit Reader(FileContents& contents) : contents_(contents) {}

  void read(const json::value& document) {
    if (!document.is_object()) return problem("", "an object is expected");
    for (const auto& [name, value] : document.get_object()) {
      const std::string key(name);
      if (key == "version") {
        if (value != 1) problem(key, "only version 1 is known");
      } else if (key == "profile") {
        if (!value.is_string())
          problem(key, "the name of a profile is expected");
        else
          contents_.profile = std::string(value.get_string());
      } else if (key == "profiles") {
        readProfiles(value);
      } else {
        readEntry(key, key, value, contents_.common, {"version", "profile", "profiles"});
      }
    }
  }

 private:
  void problem(const std::string& place, const std::string& text) {
    contents_.problems.push_back(place.empty() ? text : place + ": " + text);
  }

  void readProfiles(const json::value& value) {
    if (!value.is_object()) return problem("profiles", "an object is expected");
    for (const auto& [name, settings] : value.get_object()) {
      auto& [profile, entries] =
          contents_.profiles.emplace_back(std::string(name), std::vector<FileEntry>());
      const std::string place = "profiles." + profile;
      if (!settings.is_object()) {
        problem(place, "an object of settings is expected");
        continue;
      }
      for (const auto& [key, entry] : settings.get_object())
        readEntry(std::string(key), place + '.' + std::string(key), entry, entries, {});
    }
  }

  /// A setting, or a section of them. `others` are keys that may stand beside it.
  void readEntry(const std::string& key, const std::string& place, const json::value& value,
                 std::vector<FileEntry>& entries, std::vector<std::string> others) {
    const std::string prefix = key + '.';
    const bool section = std::any_of(keys().begin(), keys().end(),
                                     [&](const Key& one) { return one.name.starts_with(prefix); });
    if (!section) {
      for (const Key& one : keys())
        others.push_back(one.name.substr(0, one.name.find('.')));
      return readValue(key, place, value, entries, others);
    }
    if (!value.is_object()) return problem(place, "an object of settings is expected");
    std::vector<std::string> known;
    for (const Key& one : keys()) {
      if (one.name.starts_with(prefix)) known.push_back(one.name.substr(prefix.size()));
    }
    for (const auto& [name, entry] : value.get_object()) {
      readValue(prefix + std::string(name), place + '.' + std::string(name), entry, entries, known);
    }
  }

  void readValue(const std::string& name, const std::string& place, const json::value& value,
                 std::vector<FileEntry>& entries, const std::vector<std::string>& known) {
    const Key* const key = findKey(name);
    if (key == nullptr)
      return problem(place, "unknown key" + nearestKey(name.substr(name.find('.') + 1), known));
    if (value.is_null() || value.is_object() || value.is_array())
      return problem(place, "a text, a number, true or false is expected");
    std::string text = value.is_string() ? std::string(value.get_string()) : json::serialize(value);
    try {
      if (!mayBeReference(*key) || !isReference(text)) checkValue(*key, text);
    } catch (const Error& error) {
      return problem(place, error.what());
    }
    entries.push_back({name, std::move(text), place});
  }

  FileContents& contents_;
};

}  // namespace

FileContents parseFile(std::string_view text) {
  FileContents contents;
  Reader(contents).read(parse(text));
  return contents;
}

}  // namespace repot::config
