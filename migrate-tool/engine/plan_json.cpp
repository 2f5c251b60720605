// One description of each struct's fields serves writing and reading, so the two cannot drift
// apart.
#include "plan_json.hpp"

#include <repot/error.hpp>

#include <boost/json.hpp>

#include <array>
#include <limits>
#include <type_traits>
#include <utility>

namespace repot::migrate {
namespace {

namespace json = boost::json;

template <class Enum>
using Names = std::pair<Enum, std::string_view>;

constexpr auto pgTypes =
    std::to_array<Names<PgType>>({{PgType::bigint, "bigint"},
                                  {PgType::doublePrecision, "double precision"},
                                  {PgType::numeric, "numeric"},
                                  {PgType::boolean, "boolean"},
                                  {PgType::text, "text"},
                                  {PgType::varchar, "varchar"},
                                  {PgType::bytea, "bytea"},
                                  {PgType::date, "date"},
                                  {PgType::time, "time"},
                                  {PgType::timestamp, "timestamp"},
                                  {PgType::timestamptz, "timestamptz"},
                                  {PgType::interval, "interval"},
                                  {PgType::uuid, "uuid"},
                                  {PgType::json, "json"},
                                  {PgType::jsonb, "jsonb"}});
constexpr auto conversions =
    std::to_array<Names<Conversion>>({{Conversion::exact, "exact"},
                                      {Conversion::intToReal, "int-to-real"},
                                      {Conversion::toNumeric, "to-numeric"},
                                      {Conversion::toText, "to-text"},
                                      {Conversion::blobToText, "blob-to-text"},
                                      {Conversion::anyToText, "any-to-text"},
                                      {Conversion::anyToJson, "any-to-json"},
                                      {Conversion::textToBytea, "text-to-bytea"},
                                      {Conversion::textToInteger, "text-to-integer"},
                                      {Conversion::assumeZone, "assume-zone"},
                                      {Conversion::booleanText, "boolean-text"},
                                      {Conversion::epochSeconds, "epoch-seconds"},
                                      {Conversion::epochMillis, "epoch-millis"},
                                      {Conversion::epochMicros, "epoch-micros"},
                                      {Conversion::epochJulian, "epoch-julian"},
                                      {Conversion::epochCocoa, "epoch-cocoa"},
                                      {Conversion::epochWebkit, "epoch-webkit"},
                                      {Conversion::epochFiletime, "epoch-filetime"},
                                      {Conversion::epochExcel, "epoch-excel"},
                                      {Conversion::bytesToUuid, "bytes-to-uuid"},
                                      {Conversion::utcText, "utc-text"},
                                      {Conversion::intervalText, "interval-text"}});
constexpr auto misfitPolicies =
    std::to_array<Names<MisfitPolicy>>({{MisfitPolicy::fail, "fail"},
                                        {MisfitPolicy::setNull, "null"},
                                        {MisfitPolicy::quarantine, "quarantine"},
                                        {MisfitPolicy::quarantineRow, "quarantine-row"}});
constexpr auto nulRepairs = std::to_array<Names<NulRepair>>({{NulRepair::none, "none"},
                                                             {NulRepair::strip, "strip"},
                                                             {NulRepair::replace, "replace"},
                                                             {NulRepair::escape, "escape"}});
constexpr auto utf8Repairs = std::to_array<Names<Utf8Repair>>({{Utf8Repair::none, "none"},
                                                               {Utf8Repair::replace, "replace"},
                                                               {Utf8Repair::latin1, "latin1"},
                                                               {Utf8Repair::cp1252, "cp1252"}});
constexpr auto objectKinds =
    std::to_array<Names<ObjectPlan::Kind>>({{ObjectPlan::Kind::primaryKey, "primary-key"},
                                            {ObjectPlan::Kind::unique, "unique"},
                                            {ObjectPlan::Kind::index, "index"},
                                            {ObjectPlan::Kind::check, "check"},
                                            {ObjectPlan::Kind::foreignKey, "foreign-key"}});
constexpr auto levels =
    std::to_array<Names<Finding::Level>>({{Finding::Level::info, "info"},
                                          {Finding::Level::warning, "warning"},
                                          {Finding::Level::reported, "reported"},
                                          {Finding::Level::refused, "refused"}});

constexpr const auto& namesOf(PgType) {
  return pgTypes;
}
constexpr const auto& namesOf(Conversion) {
  return conversions;
}
constexpr const auto& namesOf(MisfitPolicy) {
  return misfitPolicies;
}
constexpr const auto& namesOf(NulRepair) {
  return nulRepairs;
}
constexpr const auto& namesOf(Utf8Repair) {
  return utf8Repairs;
}
constexpr const auto& namesOf(ObjectPlan::Kind) {
  return objectKinds;
}
constexpr const auto& namesOf(Finding::Level) {
  return levels;
}

template <class Archive>
void describe(Archive& field, ColumnPlan& column) {
  field("source", column.source);
  field("target", column.target);
  field("declaredType", column.declaredType);
  field("type", column.type);
  field("length", column.length);
  field("scale", column.scale);
  field("conversion", column.conversion);
  field("notNull", column.notNull);
  field("identity", column.identity);
  field("identityNext", column.identityNext);
  field("identitySequence", column.identitySequence);
  field("identityExhausted", column.identityExhausted);
  field("collation", column.collation);
  field("default", column.defaultSql);
  field("generated", column.generatedSql);
  field("reason", column.reason);
  field("misfit", column.misfit);
  field("misfits", column.misfits);
  field.optional("nul", column.nulRepair);
  field.optional("badUtf8", column.utf8Repair);
  field.optional("repairs", column.repairs);
  field.optional("zone", column.zone);
}

template <class Archive>
void describe(Archive& field, OrphanPlan& orphan) {
  field("foreignKey", orphan.foreignKey);
  field("columns", orphan.columns);
  field("condition", orphan.condition);
  field("policy", orphan.policy);
  field("count", orphan.count);
}

template <class Archive>
void describe(Archive& field, TablePlan& table) {
  field("source", table.source);
  field("target", table.target);
  field("columns", table.columns);
  field("rowidName", table.rowidName);
  field("rowidMin", table.rowidMin);
  field("rowidMax", table.rowidMax);
  field("rows", table.rows);
  field("bytes", table.bytes);
  field("key", table.key);
  field.optional("orphans", table.orphans);
}

template <class Archive>
void describe(Archive& field, ObjectPlan& object) {
  field("kind", object.kind);
  field("name", object.name);
  field("table", object.table);
  field("sql", object.sql);
  field("source", object.source);
  field("leaveNotValid", object.leaveNotValid);
  field("violations", object.violations);
}

template <class Archive>
void describe(Archive& field, ViewPlan& view) {
  field("shape", view.shape);
  field("sql", view.sql);
  field("source", view.source);
  field("approximate", view.approximate);
}

template <class Archive>
void describe(Archive& field, Finding& finding) {
  field("level", finding.level);
  field("code", finding.code);
  field("object", finding.object);
  field("message", finding.message);
  field("advice", finding.advice);
  field("sql", finding.sql);
  field("count", finding.count);
  field("examples", finding.examples);
}

template <class Archive>
void describe(Archive& field, GivenSetting& setting) {
  field("setting", setting.name);
  field("object", setting.object);
  field("value", setting.value);
}

template <class Archive>
void describe(Archive& field, Plan& plan) {
  field("sourcePath", plan.sourcePath);
  field("sourceDigest", plan.sourceDigest);
  field("sourceBytes", plan.sourceBytes);
  field.optional("options", plan.options);
  field("targetSchema", plan.targetSchema);
  field.optional("quarantine", plan.quarantine);
  field("tables", plan.tables);
  field("objects", plan.objects);
  field.optional("views", plan.views);
  field("findings", plan.findings);
}

class Writer {
 public:
  template <class T>
  void operator()(std::string_view name, T& value) {
    object_[name] = toJson(value);
  }
  template <class T>
  void optional(std::string_view name, T& value) {
    (*this)(name, value);
  }
  json::object take() { return std::move(object_); }

