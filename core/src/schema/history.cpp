// The history table; see history.hpp. It is an ordinary table of texts and numbers, so that it goes
// along when the database is moved.
#include "schema/history.hpp"

#include "repot/sql.hpp"

namespace repot::schema::history {
namespace {

constexpr const char* tableName = "repot_migrations";

Table historyTable() {
  Table table;
  TableBuilder(table)
      .column("id", ColumnType::text)
      .column("position", ColumnType::integer)
      .column("description", ColumnType::text)
      .column("checksum", ColumnType::text)
      .column("applied_at", ColumnType::instant)
      .column("duration_us", ColumnType::integer)
      .column("schema", ColumnType::text)
      .column("scheme", ColumnType::text)
      .primaryKey({"id"});
  table.name = tableName;
  nameConstraints(table);
  return table;
}

}  // namespace

std::vector<Applied> read(UnitOfWork& work, const Dialect& dialect) {
  std::vector<Applied> rows;
  if (!dialect.hasTable(work, tableName)) return rows;
  for (auto& [id, description, checksum, at, duration, schema, scheme] :
       select<std::string, std::string, std::string, Instant, std::int64_t, std::string,
              std::string>(
           work,
           "SELECT id, description, checksum, applied_at, duration_us, schema, scheme "
           "FROM repot_migrations ORDER BY position")) {
    rows.push_back({id, description, Checksum::parse(checksum), at,
                    std::chrono::microseconds(duration), schema, scheme});
  }
  return rows;
}

void create(UnitOfWork& work, const Dialect& dialect) {
  if (!dialect.hasTable(work, tableName)) dialect.make(work, CreateTable{historyTable()}, Schema{});
}

void add(UnitOfWork& work, const Applied& applied) {
  execute(work,
          "INSERT INTO repot_migrations (id, position, description, checksum, applied_at, "
          "duration_us, schema, scheme) SELECT $1, coalesce(max(position), 0) + 1, $2, $3, $4, $5, "
          "$6, $7 "
          "FROM repot_migrations",
          applied.id, applied.description, applied.checksum.toString(), applied.at,
          std::int64_t{applied.duration.count()}, applied.schema, applied.scheme);
}

void remove(UnitOfWork& work, const std::string& id) {
  execute(work, "DELETE FROM repot_migrations WHERE id = $1", id);
}

}  // namespace repot::schema::history
