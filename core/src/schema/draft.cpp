// Drafts of migrations, and their SQL files; see draft.hpp. The C++ is in draft_cpp.cpp.
#include "repot/schema/draft.hpp"

#include "repot/backend.hpp"
#include "repot/error.hpp"
#include "repot/schema/dialect.hpp"
#include "schema/sql_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <utility>

namespace repot::schema {
namespace {

namespace fs = std::filesystem;

struct HistoryTable {
  std::string_view table, owner;
};
constexpr std::array<HistoryTable, 9> histories = {{
    {"alembic_version", "Alembic"},
    {"django_migrations", "Django"},
    {"schema_migrations", "Rails, golang-migrate or dbmate"},
    {"ar_internal_metadata", "Rails"},
    {"_prisma_migrations", "Prisma"},
    {"__EFMigrationsHistory", "Entity Framework"},
    {"flyway_schema_history", "Flyway"},
    {"knex_migrations", "Knex"},
    {"_sqlx_migrations", "sqlx"},
}};

Schema made(Schema schema, const std::vector<Change>& changes) {
  for (const Change& change : changes)
    apply(schema, change);
  return schema;
}

/// What another kind of database calls a type means nothing here; the nearest type stays.
void forget(Column& column) {
  column.type.native.clear();
}
void forget(Table& table) {
  for (Column& column : table.columns)
    forget(column);
}

Schema portable(Schema schema) {
  for (Table& table : schema.tables)
    forget(table);
  return schema;
}

Change portable(Change change) {
  std::visit(
      [](auto& made) {
        if constexpr (requires { forget(made.column); }) forget(made.column);
        if constexpr (requires { forget(made.table); }) forget(made.table);
      },
      change);
  return change;
}

std::string fileWords(std::string_view description) {
  std::string words;
  for (const char c : description) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) {
      words += static_cast<char>(std::tolower(byte));
    } else if (!words.empty() && words.back() != '_') {
      words += '_';
    }
  }
  while (!words.empty() && words.back() == '_')
    words.pop_back();
  return words;
}

std::string sqlOf(const Dialect& dialect, Schema schema, const std::vector<Change>& changes,
                  bool foreign) {
  std::string text;
  if (foreign) schema = portable(std::move(schema));
  for (const Change& given : changes) {
    const Change change = foreign ? portable(given) : given;
    if (const auto risk = riskOf(change, schema))
      text += std::string("-- ") + (risk->loses ? "DATA IS LOST: " : "") + risk->text + '\n';
    for (const Statement& statement : dialect.statements(change, schema)) {
      text += statement.comment && !statement.sql.starts_with("--") ? "-- " : "";
      text += statement.sql;
      text += statement.comment || statement.sql.ends_with(';') ? "\n" : ";\n";
    }
    apply(schema, change);
  }
  return text;
}

std::string headOf(const Draft& draft) {
  std::string text = "-- " + draft.description + '\n';
  text += "-- Written by comparing " + draft.source + "; look through it before you use it.\n";
  return text;
}

/// The number after the highest one in front of a file's name, with as many digits.
std::string nextNumber(const fs::path& folder) {
  long long highest = 0;
  std::size_t width = 4;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
    if (!name.ends_with(".sql") || digits == 0 || digits > 17) continue;
    const long long number = std::stoll(name.substr(0, digits));
    if (number < highest) continue;
    highest = number;
    width = digits;
  }
  std::string text = std::to_string(highest + 1);
  if (text.size() < width) text.insert(0, width - text.size(), '0');
  return text;
}

void write(const fs::path& path, const std::string& text) {
  if (fs::exists(path))
    throw Error(ErrorKind::resource, "there is a file " + path.string() + " already");
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw Error(ErrorKind::resource, "cannot write " + path.string());
}

}  // namespace

std::string_view historyOwner(std::string_view table) {
  const auto found =
      std::find_if(histories.begin(), histories.end(),
                   [&](const HistoryTable& known) { return sameName(known.table, table); });
  return found == histories.end() ? std::string_view() : found->owner;
}

Schema withoutHistories(Schema schema) {
  std::erase_if(schema.tables,
                [](const Table& table) { return !historyOwner(table.name).empty(); });
  return schema;
}

Draft draftMigration(const Schema& live, const Schema& wanted, const DiffOptions& options) {
  Draft draft;
  draft.before = withoutHistories(live);
  draft.scheme = options.scheme;
  draft.source = "two schemas";
  draft.up = diff(draft.before, withoutHistories(wanted), options);
  const Schema after = made(draft.before, draft.up.changes);
  draft.down = diff(after, draft.before, {DiffScope::everything, options.scheme}).changes;
  return draft;
}

Draft draftMigration(Database database, const Schema& wanted, DiffScope scope) {
  const Dialect& dialect = database.backend().schemaDialect();
  const Schema live = database.read([&](UnitOfWork& work) { return dialect.read(work); });
  Draft draft =
      draftMigration(live, wanted, DiffOptions{scope, std::string(database.backend().scheme())});
  draft.source = (scope == DiffScope::entities ? "the entities with " : "a model with ") +
                 database.url().toString();
  return draft;
}

std::vector<DraftFile> draftToSql(const Draft& draft) {
  const Schema after = made(draft.before, draft.up.changes);
  const std::string words = fileWords(draft.description);
  const std::string name = draft.id + (words.empty() ? "" : '_' + words) + '.';
  std::string after_ids;
  for (const std::string& id : draft.after)
    after_ids += (after_ids.empty() ? "-- after: " : ", ") + id;
  if (!after_ids.empty()) after_ids += '\n';
  std::vector<DraftFile> files;
  for (const std::string_view scheme : {"sqlite", "postgresql"}) {
    const Dialect& dialect = findBackend(scheme)->schemaDialect();
    const bool foreign = !draft.scheme.empty() && draft.scheme != scheme;
    const std::string prefix = name + std::string(scheme);
    files.push_back(
        {prefix + ".up.sql",
         after_ids + headOf(draft) + sqlOf(dialect, draft.before, draft.up.changes, foreign)});
    files.push_back(
        {prefix + ".down.sql", headOf(draft) + sqlOf(dialect, after, draft.down, foreign)});
  }
  return files;
}

std::vector<fs::path> writeDraft(Draft draft, const fs::path& folder) {
  if (draft.up.changes.empty()) {
    throw Error(ErrorKind::usage,
                draft.up.empty() ? "nothing differs: there is nothing to migrate"
                                 : "no change can make these differences:\n" + draft.up.toText());
  }
  std::error_code error;
  fs::create_directory(folder, error);
  if (!fs::is_directory(folder))
    throw Error(ErrorKind::resource, "cannot make the folder " + folder.string());
  if (draft.id.empty()) draft.id = nextNumber(folder);
  std::vector<fs::path> paths;
  for (const DraftFile& file : draftToSql(draft)) {
    paths.push_back(folder / file.name);
    write(paths.back(), file.text);
  }
  return paths;
}

}  // namespace repot::schema
