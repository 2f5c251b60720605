// Entities as C++ source; see entities.hpp.
#include "repot/error.hpp"
#include "repot/formats.hpp"
#include "repot/schema/adopt.hpp"
#include "repot/schema/entities.hpp"
#include "schema/cpp_names.hpp"
#include "schema/cpp_text.hpp"
#include "schema/entity_plan.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

namespace repot::schema {
namespace {

using Role = MemberPlan::Role;

constexpr std::size_t lineWidth = 100;

constexpr const char* head =
    "// Entities of a live schema, written by `repot schema entities`: look through them before "
    "you\n"
    "// use them. Every member is written, so the database's defaults do not apply to rows of "
    "these\n"
    "// entities. What else the database has (CHECKs, views, triggers) holds there as before.\n"
    "#pragma once\n\n#include <repot/repot.hpp>\n\n"
    "#include <cstdint>\n#include <memory>\n#include <optional>\n#include <string>\n\n";

std::string memberType(const MemberPlan& member) {
  static constexpr std::array<std::string_view, 13> names = {
      "std::int64_t",     "double",           "bool",
      "std::string",      "repot::Bytes",     "repot::Date",
      "repot::TimeOfDay", "repot::Timestamp", "repot::Instant",
      "repot::Interval",  "repot::Uuid",      "repot::Json",
      "repot::Decimal"};
  const std::string name(names.at(static_cast<std::size_t>(member.column->type.kind)));
  return member.optional ? "std::optional<" + name + '>' : name;
}

/// A literal that the member can begin with; empty: none.
std::string literal(const Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* text = std::get_if<std::string>(&value)) return cppText(*text);
  if (const auto* number = std::get_if<std::int64_t>(&value))
    return *number == std::numeric_limits<std::int64_t>::min() ? "" : std::to_string(*number);
  if (const auto* number = std::get_if<double>(&value))
    return std::isfinite(*number) ? formats::formatShortest(*number) : "";
  return {};
}

/// What a new entity holds: the database's default where it is a plain value.
std::string initializer(const MemberPlan& member) {
  const auto& given = member.column->defaultValue;
  if (given && given->kind == Default::Kind::literal) {
    if (const auto* decimal = std::get_if<Decimal>(&given->value))
      return " = repot::Decimal{" + cppText(decimal->text) + '}';
    if (const auto* json = std::get_if<Json>(&given->value))
      return " = repot::Json{" + cppText(json->text) + '}';
    if (const std::string text = literal(given->value); !text.empty()) return " = " + text;
  }
  if (member.optional) return {};
  switch (member.column->type.kind) {
    case ColumnType::integer:
    case ColumnType::real:
      return " = 0";
    case ColumnType::boolean:
      return " = false";
    case ColumnType::text:
    case ColumnType::bytes:
      return {};
    case ColumnType::json:
      return "{\"null\"}";
    case ColumnType::decimal:
      return "{\"0\"}";
    default:
      return "{}";
  }
}

/// What the type of the member does not say of the column's; empty: nothing.
std::string remarkOn(const Column& column) {
  const Type& type = column.type;
  std::string text;
  if (type.kind == ColumnType::text && !type.native.empty()) {
    std::string upper = type.native;
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    const bool plain = upper.find("CHAR") != std::string::npos ||
                       upper.find("TEXT") != std::string::npos || type.native == "/**/";
    if (!plain || upper.ends_with("[]"))
      text = "A " + type.native + ", as the database writes it. ";
  } else if (type.kind == ColumnType::text && type.length > 0) {
    text = "At most " + std::to_string(type.length) + " characters. ";
  } else if (type.kind == ColumnType::decimal && type.length > 0) {
    text = std::to_string(type.length) + " digits, " + std::to_string(type.scale) +
           " of them behind the point. ";
  }
  if (column.defaultValue) {
    if (column.defaultValue->kind == Default::Kind::currentTimestamp) text += "Default: now. ";
    if (column.defaultValue->kind == Default::Kind::expression)
      text += "Default: " + column.defaultValue->sql.text + ". ";
  }
  // It must not end the comment.
  std::replace(text.begin(), text.end(), '\n', ' ');
  if (!text.empty()) text.pop_back();
  return text.ends_with('\\') ? text + '.' : text;
}

class HeaderWriter {
 public:
  HeaderWriter(const EntitiesPlan& plan, const std::string& nameSpace)
      : plan_(plan), nameSpace_(nameSpace) {}

  std::string write() {
    text_ = head;
    comments(plan_.notes, "");
    if (!plan_.notes.empty()) text_ += '\n';
    text_ += "namespace " + nameSpace_ + " {\n\n";
    forwardDeclarations();
    for (const EntityPlan& entity : plan_.entities)
      structOf(entity);
    text_ += "}  // namespace " + nameSpace_ + '\n';
    for (const EntityPlan& entity : plan_.entities)
      mapping(entity);
    relations();
    return std::move(text_);
  }

 private:
  /// Names come from the database; a line break in one would leave the comment.
  void comments(const std::vector<EntityNote>& notes, const std::string& indent) {
    for (const EntityNote& note : notes) {
      std::string line = note.object + ' ' + note.text;
      std::replace(line.begin(), line.end(), '\n', ' ');
      text_ += indent + "// " + line + (line.ends_with('\\') ? "." : "") + '\n';
    }
  }

