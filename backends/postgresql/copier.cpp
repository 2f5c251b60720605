// Backups by pg_dump, which knows every kind of object of its server; that each row is in the dump
// is proved by digests of the same snapshot, read with COPY.
#include "postgresql/copier.hpp"

#include "postgresql/client_program.hpp"
#include "postgresql/copy_text.hpp"
#include "postgresql/result_error.hpp"

#include <repot/backend.hpp>
#include <repot/error.hpp>
#include <repot/postgresql/bulk.hpp>

#include <libpq-fe.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <memory>
#include <optional>

namespace repot::postgresql {
namespace {

struct Table {
  std::string name;     ///< As plainName() gives it.
  std::string copySql;  ///< COPY … TO STDOUT
};

/// Tables whose rows pg_dump writes: not those that extensions bring with them.
constexpr const char* tablesSql = R"(
SELECT n.nspname, c.relname,
       (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '')
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND c.relpersistence <> 't'
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                      AND d.objid = c.oid AND d.deptype = 'e'))";

using Result = std::unique_ptr<PGresult, void (*)(PGresult*)>;

Result query(BulkConnection& connection, const char* sql, ExecStatusType wanted) {
  Result result(PQexec(connection.raw(), sql), &PQclear);
  if (PQresultStatus(result.get()) != wanted)
    throw errorOf(connection.raw(), result.get()).withStatement(sql);
  return result;
}

std::vector<Table> tablesOf(BulkConnection& connection) {
  const Result rows = query(connection, tablesSql, PGRES_TUPLES_OK);
  std::vector<Table> tables;
  for (int row = 0; row < PQntuples(rows.get()); ++row) {
    const std::string schema = PQgetvalue(rows.get(), row, 0);
    const std::string name = PQgetvalue(rows.get(), row, 1);
    const std::string columns = PQgetvalue(rows.get(), row, 2);
    tables.push_back(
        {schema + '.' + name, "COPY " + quoteIdentifier(schema) + '.' + quoteIdentifier(name) +
                                  (columns.empty() ? "" : " (" + columns + ')') + " TO STDOUT"});
  }
  // As the dump's are sorted, byte by byte.
  std::sort(tables.begin(), tables.end(),
            [](const Table& a, const Table& b) { return a.name < b.name; });
  return tables;
}

TableContents readTable(BulkConnection& connection, const Table& table) {
  query(connection, table.copySql.c_str(), PGRES_COPY_OUT);
  LinesDigest digest;
  char* line = nullptr;
  int size = 0;
  while ((size = PQgetCopyData(connection.raw(), &line, 0)) > 0) {
    digest.add({line, static_cast<std::size_t>(size - 1)});  // Without the line's end.
    PQfreemem(line);
  }
  Result last(nullptr, &PQclear);
  while (PGresult* result = PQgetResult(connection.raw())) {
    if (!last || PQresultStatus(last.get()) == PGRES_COMMAND_OK) last.reset(result);
  }
  if (size == -2 || PQresultStatus(last.get()) != PGRES_COMMAND_OK)
    throw errorOf(connection.raw(), last.get()).withStatement(table.copySql);
  return digest.contents(table.name);
}

/// Rows as pg_dump sees them: all of them, or an error.
std::vector<TableContents> readTables(BulkConnection& connection, const CopyObserver& observer) {
  connection.execute("SET row_security = off; SET extra_float_digits = 3");
  const std::vector<Table> tables = tablesOf(connection);
  CopyProgress progress{"reading", 0, static_cast<std::int64_t>(tables.size())};
  std::vector<TableContents> contents;
  for (const Table& table : tables) {
    contents.push_back(readTable(connection, table));
    ++progress.done;
    tell(observer, progress);
  }
  return contents;
}

/// What is in the dump, or belongs to it, and was not compared with it; empty: nothing. Large
/// objects have no order of lines to compare; of an extension's tables the dump has what it says
/// itself.
constexpr const char* notComparedSql = R"(
SELECT concat_ws('; ',
  (SELECT nullif(count(*), 0) || ' large objects' FROM pg_largeobject_metadata),
  (SELECT 'tables of extensions: ' || string_agg(quote_ident(n.nspname) || '.' ||
            quote_ident(c.relname) || ' (' || e.extname || ')', ', ' ORDER BY n.nspname, c.relname)
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
      AND d.refclassid = 'pg_extension'::regclass JOIN pg_extension e ON e.oid = d.refobjid
    WHERE c.relkind IN ('r', 'p')),
  (SELECT 'rows of foreign tables: ' || string_agg(quote_ident(n.nspname) || '.' ||
            quote_ident(c.relname), ', ' ORDER BY n.nspname, c.relname)
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'f')))";

bool isEmpty(BulkConnection& connection) {
  return connection.value(
             "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
             "WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND NOT EXISTS "
             "(SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e'))") == "f";
}

/// The same server, through another database that is always there: one cannot rename one's own.
DatabaseUrl maintenanceUrl(const DatabaseUrl& url, const std::string& database) {
  return url.withOption("dbname", database == "postgres" ? "template1" : "postgres");
}

