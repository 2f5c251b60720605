// Digests of migrations' steps; see Checksum in migration.hpp.
//
// The form below is what all digests ever stored were taken of. A new field must be written only
// where it is not at its default, so that old migrations keep their digests.
#include "repot/error.hpp"
#include "repot/formats.hpp"
#include "repot/schema/migration.hpp"
#include "repot/text_digest.hpp"
#include "schema/script.hpp"

#include <set>
#include <sstream>

namespace repot::schema {
namespace {

/// Writes steps as lines of "name=size:text", without what is at its default.
class Writer {
 public:
  explicit Writer(std::string_view scheme) : scheme_(scheme) {}

  void field(std::string_view name, std::string_view text) {
    if (text.empty()) return;
    out_.append(name).append("=").append(std::to_string(text.size())).append(":");
    out_.append(text).append("\n");
  }
  void field(std::string_view name, bool on) { field(name, std::string_view(on ? "1" : "")); }
  void field(std::string_view name, int number) {
    field(name, number == 0 ? std::string() : std::to_string(number));
  }
  void field(std::string_view name, const std::string& text) {
    field(name, std::string_view(text));
  }
  void field(std::string_view name, const char* text) { field(name, std::string_view(text)); }
  void field(std::string_view name, const std::vector<std::string>& texts) {
    for (const std::string& text : texts)
      field(name, text);
  }
  void field(std::string_view name, const Sql& sql) {
    if (sql.empty()) return;
    for (const auto& [scheme, text] : sql.dialects)
      schemes_.insert(scheme);
    const auto own = sql.dialects.find(scheme_);
    field(name, normalizedSql(own == sql.dialects.end() ? sql.text : own->second));
  }
  void field(std::string_view name, Action action) { field(name, static_cast<int>(action)); }

  void part(const Column& column) {
    field("column", column.name);
    field("type", toString(column.type.kind));
    field("length", column.type.length);
    field("scale", column.type.scale);
    field("native", column.type.native);
    field("nullable", column.nullable);
    field("identity", column.identity);
    field("reusesKeys", column.reusesKeys);
    field("serial", column.serial);
    if (column.defaultValue) part(*column.defaultValue);
    if (column.generated) {
      field("generated", column.generated->sql);
      field("virtual", !column.generated->stored);
    }
    field("collation", column.collation);
    field("loose", !column.strict);
  }
  void part(const Default& value) {
    switch (value.kind) {
      case Default::Kind::literal:
        field("default", static_cast<int>(value.value.index()) + 1);
        if (!isNull(value.value)) field("literal", formats::toText(value.value));
        return;
      case Default::Kind::currentTimestamp:
        return field("default", "now");
      case Default::Kind::expression:
        return field("defaultSql", value.sql);
    }
  }
  void part(std::string_view kind, const Key& key) {
    if (key.columns.empty()) return;
    field(kind, key.columns);
    field("name", key.name);
  }
  void part(const Check& check) {
    field("check", check.condition);
    field("name", check.name);
  }
  void part(const ForeignKey& key) {
    field("foreignKey", key.columns);
    field("target", key.table);
    field("targetColumn", key.targetColumns);
    field("name", key.name);
    field("onDelete", key.onDelete);
    field("onUpdate", key.onUpdate);
    field("deferred", key.deferred);
    if (key.deferrable) field("deferrable", true);
  }
  void part(const Index& index) {
    field("index", index.name);
    for (const IndexPart& one : index.parts) {
      field("part", one.column);
      field("expression", one.expression);
      field("descending", one.descending);
      field("collation", one.collation);
    }
    field("unique", index.unique);
    field("where", index.where);
  }
  void part(const Table& table) {
    field("table", table.name);
    for (const Column& column : table.columns)
      part(column);
    part("primaryKey", table.primaryKey);
    for (const Key& key : table.uniqueKeys)
      part("uniqueKey", key);
    for (const Check& check : table.checks)
      part(check);
    for (const ForeignKey& key : table.foreignKeys)
      part(key);
    for (const Index& index : table.indexes)
      part(index);
    field("withoutRowid", table.withoutRowid);
    field("strictTable", table.strictTable);
  }

  const std::string& text() const noexcept { return out_; }
  /// The databases that some SQL had a text of its own for.
  const std::set<std::string>& schemes() const noexcept { return schemes_; }

 private:
  std::string_view scheme_;
  std::string out_;
  std::set<std::string> schemes_;
};

/// Writes one change, each kind under its name.
struct ChangeWriter {
  Writer& to;