 private:
  template <class T>
  static json::value toJson(T& value) {
    if constexpr (std::is_enum_v<T>) {
      for (const auto& [item, name] : namesOf(value)) {
        if (item == value) return json::string(name);
      }
      throw Error(ErrorKind::internal, "a plan holds an unnamed enumerator");
    } else if constexpr (std::is_same_v<T, bool>) {
      return value;
    } else if constexpr (std::is_integral_v<T>) {
      return static_cast<std::int64_t>(value);
    } else if constexpr (std::is_same_v<T, std::string>) {
      return json::string(value);
    } else if constexpr (requires { value.has_value(); }) {
      return value ? json::value(json::string(*value)) : json::value(nullptr);
    } else if constexpr (requires { value.push_back({}); }) {
      json::array items;
      for (auto& item : value)
        items.push_back(toJson(item));
      return items;
    } else {
      Writer nested;
      describe(nested, value);
      return nested.take();
    }
  }
  json::object object_;
};

class Reader {
 public:
  Reader(const json::value& value, std::string path) : path_(std::move(path)) {
    object_ = value.if_object();
    if (object_ == nullptr) fail(path_, "an object is expected");
  }
  /// A field that plans of earlier releases do not have; the value then stays as it is.
  template <class T>
  void optional(std::string_view name, T& value) {
    if (object_->contains(name)) (*this)(name, value);
  }
  template <class T>
  void operator()(std::string_view name, T& value) {
    const json::value* found = object_->if_contains(name);
    const std::string where = path_.empty() ? std::string(name) : path_ + "." + std::string(name);
    if (found == nullptr) fail(where, "the field is missing");
    ++known_;
    fromJson(*found, value, where);
    lastKnown_.emplace_back(name);
  }
  void finish() const {
    if (known_ == object_->size()) return;
    for (const auto& [name, value] : *object_) {
      bool isKnown = false;
      for (const std::string& known : lastKnown_)
        isKnown = isKnown || known == std::string_view(name);
      if (!isKnown) fail(path_, "unknown field \"" + std::string(name) + "\"");
    }
  }
  [[noreturn]] static void fail(const std::string& where, const std::string& what) {
    throw Error(ErrorKind::data, "plan file: " + (where.empty() ? what : where + ": " + what));
  }

