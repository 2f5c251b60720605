// Drafts of migrations, and their SQL files; see draft.hpp. The C++ is in draft_cpp.cpp.
#include "repot/schema/draft.hpp"

#include "repot/backend.hpp"
#include "repot/error.hpp"
#include "repot/new_files.hpp"
#include "repot/schema/adopt.hpp"
#include "repot/schema/dialect.hpp"
#include "schema/new_migration.hpp"
#include "schema/portable.hpp"
#include "schema/scratch.hpp"

#include <span>
#include <utility>

namespace repot::schema {
namespace {

namespace fs = std::filesystem;

Schema made(Schema schema, const std::vector<Change>& changes) {
  for (const Change& change : changes)
    apply(schema, change);
  return schema;
}

/// The SQL of a change in the files for one kind of database.
class SqlWriter {
 public:
  SqlWriter(const Draft& draft, std::string_view scheme, Schema schema)
      : draft_(draft),
        dialect_(findBackend(scheme)->schemaDialect()),
        scheme_(scheme),
        foreign_(!draft.scheme.empty() && draft.scheme != scheme),
        schema_(foreign_ ? portable(std::move(schema)) : std::move(schema)) {}

  std::string write(const std::vector<Change>& given) {
    std::vector<Change> changes = given;
    for (Change& change : changes) {
      if (foreign_) change = portable(change);
    }
    for (std::size_t i = 0, count = 0; i < changes.size(); i += count) {
      const std::span<const Change> rest = std::span(changes).subspan(i);
      count = dialect_.together(rest);
      for (std::size_t j = i; j < i + count; ++j)
        comments(given[j], changes[j]);
      make(rest.first(count));
      for (const Change& change : rest.first(count))
        apply(schema_, change);
    }
    return std::move(text_);
  }

 private:
  void comments(const Change& given, const Change& change) {
    if (const auto risk = riskOf(change, schema_))
      comment((risk->loses ? "DATA IS LOST: " : "") + risk->text);
    if (!foreign_) return;
    for (const Remark& remark : remarksOn(given, draft_.scheme))
      comment(remark.object + ' ' + remark.text);
  }

  void make(std::span<const Change> changes) {
    const auto* const create = std::get_if<CreateTable>(&changes.front());
    if (!foreign_ && create != nullptr && !draft_.verbatim.empty()) {
      table(*create);
    } else if (changes.size() > 1 || !isInVerbatim(changes.front())) {
      statements(dialect_.statements(changes, schema_));
    }
  }

  /// The foreign keys of a table that stands there in full.
  bool isInVerbatim(const Change& change) const {
    const auto* const add = std::get_if<AddForeignKey>(&change);
    return !foreign_ && add != nullptr && draft_.verbatim.contains(add->table);
  }

  /// A table and its indexes, each as the database itself has it where that says more.
  void table(const CreateTable& create) {
    CreateTable bare = create;
    bare.table.indexes.clear();
    Schema before = schema_;
    verbatimOr(create.table.name, bare, before);
    before.tables.push_back(bare.table);
    for (const Index& index : create.table.indexes)
      verbatimOr(index.name, CreateIndex{create.table.name, index}, before);
  }

  void verbatimOr(const std::string& name, const Change& change, const Schema& before) {
    const auto own = draft_.verbatim.find(name);
    if (own == draft_.verbatim.end()) return statements(dialect_.statements(change, before));
    statements({{own->second, false}});
  }

  void statements(const std::vector<Statement>& all) {
    for (const Statement& statement : all) {
      text_ += statement.comment && !statement.sql.starts_with("--") ? "-- " : "";
      text_ += statement.sql;
      text_ += statement.comment || statement.sql.ends_with(';') ? "\n" : ";\n";
    }
  }

  void comment(const std::string& text) { text_ += "-- " + text + '\n'; }

  const Draft& draft_;
  const Dialect& dialect_;
  std::string_view scheme_;
  bool foreign_;
  Schema schema_;
  std::string text_;
};

std::string headOf(const Draft& draft) {
  return "-- " + draft.description + "\n-- Written " + draft.source +
         "; look through it before you use it.\n";
}

}  // namespace

Draft draftMigration(const Schema& live, const Schema& wanted, const DiffOptions& options) {
  Draft draft;
  draft.before = withoutHistories(live);
  draft.scheme = options.scheme;
  draft.source = "by comparing two schemas";
  draft.up = diff(draft.before, withoutHistories(wanted), options);
  const Schema after = made(draft.before, draft.up.changes);
  draft.down = diff(after, draft.before, {DiffScope::everything, options.scheme}).changes;
  return draft;
}

Draft draftMigration(Database database, const Schema& wanted, DiffScope scope) {
  const Dialect& dialect = database.backend().schemaDialect();
  const Schema live = database.read([&](UnitOfWork& work) { return dialect.read(work); });
  const DiffOptions options{scope, std::string(database.backend().scheme())};
  Draft draft = draftMigration(live, wanted, options);
  if (scope == DiffScope::everything && !draft.up.empty())
    draft = draftMigration(live, respelled(database, wanted, live), options);
  draft.source = std::string("by comparing ") +
                 (scope == DiffScope::entities ? "the entities with " : "a model with ") +
                 database.url().database() + " (" + draft.scheme + ')';
  return draft;
}

std::vector<DraftFile> draftToSql(const Draft& draft) {
  const Schema after = made(draft.before, draft.up.changes);
  const std::string name = draft.id + '_' + fileWords(draft.description) + '.';
  std::vector<DraftFile> files;
  for (const std::string_view scheme : {"sqlite", "postgresql"}) {
    const std::string prefix = name + std::string(scheme);
    files.push_back(
        {prefix + ".up.sql", afterLine(draft.after) + headOf(draft) +
                                 SqlWriter(draft, scheme, draft.before).write(draft.up.changes)});
    if (draft.down.empty()) continue;
    files.push_back(
        {prefix + ".down.sql", headOf(draft) + SqlWriter(draft, scheme, after).write(draft.down)});
  }
  return files;
}

std::vector<fs::path> writeDraft(Draft draft, const fs::path& folder) {
  if (draft.up.changes.empty()) {
    throw Error(ErrorKind::usage,
                draft.up.empty() ? "nothing differs: there is nothing to migrate"
                                 : "no change can make these differences:\n" + draft.up.toText());
  }
  fileWords(draft.description);
  makeFolder(folder);
  const Migrations existing = Migrations::load(folder);
  draft.after = parentsOf(existing, draft.after);
  if (draft.id.empty()) draft.id = nextId(existing);
  std::vector<std::pair<std::string, std::string>> files;
  for (DraftFile& file : draftToSql(draft))
    files.emplace_back(std::move(file.name), std::move(file.text));
  return writeNewFiles(folder, files);
}

}  // namespace repot::schema
