// See manifest.hpp.
#include "backup/manifest.hpp"

#include "repot/error.hpp"
#include "repot/formats.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace repot::backup {
namespace {

namespace json = boost::json;
using std::chrono::system_clock;

constexpr std::string_view formatName = "repot-backup";
constexpr int formatVersion = 1;

std::string timeText(system_clock::time_point time) {
  std::string text =
      formats::toText(Value(Instant(std::chrono::floor<std::chrono::microseconds>(time))));
  text[text.find(' ')] = 'T';
  return text + 'Z';
}

std::string text(const json::object& object, std::string_view name) {
  return std::string(object.at(name).as_string());
}

DatabaseContents readContents(const json::object& object) {
  DatabaseContents contents;
  for (const json::value& value : object.at("tables").as_array()) {
    const json::object& table = value.as_object();
    contents.tables.push_back(
        {text(table, "name"), table.at("rows").to_number<std::int64_t>(), text(table, "digest")});
  }
  for (const auto& [name, value] : object.at("facts").as_object())
    contents.facts.emplace_back(name, value.as_string());
  return contents;
}

}  // namespace

std::string stampOf(system_clock::time_point time) {
  std::string stamp;
  for (const char c : timeText(time)) {
    if (c == '.') break;
    if (c == 'T' || (c >= '0' && c <= '9')) stamp += c;
  }
  return stamp + 'Z';
}

std::string manifestText(const Backup& backup) {
  json::array tables;
  for (const TableContents& table : backup.contents.tables) {
    tables.push_back(
        json::object{{"name", table.name}, {"rows", table.rows}, {"digest", table.digest}});
  }
  json::object facts;
  for (const auto& [name, value] : backup.contents.facts)
    facts[name] = value;
  json::object object{{"format", formatName},
                      {"version", formatVersion},
                      {"database", backup.database},
                      {"backend", backup.scheme},
                      {"taken_at", timeText(backup.takenAt)},
                      {"duration_ms", backup.duration.count()},
                      {"bytes", backup.bytes},
                      {"xxh3_128", backup.digest},
                      {"compression", backup.compressed ? "zstd" : "none"},
                      {"facts", std::move(facts)},
                      {"tables", std::move(tables)}};
  if (!backup.damage.empty()) object["damage"] = backup.damage;
  return json::serialize(object) + '\n';
}

Backup parseManifest(const std::string& manifest, const std::filesystem::path& file) {
  try {
    json::parse_options options;
    options.allow_invalid_utf8 = true;  // Names of tables are what the database has.
    const json::value document = json::parse(manifest, {}, options);
    const json::object& object = document.as_object();
    if (object.at("format").as_string() != formatName)
      throw Error(ErrorKind::data, "its \"format\" is not " + std::string(formatName));
    if (object.at("version").to_number<int>() != formatVersion) {
      throw Error(ErrorKind::data,
                  "its version is not " + std::to_string(formatVersion) + "; use a newer Repot");
    }
    Backup backup;
    backup.file = file;
    backup.database = text(object, "database");
    backup.scheme = text(object, "backend");
    const Instant takenAt = formats::parseInstant(text(object, "taken_at"));
    backup.takenAt = system_clock::time_point(takenAt.time_since_epoch());
    backup.duration = std::chrono::milliseconds(object.at("duration_ms").to_number<std::int64_t>());
    backup.bytes = object.at("bytes").to_number<std::int64_t>();
    backup.digest = text(object, "xxh3_128");
    backup.compressed = text(object, "compression") == "zstd";
    backup.contents = readContents(object);
    if (object.contains("damage")) backup.damage = text(object, "damage");
    return backup;
  } catch (const std::exception& error) {  // Boost.JSON's too: not JSON, or another kind of value.
    throw Error(ErrorKind::data,
                "cannot read the manifest " + file.string() + manifestSuffix + ": " + error.what());
  }
}

}  // namespace repot::backup