 private:
  template <class T>
  static void fromJson(const json::value& source, T& value, const std::string& where) {
    if constexpr (std::is_enum_v<T>) {
      std::string text;
      fromJson(source, text, where);
      for (const auto& [item, name] : namesOf(value)) {
        if (name == text) return void(value = item);
      }
      fail(where, "unknown value \"" + text + "\"");
    } else if constexpr (std::is_same_v<T, bool>) {
      if (!source.is_bool()) fail(where, "true or false is expected");
      value = source.get_bool();
    } else if constexpr (std::is_integral_v<T>) {
      const std::int64_t* number = source.if_int64();
      if (number == nullptr || !std::in_range<T>(*number)) fail(where, "an integer is expected");
      value = static_cast<T>(*number);
    } else if constexpr (std::is_same_v<T, std::string>) {
      if (!source.is_string()) fail(where, "a string is expected");
      value = std::string(source.get_string());
    } else if constexpr (requires { value.has_value(); }) {
      value.reset();
      if (!source.is_null()) fromJson(source, value.emplace(), where);
    } else if constexpr (requires { value.push_back({}); }) {
      if (!source.is_array()) fail(where, "an array is expected");
      for (const json::value& item : source.get_array()) {
        const std::string position = "[" + std::to_string(value.size()) + "]";
        fromJson(item, value.emplace_back(), where + position);
      }
    } else {
      Reader nested(source, where);
      describe(nested, value);
      nested.finish();
    }
  }
  const json::object* object_ = nullptr;
  std::string path_;
  std::size_t known_ = 0;
  std::vector<std::string> lastKnown_;
};

void print(const json::value& value, std::string indent, std::string& out) {
  const std::string inner = indent + "  ";
  bool first = true;
  if (value.is_object() && !value.get_object().empty()) {
    out += '{';
    for (const auto& [name, item] : value.get_object()) {
      out += std::exchange(first, false) ? "\n" : ",\n";
      out += inner + json::serialize(json::string(name)) + ": ";
      print(item, inner, out);
    }
    out += "\n" + indent + "}";
  } else if (value.is_array() && !value.get_array().empty()) {
    out += '[';
    for (const json::value& item : value.get_array()) {
      out += std::exchange(first, false) ? "\n" : ",\n";
      out += inner;
      print(item, inner, out);
    }
    out += "\n" + indent + "]";
  } else {
    out += json::serialize(value);
  }
}

constexpr std::string_view formatName = "repot-plan";

}  // namespace

std::string planToJson(const Plan& plan) {
  Plan copy = plan;  // The description of the fields takes what it may also have to fill.
  Writer fields;
  std::string format(formatName);
  int version = Plan::formatVersion;
  fields("format", format);
  fields("version", version);
  describe(fields, copy);
  std::string out;
  print(fields.take(), "", out);
  return out += '\n';
}

Plan planFromJson(std::string_view text) {
  json::error_code failure;
  const json::value document = json::parse(json::string_view(text.data(), text.size()), failure);
  if (failure) Reader::fail("", "not valid JSON: " + failure.message());
  Reader fields(document, "");
  std::string format;
  int version = 0;
  fields("format", format);
  if (format != formatName) Reader::fail("format", "this is not a plan of Repot");
  fields("version", version);
  if (version != Plan::formatVersion) {
    Reader::fail("version", "version " + std::to_string(version) + " is not supported, only " +
                                std::to_string(Plan::formatVersion) + "; make the plan anew");
  }
  Plan plan;
  describe(fields, plan);
  fields.finish();
  return plan;
}

}  // namespace repot::migrate