/// Of a database that another one shall be like.
struct Identity {
  std::string name;
  std::string properties;  ///< As CREATE DATABASE takes them.
};

// The columns of ICU and of the builtin provider are not in every version of the server.
constexpr const char* propertiesSql = R"(
SELECT format(' ENCODING %L LC_COLLATE %L LC_CTYPE %L OWNER %I', pg_encoding_to_char(encoding),
              datcollate, datctype, pg_get_userbyid(datdba)) ||
       CASE to_jsonb(d)->>'datlocprovider'
         WHEN 'i' THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %L',
                              coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale'))
         WHEN 'b' THEN format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', to_jsonb(d)->>'datlocale')
         ELSE '' END
  FROM pg_database d WHERE datname = current_database())";

class PostgresqlCopier final : public Copier {
 public:
  std::string_view extension() const noexcept override { return ".pgdump"; }

  std::string nameOf(const DatabaseUrl& url) const override {
    std::string name = url.option("dbname").value_or(url.database());
    if (name.empty()) name = url.option("service").value_or("postgresql");
    std::replace(name.begin(), name.end(), '/', '_');
    return name;
  }

  DatabaseContents copy(const DatabaseUrl& url, const std::string& file,
                        const CopyObserver& observer) const override {
    BulkConnection connection(url);
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const std::string snapshot = connection.value("SELECT pg_export_snapshot()");
    ClientPrograms(connection)
        .run("pg_dump", {"--format=custom", "--snapshot=" + snapshot, "--file=" + file}, observer,
             {"copying", 0, 0});
    DatabaseContents contents;
    contents.tables = readTables(connection, observer);
    contents.facts.emplace_back("server_version", connection.value("SHOW server_version"));
    if (const std::string rest = connection.value(notComparedSql); !rest.empty())
      contents.facts.emplace_back("not_compared", rest);
    return contents;
  }

  DatabaseContents inspect(const std::string& file, const CopyObserver& observer) const override {
    DumpReader reader;
    try {
      runProgram("pg_restore", {"--data-only", "--file=-", file}, observer, {"checking", 0, 0},
                 [&](std::string_view bytes) { reader.take(bytes); });
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::resource) throw;
      throw Error(ErrorKind::notADatabase, error.what());
    }
    return {reader.finish(), {}};
  }

  std::string restore(const std::string& file, const DatabaseContents& contents,
                      const DatabaseUrl& url,
                      const std::optional<std::string>& keptAs) const override {
    bool empty = false;
    Identity database;
    {
      BulkConnection connection(url);
      empty = isEmpty(connection);
      database = {connection.value("SELECT current_database()"), connection.value(propertiesSql)};
    }
    if (!empty && !keptAs) {
      throw Error(ErrorKind::conflict, "the database \"" + database.name + "\" is not empty");
    }
    if (empty) {
      fill(file, contents, url);
      return {};
    }
    std::string word = *keptAs;
    for (char& c : word)  // So that it needs no quotes.
      c = c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    constexpr std::size_t longestName = 63;
    const std::string kept = database.name.substr(0, longestName - 1 - word.size()) + '_' + word;
    replaceDatabase(file, contents, url, database, kept);
    return "database " + kept;
  }

 private:
  static void fill(const std::string& file, const DatabaseContents& contents,
                   const DatabaseUrl& url);
  static void replaceDatabase(const std::string& file, const DatabaseContents& contents,
                              const DatabaseUrl& url, const Identity& database,
                              const std::string& kept);
};

/// In one transaction; a failure leaves the database empty.
void PostgresqlCopier::fill(const std::string& file, const DatabaseContents& contents,
                            const DatabaseUrl& url) {
  BulkConnection connection(url);
  ClientPrograms(connection)
      .run("pg_restore", {"--single-transaction", "--exit-on-error", file}, {},
           {"restoring", 0, 0});
  if (readTables(connection, {}) != contents.tables) {
    throw Error(ErrorKind::data,
                "what was restored is not equal to the backup; do not use this "
                "database");
  }
}

void PostgresqlCopier::replaceDatabase(const std::string& file, const DatabaseContents& contents,
                                       const DatabaseUrl& url, const Identity& database,
                                       const std::string& kept) {
  const std::string name = quoteIdentifier(database.name), keptName = quoteIdentifier(kept);
  BulkConnection server(maintenanceUrl(url, database.name));
  const auto rename = [&](const std::string& from, const std::string& to) {
    server.execute("ALTER DATABASE " + from + " RENAME TO " + to);
  };
  try {
    rename(name, keptName);
  } catch (const Error& error) {
    if (error.sqlState() != "55006") throw;
    throw Error(ErrorKind::busy, "the database \"" + database.name +
                                     "\" is in use; stop the application, and restore then");
  }
  try {
    server.execute("CREATE DATABASE " + name + " TEMPLATE template0" + database.properties);
    fill(file, contents, url);
  } catch (...) {
    server.execute("DROP DATABASE IF EXISTS " + name);
    rename(keptName, name);
    throw;
  }
}

}  // namespace

const Copier& copier() noexcept {
  static const PostgresqlCopier instance;
  return instance;
}

}  // namespace repot::postgresql
