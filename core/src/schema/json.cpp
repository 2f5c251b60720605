// One description of each struct's fields serves writing and reading, so the two cannot drift
// apart. What has its default value is left out.
#include "repot/schema/json.hpp"

#include "repot/error.hpp"
#include "repot/formats.hpp"
#include "repot/schema/render.hpp"

#include <boost/json.hpp>

#include <array>
#include <optional>
#include <type_traits>

namespace repot::schema {
namespace {

namespace json = boost::json;

constexpr std::string_view formatName = "repot-schema";
constexpr int formatVersion = 1;

ColumnType parseType(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(ColumnType::decimal); ++i) {
    if (repot::toString(static_cast<ColumnType>(i)) == name) return static_cast<ColumnType>(i);
  }
  throw Error(ErrorKind::data, "unknown column type '" + std::string(name) + '\'');
}

constexpr std::array<std::string_view, 3> defaultKinds = {"literal", "now", "expression"};

// How each struct is described: `fields(field, value)` calls field(name, member) for each member.
template <typename Field>
void fields(Field field, Type& type) {
  field("kind", type.kind);
  field("length", type.length);
  field("scale", type.scale);
  field("native", type.native);
}
template <typename Field>
void fields(Field field, Default& value) {
  field("kind", value.kind);
  field("value", value.value);
  field("sql", value.sql);
}
template <typename Field>
void fields(Field field, Generated& generated) {
  field("sql", generated.sql);
  field("stored", generated.stored);
}
template <typename Field>
void fields(Field field, Column& column) {
  field("name", column.name);
  field("type", column.type);
  field("nullable", column.nullable);
  field("identity", column.identity);
  field("reuses_keys", column.reusesKeys);
  field("serial", column.serial);
  field("default", column.defaultValue);
  field("generated", column.generated);
  field("collation", column.collation);
  field("strict", column.strict);
}
template <typename Field>
void fields(Field field, Key& key) {
  field("name", key.name);
  field("columns", key.columns);
}
template <typename Field>
void fields(Field field, Check& check) {
  field("name", check.name);
  field("condition", check.condition);
}
template <typename Field>
void fields(Field field, ForeignKey& key) {
  field("name", key.name);
  field("columns", key.columns);
  field("table", key.table);
  field("target_columns", key.targetColumns);
  field("on_delete", key.onDelete);
  field("on_update", key.onUpdate);
  field("deferred", key.deferred);
  field("deferrable", key.deferrable);
}
template <typename Field>
void fields(Field field, IndexPart& part) {
  field("column", part.column);
  field("expression", part.expression);
  field("descending", part.descending);
  field("collation", part.collation);
}
template <typename Field>
void fields(Field field, Index& index) {
  field("name", index.name);
  field("parts", index.parts);
  field("unique", index.unique);
  field("where", index.where);
}
template <typename Field>
void fields(Field field, Table& table) {
  field("name", table.name);
  field("columns", table.columns);
  field("primary_key", table.primaryKey);
  field("unique_keys", table.uniqueKeys);
  field("checks", table.checks);
  field("foreign_keys", table.foreignKeys);
  field("indexes", table.indexes);
  field("without_rowid", table.withoutRowid);
  field("strict_table", table.strictTable);
  field("not_carried", table.notCarried);
}
template <typename Field>
void fields(Field field, View& view) {
  field("name", view.name);
  field("columns", view.columns);
  field("select", view.select);
}
template <typename Field>
void fields(Field field, Trigger& trigger) {
  field("name", trigger.name);
  field("table", trigger.table);
  field("sql", trigger.sql);
}
template <typename Field>
void fields(Field field, Schema& schema) {
  field("tables", schema.tables);
  field("views", schema.views);
  field("triggers", schema.triggers);
}

json::value write(bool value) {
  return value;
}
json::value write(int value) {
  return value;
}
json::value write(const std::string& value) {
  return json::value(value);
}
json::value write(ColumnType value) {
  return json::value(repot::toString(value));
}
json::value write(Action value) {
  return json::value(toString(value));
}
json::value write(Default::Kind value) {
  return json::value(defaultKinds[static_cast<std::size_t>(value)]);
}
json::value write(const Value& value) {
  if (isNull(value)) return nullptr;
  // The alternatives stand in the order of ColumnType, behind NULL.
  const auto type = static_cast<ColumnType>(value.index() - 1);
  return json::object{{"type", repot::toString(type)}, {"text", formats::toText(value)}};
}
json::value write(const Sql& sql) {
  if (sql.dialects.empty()) return json::value(sql.text);
  json::object each;
  for (const auto& [scheme, text] : sql.dialects)
    each[scheme] = text;
  if (!sql.text.empty()) each["other"] = sql.text;
  return each;
}
template <typename Item>
json::value write(const std::vector<Item>& items);
template <typename Item>
json::value write(const std::optional<Item>& item);
template <typename Struct>
requires std::is_class_v<Struct> json::value write(const Struct& value) {
  json::object object;
  Struct copy = value;
  json::object unset;
  if constexpr (!std::is_same_v<Struct, Schema>) {
    Struct fresh;
    fields([&](std::string_view name, auto& member) { unset[name] = write(member); }, fresh);
  }
  fields(
      [&](std::string_view name, auto& member) {
        json::value written = write(member);
        const auto* const same = unset.if_contains(name);
        if (same == nullptr || *same != written) object[name] = std::move(written);
      },
      copy);
  return object;
}
template <typename Item>
json::value write(const std::vector<Item>& items) {
  json::array array;
  for (const Item& item : items)
    array.push_back(write(item));
  return array;
}
template <typename Item>
json::value write(const std::optional<Item>& item) {
  return item ? write(*item) : json::value();
}

void read(const json::value& from, bool& to) {
  to = from.as_bool();
}
void read(const json::value& from, int& to) {
  to = from.to_number<int>();
}
void read(const json::value& from, std::string& to) {
  to = std::string_view(from.as_string());
}
void read(const json::value& from, ColumnType& to) {
  to = parseType(from.as_string());
}
void read(const json::value& from, Action& to) {
  to = parseAction(from.as_string());
}
void read(const json::value& from, Default::Kind& to) {
  for (std::size_t i = 0; i < defaultKinds.size(); ++i) {
    if (from.as_string() == defaultKinds[i]) {
      to = static_cast<Default::Kind>(i);
      return;
    }
  }
  throw Error(ErrorKind::data, "unknown kind of a default");
}
void read(const json::value& from, Value& to) {
  to = formats::fromText(parseType(from.at("type").as_string()),
                         std::string(std::string_view(from.at("text").as_string())));
}
void read(const json::value& from, Sql& to) {
  if (from.is_string()) {
    to = std::string(std::string_view(from.as_string()));
    return;
  }
  for (const auto& [scheme, text] : from.as_object()) {
    std::string& own = scheme == "other" ? to.text : to.dialects[std::string(scheme)];
    own = std::string_view(text.as_string());
  }
}
template <typename Item>
void read(const json::value& from, std::vector<Item>& to);
template <typename Item>
void read(const json::value& from, std::optional<Item>& to);
template <typename Struct>
requires std::is_class_v<Struct>
void read(const json::value& from, Struct& to) {
  json::object left = from.as_object();
  fields(
      [&](std::string_view name, auto& member) {
        const auto found = left.find(name);
        if (found == left.end()) return;
        read(found->value(), member);
        left.erase(found);
      },
      to);
  if (!left.empty())
    throw Error(ErrorKind::data, "unknown field '" + std::string(left.begin()->key()) + '\'');
}
template <typename Item>
void read(const json::value& from, std::vector<Item>& to) {
  for (const json::value& item : from.as_array())
    read(item, to.emplace_back());
}
template <typename Item>
void read(const json::value& from, std::optional<Item>& to) {
  read(from, to.emplace());
}

/// Two blanks for each level, so that a file of it can be compared line by line.
void print(std::string& out, const json::value& value, const std::string& indent) {
  const std::string inner = indent + "  ";
  if (const auto* const object = value.if_object(); object != nullptr && !object->empty()) {
    std::string separator = "{\n";
    for (const auto& [name, member] : *object) {
      out += separator + inner + json::serialize(json::value(name)) + ": ";
      print(out, member, inner);
      separator = ",\n";
    }
    out += '\n' + indent + '}';
  } else if (const auto* const array = value.if_array();
             array != nullptr && !array->empty() && array->front().is_object()) {
    std::string separator = "[\n";
    for (const json::value& item : *array) {
      out += separator + inner;
      print(out, item, inner);
      separator = ",\n";
    }
    out += '\n' + indent + ']';
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::string toJson(const Schema& schema) {
  json::object document{{"format", formatName}, {"version", formatVersion}};
  const json::value written = write(schema);
  for (const auto& [name, value] : written.as_object())
    document[name] = value;
  std::string text;
  print(text, document, {});
  return text + '\n';
}

Schema fromJson(std::string_view text) {
  try {
    json::object document = json::parse(text).as_object();
    if (document.at("format").as_string() != formatName)
      throw Error(ErrorKind::data, "its \"format\" is not " + std::string(formatName));
    if (document.at("version").to_number<int>() != formatVersion)
      throw Error(ErrorKind::data, "its version is not " + std::to_string(formatVersion));
    document.erase("format");
    document.erase("version");
    Schema schema;
    read(document, schema);
    return schema;
  } catch (const Error& error) {
    throw Error(ErrorKind::data, error.what()).within("reading a schema from JSON");
  } catch (const std::exception& error) {  // Boost.JSON's: not JSON, or a value of another kind.
    throw Error(ErrorKind::data, std::string("reading a schema from JSON: ") + error.what());
  }
}

}  // namespace repot::schema