  void forwardDeclarations() {
    std::set<std::string> parents;
    for (const EntityPlan& entity : plan_.entities) {
      for (const RelationPlan& relation : entity.relations)
        parents.insert(relation.parent);
    }
    for (const std::string& parent : parents)
      text_ += "struct " + parent + ";\n";
    if (!parents.empty()) text_ += '\n';
  }

  void structOf(const EntityPlan& entity) {
    comments(entity.notes, "");
    text_ += "struct " + entity.name + " {\n";
    for (const MemberPlan& member : entity.members) {
      const std::string line =
          "  " + memberType(member) + ' ' + member.name + initializer(member) + ';';
      const std::string remark = remarkOn(*member.column);
      if (remark.empty()) {
        text_ += line + '\n';
      } else if (line.size() + remark.size() + 7 <= lineWidth) {
        text_ += line + "  ///< " + remark + '\n';
      } else {
        text_ += "  /// " + remark + '\n' + line + '\n';
      }
    }
    for (const RelationPlan& relation : entity.relations)
      text_ += "  std::shared_ptr<" + relation.parent + "> " + relation.place + ";  ///< By " +
               relation.constant + ".\n";
    text_ += "};\n\n";
  }

  static std::string pointer(const std::string& member) { return "&Entity::" + member; }

  static std::string pointers(const std::vector<std::string>& members) {
    std::string text;
    for (const std::string& member : members)
      text += (text.empty() ? "" : ", ") + pointer(member);
    return text;
  }

  static std::string target(const MemberPlan& member) {
    static constexpr std::array<std::string_view, 4> actions = {
        "", ", OnDelete::restrict", ", OnDelete::cascade", ", OnDelete::setNull"};
    return cppText(member.referencedTable) + ", " + cppText(member.referencedColumn) +
           std::string(actions.at(static_cast<std::size_t>(member.reference->onDelete)));
  }

  void call(const std::string& name, const std::string& arguments) {
    text_ += "\n        ." + name + '(' + arguments + ')';
  }

  void mapping(const EntityPlan& entity) {
    text_ += "\ntemplate <>\nstruct repot::Mapping<" + nameSpace_ + "::" + entity.name +
             "> {\n  using Entity = " + nameSpace_ + "::" + entity.name +
             ";\n  static EntityMap<Entity> map() {\n    return EntityMap<Entity>(" +
             cppText(entity.table->name) + ')';
    static constexpr std::array<std::string_view, 4> roles = {"field", "key", "generatedKey",
                                                              "unique"};
    for (const MemberPlan& member : entity.members) {
      const std::string arguments = cppText(member.column->name) + ", " + pointer(member.name);
      if (member.role == Role::field && member.reference != nullptr) {
        call("reference", arguments + ", " + target(member));
      } else {
        call(std::string(roles.at(static_cast<std::size_t>(member.role))), arguments);
        if (member.reference != nullptr)
          call("references", pointer(member.name) + ", " + target(member));
      }
    }
    for (const auto& members : entity.uniqueTogether)
      call("uniqueTogether", pointers(members));
    for (const auto& members : entity.indexes)
      call("index", pointers(members));
    text_ += ";\n  }\n};\n";
  }

  void relations() {
    std::string lines;
    for (const EntityPlan& entity : plan_.entities) {
      for (const RelationPlan& relation : entity.relations) {
        lines += "inline const auto " + relation.constant + " = repot::belongsTo(\n    &" +
                 entity.name + "::" + relation.place + ", &" + entity.name +
                 "::" + relation.member + ", &" + relation.parent + "::" + relation.key + ");\n";
      }
    }
    if (lines.empty()) return;
    text_ +=
        "\nnamespace " + nameSpace_ + " {\n\n" + lines + "\n}  // namespace " + nameSpace_ + '\n';
  }

  const EntitiesPlan& plan_;
  const std::string& nameSpace_;
  std::string text_;
};

void checkNamespace(const std::string& name) {
  std::size_t start = 0;
  for (bool last = false; !last;) {
    const std::size_t end = name.find("::", start);
    last = end == std::string::npos;
    const std::string part = name.substr(start, last ? end : end - start);
    const bool foreign = start == 0 && (part == "std" || part == "repot" || part == "boost");
    if (!isCppName(part) || foreign)
      throw Error(ErrorKind::usage, "no namespace of your own can be called '" + name + "'");
    start = end + 2;
  }
}

std::vector<const Table*> chosen(const Schema& live, const std::vector<std::string>& names) {
  std::vector<const Table*> tables;
  for (const Table& table : live.tables) {
    if (names.empty() && historyOwner(table.name).empty()) tables.push_back(&table);
  }
  for (const std::string& name : names) {
    const Table* const table = live.find(name);
    if (table == nullptr) throw Error(ErrorKind::notFound, "there is no table '" + name + "'");
    if (std::find(tables.begin(), tables.end(), table) == tables.end()) tables.push_back(table);
  }
  std::sort(tables.begin(), tables.end(),
            [](const Table* a, const Table* b) { return a->name < b->name; });
  return tables;
}

}  // namespace

EntityHeader entitiesToCpp(const Schema& live, const EntitiesOptions& options) {
  checkNamespace(options.nameSpace);
  const EntitiesPlan plan = planEntities(chosen(live, options.tables), live);
  EntityHeader header;
  header.text = HeaderWriter(plan, options.nameSpace).write();
  header.notes = plan.notes;
  for (const EntityPlan& entity : plan.entities) {
    header.entities.push_back({entity.table->name, entity.name});
    header.notes.insert(header.notes.end(), entity.notes.begin(), entity.notes.end());
  }
  return header;
}

}  // namespace repot::schema
