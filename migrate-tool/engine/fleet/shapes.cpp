// See shapes.hpp.
#include "engine/fleet/shapes.hpp"

#include <algorithm>
#include <iterator>

namespace repot::migrate {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string indexColumns(const SourceTable& table, const SourceIndex& index) {
  std::vector<std::string> names;
  for (const SourceIndex::Column& column : index.columns) {
    const auto place = static_cast<std::size_t>(column.column);
    std::string name = column.column == -1   ? "rowid"
                       : column.column == -2 ? "expression"
                                             : table.columns.at(place).name;
    names.push_back(name + (column.descending ? " DESC" : ""));
  }
  return joined(names);
}

void addTable(const SourceTable& table, std::set<std::string>& lines) {
  lines.insert("table " + table.name);
  for (const SourceColumn& column : table.columns) {
    std::string line = "column " + table.name + "." + column.name + " " + column.declaredType;
    if (column.notNull) line += " NOT NULL";
    if (column.defaultSql) line += " DEFAULT " + *column.defaultSql;
    if (column.keyOrdinal > 0) line += " PRIMARY KEY";
    if (column.isGenerated()) line += " GENERATED";
    lines.insert(line);
  }
  for (const SourceIndex& index : table.indexes) {
    if (index.origin == 'p') continue;
    const std::string name = index.origin == 'u' ? "" : " " + index.name;
    lines.insert((index.unique ? "unique index" : "index") + name + " of " + table.name + "(" +
                 indexColumns(table, index) + ")" + (index.partial ? " WHERE …" : ""));
  }
  for (const SourceForeignKey& key : table.foreignKeys) {
    lines.insert("foreign key " + table.name + "(" + joined(key.columns) + ") to " + key.parent +
                 (key.onDelete == "NO ACTION" ? "" : " ON DELETE " + key.onDelete));
  }
}

}  // namespace

std::set<std::string> shapeLines(const SourceSchema& schema) {
  std::set<std::string> lines;
  for (const SourceTable& table : schema.tables) {
    if (table.kind != SourceTable::Kind::shadow) addTable(table, lines);
  }
  for (const SourceObject& view : schema.views)
    lines.insert("view " + view.name);
  for (const SourceObject& trigger : schema.triggers)
    lines.insert("trigger " + trigger.name + " of " + trigger.table);
  return lines;
}

void Shapes::add(const std::string& source, const SourceSchema& schema) {
  const bool room = groups_.size() < mostDescribed;
  Group& group = groups_[schema.digest];
  if (group.tenants++ == 0 && room) {
    group.lines = shapeLines(schema);
    group.described = true;
  }
  if (group.sources.size() < mostSources) group.sources.push_back(source);
}

std::vector<Shape> Shapes::finish() const {
  std::vector<const std::pair<const std::string, Group>*> order;
  for (const auto& entry : groups_)
    order.push_back(&entry);
  std::stable_sort(order.begin(), order.end(), [](const auto* left, const auto* right) {
    return left->second.tenants > right->second.tenants;
  });
  std::vector<Shape> shapes;
  for (const auto* entry : order) {
    const Group& group = entry->second;
    Shape& shape = shapes.emplace_back();
    shape.digest = entry->first;
    shape.tenants = group.tenants;
    shape.sources = group.sources;
    const Group& usual = order.front()->second;
    if (&group == &usual) continue;
    std::vector<std::string> all;
    if (group.described && usual.described) {
      for (const std::string& line : usual.lines) {
        if (!group.lines.contains(line)) all.push_back("lacks " + line);
      }
      for (const std::string& line : group.lines) {
        if (!usual.lines.contains(line)) all.push_back("has " + line);
      }
      if (all.empty()) all.emplace_back("only the text differs: checks, spelling, order or bodies");
    }
    shape.differenceCount = all.size();
    all.resize(std::min(all.size(), mostDifferences));
    shape.differences = std::move(all);
  }
  return shapes;
}

}  // namespace repot::migrate
