// A draft as C++ source; see draft.hpp.
#include "repot/formats.hpp"
#include "repot/schema/draft.hpp"
#include "schema/cpp_text.hpp"

#include <cctype>

namespace repot::schema {
namespace {

constexpr std::string_view indent = "    ";

/// Writes one change as statements on `changes`.
class ChangeWriter {
 public:
  explicit ChangeWriter(std::string& out) : out_(out) {}

  void operator()(const CreateTable& change) { table(change.table); }
  void operator()(const DropTable& change) { call("dropTable", {cppText(change.table)}); }
  void operator()(const RenameTable& change) {
    call("renameTable", {cppText(change.table), cppText(change.to)});
  }
  void operator()(const AddColumn& change) {
    block([&] {
      column(change.column);
      call("addColumn", {cppText(change.table), "column"});
    });
  }
  void operator()(const DropColumn& change) {
    call("dropColumn", {cppText(change.table), cppText(change.column)});
  }
  void operator()(const RenameColumn& change) {
    call("renameColumn", {cppText(change.table), cppText(change.column), cppText(change.to)});
  }
  void operator()(const AlterColumn& change) {
    block([&] {
      column(change.column);
      std::vector<std::string> arguments = {cppText(change.table), "column"};
      if (!change.convert.empty()) arguments.push_back(cppSql(change.convert));
      call("alterColumn", arguments);
    });
  }
  void operator()(const AddPrimaryKey& change) {
    add("AddPrimaryKey{" + cppText(change.table) + ", " + key(change.key) + "}");
  }
  void operator()(const DropPrimaryKey& change) {
    add("DropPrimaryKey{" + cppText(change.table) + "}");
  }
  void operator()(const AddUnique& change) {
    add("AddUnique{" + cppText(change.table) + ", " + key(change.key) + "}");
  }
  void operator()(const AddCheck& change) {
    add("AddCheck{" + cppText(change.table) + ", {" + cppText(change.check.name) + ", " +
        cppSql(change.check.condition) + "}}");
  }
  void operator()(const AddForeignKey& change) {
    add("AddForeignKey{" + cppText(change.table) + ", " + foreignKey(change.key) + "}");
  }
  void operator()(const DropConstraint& change) {
    add("DropConstraint{" + cppText(change.table) + ", " + cppText(change.name) + "}");
  }
  void operator()(const CreateIndex& change) {
    add("CreateIndex{" + cppText(change.table) + ", " + index(change.index) + "}");
  }
  void operator()(const DropIndex& change) {
    call("dropIndex", {cppText(change.table), cppText(change.name)});
  }
  void operator()(const CreateView& change) {
    add("CreateView{{" + cppText(change.view.name) + ", " + cppTexts(change.view.columns) + ", " +
        cppSql(change.view.select) + "}}");
  }
  void operator()(const DropView& change) { add("DropView{" + cppText(change.name) + "}"); }
  void operator()(const CreateTrigger& change) {
    add("CreateTrigger{{" + cppText(change.trigger.name) + ", " + cppText(change.trigger.table) +
        ", " + cppSql(change.trigger.sql) + "}}");
  }
  void operator()(const DropTrigger& change) {
    add("DropTrigger{" + cppText(change.table) + ", " + cppText(change.name) + "}");
  }
  void operator()(const Execute& change) { call("execute", {cppSql(change.sql)}); }
  /// A function has no text.
  void operator()(const Run& change) { line("// " + change.text); }

 private:
  void line(const std::string& text) {
    out_ += std::string(indent) + std::string(blocks_ * 2, ' ') + text + '\n';
  }
  template <typename Body>
  void block(const Body& body) {
    line("{");
    ++blocks_;
    body();
    --blocks_;
    line("}");
  }
  void call(const std::string& name, const std::vector<std::string>& arguments) {
    std::string text = "changes." + name + '(';
    for (std::size_t i = 0; i < arguments.size(); ++i)
      text += (i > 0 ? ", " : "") + arguments[i];
    line(text + ");");
  }
  void add(const std::string& change) { line("changes.add(" + change + ");"); }

  void table(const Table& table) {
    block([&] {
      line("Table table;");
      line("table.name = " + cppText(table.name) + ';');
      for (const Column& each : table.columns) {
        block([&] {
          column(each);
          line("table.columns.push_back(column);");
        });
      }
      if (!table.primaryKey.columns.empty())
        line("table.primaryKey = " + key(table.primaryKey) + ';');
      for (const Key& each : table.uniqueKeys)
        line("table.uniqueKeys.push_back(" + key(each) + ");");
      for (const Check& each : table.checks) {
        line("table.checks.push_back({" + cppText(each.name) + ", " + cppSql(each.condition) +
             "});");
      }
      for (const ForeignKey& each : table.foreignKeys)
        line("table.foreignKeys.push_back(" + foreignKey(each) + ");");
      for (const Index& each : table.indexes)
        line("table.indexes.push_back(" + index(each) + ");");
      if (table.withoutRowid) line("table.withoutRowid = true;");
      if (table.strictTable) line("table.strictTable = true;");
      add("CreateTable{table}");
    });
  }