  void operator()(const CreateTable& change) {
    to.field("change", "createTable");
    to.part(change.table);
    to.field("ifMissing", change.ifMissing);
  }
  void operator()(const DropTable& change) { named("dropTable", change.table); }
  void operator()(const RenameTable& change) {
    named("renameTable", change.table);
    to.field("to", change.to);
  }
  void operator()(const AddColumn& change) {
    named("addColumn", change.table);
    to.part(change.column);
  }
  void operator()(const DropColumn& change) {
    named("dropColumn", change.table);
    to.field("column", change.column);
  }
  void operator()(const RenameColumn& change) {
    named("renameColumn", change.table);
    to.field("column", change.column);
    to.field("to", change.to);
  }
  void operator()(const AlterColumn& change) {
    named("alterColumn", change.table);
    to.part(change.column);
    to.field("convert", change.convert);
  }
  void operator()(const AddPrimaryKey& change) {
    named("addPrimaryKey", change.table);
    to.part("primaryKey", change.key);
  }
  void operator()(const DropPrimaryKey& change) { named("dropPrimaryKey", change.table); }
  void operator()(const AddUnique& change) {
    named("addUnique", change.table);
    to.part("uniqueKey", change.key);
  }
  void operator()(const AddCheck& change) {
    named("addCheck", change.table);
    to.part(change.check);
  }
  void operator()(const AddForeignKey& change) {
    named("addForeignKey", change.table);
    to.part(change.key);
  }
  void operator()(const DropConstraint& change) {
    named("dropConstraint", change.table);
    to.field("name", change.name);
  }
  void operator()(const CreateIndex& change) {
    named("createIndex", change.table);
    to.part(change.index);
  }
  void operator()(const DropIndex& change) {
    named("dropIndex", change.table);
    to.field("name", change.name);
  }
  void operator()(const CreateView& change) {
    named("createView", change.view.name);
    to.field("column", change.view.columns);
    to.field("select", change.view.select);
  }
  void operator()(const DropView& change) { named("dropView", change.name); }
  void operator()(const CreateTrigger& change) {
    named("createTrigger", change.trigger.table);
    to.field("name", change.trigger.name);
    to.field("sql", change.trigger.sql);
  }
  void operator()(const DropTrigger& change) {
    named("dropTrigger", change.table);
    to.field("name", change.name);
  }
  void operator()(const Execute& change) {
    to.field("change", "execute");
    to.field("sql", change.sql);
  }
  void operator()(const Run& change) {
    to.field("change", "run");
    to.field("text", change.text);
  }

 private:
  void named(const char* kind, const std::string& object) {
    to.field("change", kind);
    to.field("object", object);
  }
};

}  // namespace

Checksum Checksum::of(const Migration& migration) {
  Changes changes;
  migration.up(changes);
  const auto write = [&](std::string_view scheme) {
    Writer writer(scheme);
    for (const Change& change : changes.all())
      std::visit(ChangeWriter{writer}, change);
    return writer;
  };
  Checksum checksum;
  const Writer common = write("");
  if (common.schemes().empty()) {
    checksum.digests_[""] = formats::digestText(common.text());
    return checksum;
  }
  for (const char* scheme : {"sqlite", "postgresql"})
    checksum.digests_[scheme] = formats::digestText(write(scheme).text());
  return checksum;
}

Checksum Checksum::parse(std::string_view text) {
  Checksum checksum;
  std::istringstream words{std::string(text)};
  for (std::string word; words >> word;) {
    const std::size_t colon = word.find(':');
    if (colon == std::string::npos) {
      checksum.digests_[""] = word;
    } else {
      checksum.digests_[word.substr(0, colon)] = word.substr(colon + 1);
    }
  }
  return checksum;
}

std::string_view Checksum::of(std::string_view scheme) const {
  auto found = digests_.find(scheme);
  if (found == digests_.end()) found = digests_.find("");
  return found == digests_.end() ? std::string_view() : std::string_view(found->second);
}

bool Checksum::matches(const Checksum& other, std::string_view scheme) const {
  return !of(scheme).empty() && of(scheme) == other.of(scheme);
}

std::string Checksum::toString() const {
  std::string text;
  for (const auto& [scheme, hash] : digests_) {
    if (!text.empty()) text += ' ';
    text += scheme.empty() ? hash : scheme + ':' + hash;
  }
  return text;
}

}  // namespace repot::schema