  /// Declares and fills `column`.
  void column(const Column& column) {
    line("Column column;");
    line("column.name = " + cppText(column.name) + ';');
    const Type& type = column.type;
    line("column.type.kind = " + cppType(type.kind) + ';');
    if (type.length != 0) line("column.type.length = " + std::to_string(type.length) + ';');
    if (type.scale != 0) line("column.type.scale = " + std::to_string(type.scale) + ';');
    if (!type.native.empty()) line("column.type.native = " + cppText(type.native) + ';');
    if (column.nullable) line("column.nullable = true;");
    if (column.identity) line("column.identity = true;");
    if (column.reusesKeys) line("column.reusesKeys = true;");
    if (column.serial) line("column.serial = true;");
    if (column.defaultValue) defaultValue(*column.defaultValue);
    if (column.generated) {
      line("column.generated = Generated{" + cppSql(column.generated->sql) + ", " +
           (column.generated->stored ? "true" : "false") + "};");
    }
    if (!column.collation.empty()) line("column.collation = " + cppText(column.collation) + ';');
    if (!column.strict) line("column.strict = false;");
  }

  void defaultValue(const Default& value) {
    switch (value.kind) {
      case Default::Kind::literal:
        return line("column.defaultValue = Default{Default::Kind::literal, " +
                    cppValue(value.value) + ", {}};");
      case Default::Kind::currentTimestamp:
        return line("column.defaultValue = Default{Default::Kind::currentTimestamp, {}, {}};");
      case Default::Kind::expression:
        return line("column.defaultValue = Default{Default::Kind::expression, {}, " +
                    cppSql(value.sql) + "};");
    }
  }

  static std::string key(const Key& key) {
    return "{" + cppText(key.name) + ", " + cppTexts(key.columns) + "}";
  }
  static std::string foreignKey(const ForeignKey& key) {
    return "{" + cppText(key.name) + ", " + cppTexts(key.columns) + ", " + cppText(key.table) +
           ", " + cppTexts(key.targetColumns) + ", " + cppAction(key.onDelete) + ", " +
           cppAction(key.onUpdate) + ", " + (key.deferred ? "true" : "false") +
           (key.deferrable ? ", true}" : "}");
  }
  static std::string index(const Index& index) {
    std::string parts;
    for (const IndexPart& part : index.parts) {
      parts += (parts.empty() ? "" : ", ") + ("{" + cppText(part.column)) + ", " +
               cppSql(part.expression) + ", " + (part.descending ? "true" : "false") + ", " +
               cppText(part.collation) + "}";
    }
    return "{" + cppText(index.name) + ", {" + parts + "}, " + (index.unique ? "true" : "false") +
           ", " + cppSql(index.where) + "}";
  }

  std::string& out_;
  std::size_t blocks_ = 0;
};

std::string body(const std::vector<Change>& changes, Schema schema) {
  std::string text;
  for (const Change& change : changes) {
    if (const auto risk = riskOf(change, schema)) {
      text +=
          std::string(indent) + "// " + (risk->loses ? "DATA IS LOST: " : "") + risk->text + '\n';
    }
    std::visit(ChangeWriter(text), change);
    apply(schema, change);
  }
  return text;
}

std::string functionName(const std::string& id) {
  std::string name = "migration_";
  for (const char c : id)
    name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}

}  // namespace

std::string draftToCpp(const Draft& draft) {
  Schema after = draft.before;
  for (const Change& change : draft.up.changes)
    apply(after, change);
  std::string text = "// " + draft.description + "\n// Written " + draft.source +
                     "; look through it before you use it.\n";
  text +=
      "#include <repot/formats.hpp>\n#include <repot/schema/migration.hpp>\n\n"
      "repot::schema::Migration " +
      functionName(draft.id) +
      "() {\n"
      "  using namespace repot;\n  using namespace repot::schema;\n"
      "  Migration migration;\n"
      "  migration.id = " +
      cppText(draft.id) + ";\n  migration.description = " + cppText(draft.description) +
      ";\n  migration.after = " + cppTexts(draft.after) + ";\n";
  text +=
      "  migration.up = [](Changes& changes) {\n" + body(draft.up.changes, draft.before) + "  };\n";
  if (!draft.down.empty())
    text += "  migration.down = [](Changes& changes) {\n" + body(draft.down, after) + "  };\n";
  return text + "  return migration;\n}\n";
}

}  // namespace repot::schema
