// One query per schema, whose answer is JSON: names may hold any character, and NULL is not ''.
#include "engine/run/target_tables.hpp"

#include <repot/error.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace repot::migrate {
namespace {

namespace json = boost::json;

constexpr const char* catalogSql = R"sql(
SELECT json_build_object(
  'name', c.relname, 'partitioned', c.relhassubclass OR c.relkind = 'p',
  'owned', pg_has_role(c.relowner, 'USAGE'),
  'insert', has_table_privilege(c.oid, 'INSERT'),
  'truncate', has_table_privilege(c.oid, 'TRUNCATE'),
  'rls', row_security_active(c.oid),
  'columns', coalesce((
    SELECT json_agg(json_build_object(
      'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
      'base', b.typname, 'builtin', b.typnamespace = 'pg_catalog'::regnamespace,
      'kind', b.typtype,
      'mod', CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END,
      'labels', coalesce((SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder)
                          FROM pg_enum e WHERE e.enumtypid = b.oid), '[]'),
      'notnull', a.attnotnull OR t.typnotnull, 'identity', a.attidentity <> '',
      'generated', a.attgenerated <> '', 'default', a.atthasdef,
      'expression', coalesce(pg_get_expr(d.adbin, d.adrelid), ''),
      'sequence', coalesce(quote_ident(sn.nspname) || '.' || quote_ident(s.relname), ''),
      'sequence_owned', coalesce(pg_has_role(s.relowner, 'USAGE'), false),
      'sequence_read', coalesce(has_sequence_privilege(s.oid, 'SELECT'), false),
      'sequence_update', coalesce(has_sequence_privilege(s.oid, 'UPDATE'), false))
      ORDER BY a.attnum)
    FROM pg_attribute a
    JOIN pg_type t ON t.oid = a.atttypid
    JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN LATERAL (
      SELECT q.refobjid AS oid FROM pg_depend q
      JOIN pg_class r ON r.oid = q.refobjid AND r.relkind = 'S'
      WHERE q.classid = 'pg_attrdef'::regclass AND q.objid = d.oid
        AND q.refclassid = 'pg_class'::regclass
      UNION ALL
      SELECT q.objid FROM pg_depend q
      WHERE a.attidentity <> '' AND q.classid = 'pg_class'::regclass AND q.deptype = 'i'
        AND q.refobjid = a.attrelid AND q.refobjsubid = a.attnum
      LIMIT 1) l ON true
    LEFT JOIN pg_class s ON s.oid = l.oid
    LEFT JOIN pg_namespace sn ON sn.oid = s.relnamespace
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]'),
  'indexes', coalesce((
    SELECT json_agg(json_build_object(
      'name', x.relname, 'unique', i.indisunique, 'primary', i.indisprimary,
      'valid', i.indisvalid AND i.indisready, 'partial', i.indpred IS NOT NULL,
      'deferrable', NOT i.indimmediate,
      'columns', (SELECT json_agg(coalesce(a.attname, '') ORDER BY k.place)
                  FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place)
                  LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
                    AND k.attnum > 0
                  WHERE k.place <= i.indnkeyatts)) ORDER BY x.relname)
    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid), '[]'),
  'foreign_keys', coalesce((
    SELECT json_agg(json_build_object(
      'name', k.conname, 'valid', k.convalidated, 'deferrable', k.condeferrable,
      'deferred', k.condeferred, 'delete', k.confdeltype, 'update', k.confupdtype,
      'parent', p.relname, 'parent_schema', pn.nspname,
      'columns', (SELECT json_agg(a.attname ORDER BY u.place)
                  FROM unnest(k.conkey) WITH ORDINALITY AS u(attnum, place)
                  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum),
      'parent_columns', (SELECT json_agg(a.attname ORDER BY u.place)
                  FROM unnest(k.confkey) WITH ORDINALITY AS u(attnum, place)
                  JOIN pg_attribute a ON a.attrelid = p.oid AND a.attnum = u.attnum))
      ORDER BY k.conname)
    FROM pg_constraint k JOIN pg_class p ON p.oid = k.confrelid
    JOIN pg_namespace pn ON pn.oid = p.relnamespace
    WHERE k.conrelid = c.oid AND k.contype = 'f'), '[]'),
  'checks', coalesce((
    SELECT json_agg(json_build_object(
      'name', k.conname, 'valid', k.convalidated,
      'columns', coalesce((SELECT json_agg(a.attname ORDER BY a.attname)
                  FROM unnest(k.conkey) AS u(attnum)
                  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum), '[]'))
      ORDER BY k.conname)
    FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c'), '[]'),
  'triggers', coalesce((
    SELECT json_agg(json_build_object(
      'name', g.tgname, 'relation', quote_ident(gn.nspname) || '.' || quote_ident(gc.relname),
      'enabled', g.tgenabled, 'insert', (g.tgtype & 4) <> 0) ORDER BY g.tgname, gc.relname)
    FROM pg_trigger g JOIN pg_class gc ON gc.oid = g.tgrelid
    JOIN pg_namespace gn ON gn.oid = gc.relnamespace
    WHERE NOT g.tgisinternal AND g.tgparentid = 0 AND (g.tgrelid = c.oid
      OR c.relkind = 'p' AND g.tgrelid IN (SELECT relid FROM pg_partition_tree(c.oid)))),
    '[]'))::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relkind = ANY ($2::"char"[]) AND NOT c.relispartition
ORDER BY c.relname)sql";

struct TypeName {
  std::string_view name;
  PgType type;
};
/// By pg_type's own names. Types that are absent here are read as text.
constexpr auto typeNames = std::to_array<TypeName>({{"int8", PgType::bigint},
                                                    {"int4", PgType::integer},
                                                    {"int2", PgType::smallint},
                                                    {"float8", PgType::doublePrecision},
                                                    {"float4", PgType::real},
                                                    {"numeric", PgType::numeric},
                                                    {"bool", PgType::boolean},
                                                    {"text", PgType::text},
                                                    {"varchar", PgType::varchar},
                                                    {"bpchar", PgType::bpchar},
                                                    {"bytea", PgType::bytea},
                                                    {"date", PgType::date},
                                                    {"time", PgType::time},
                                                    {"timestamp", PgType::timestamp},
                                                    {"timestamptz", PgType::timestamptz},
                                                    {"interval", PgType::interval},
                                                    {"uuid", PgType::uuid},
                                                    {"inet", PgType::inet},
                                                    {"cidr", PgType::inet},
                                                    {"json", PgType::json},
                                                    {"jsonb", PgType::jsonb}});

std::string text(const json::value& value) {
  return json::value_to<std::string>(value);
}

/// Length, precision and scale out of the type's modifier (PostgreSQL's numeric.c, varchar.c).
void applyModifier(ColumnPlan& column, int modifier) {
  constexpr int header = 4;
  if (modifier < 0) return;
  switch (column.type) {
    case PgType::varchar:
    case PgType::bpchar:
      column.length = modifier - header;
      break;
    case PgType::numeric:
      column.length = ((modifier - header) >> 16) & 0xFFFF;
      column.scale = (((modifier - header) & 0x7FF) ^ 1024) - 1024;
      break;
    case PgType::time:
    case PgType::timestamp:
    case PgType::timestamptz:
      column.fractionDigits = modifier;
      break;
    case PgType::interval:
      if ((modifier & 0xFFFF) != 0xFFFF) column.fractionDigits = modifier & 0xFFFF;
      break;
    default:
      break;
  }
}

PgType typeOf(const json::object& entry) {
  const std::string base = text(entry.at("base"));
  if (text(entry.at("kind")) == "e") return PgType::enumeration;
  // An extension's type that differs from text by its operators only.
  if (base == "citext") return PgType::text;
  if (!entry.at("builtin").as_bool()) return PgType::other;
  return builtInType(base);
}

TargetColumn columnOf(const json::object& entry) {
  TargetColumn column;
  column.plan.target = text(entry.at("name"));
  column.plan.typeName = text(entry.at("type"));
  column.plan.type = typeOf(entry);
  column.plan.existing = true;
  applyModifier(column.plan, static_cast<int>(entry.at("mod").as_int64()));
  for (const json::value& label : entry.at("labels").as_array())
    column.plan.labels.push_back(text(label));
  column.plan.notNull = entry.at("notnull").as_bool();
  column.identity = entry.at("identity").as_bool();
  if (entry.at("generated").as_bool()) column.plan.generatedSql = text(entry.at("expression"));
  column.hasDefault = entry.at("default").as_bool() || column.identity;
  column.sequence = text(entry.at("sequence"));
  column.ownsSequence = entry.at("sequence_owned").as_bool();
  column.readsSequence = entry.at("sequence_read").as_bool();
  column.updatesSequence = entry.at("sequence_update").as_bool();
  return column;
}

std::vector<std::string> namesOf(const json::value& list) {
  std::vector<std::string> names;
  if (!list.is_array()) return names;
  for (const json::value& name : list.as_array())
    names.push_back(text(name));
  return names;
}

char letter(const json::value& value) {
  return value.as_string().empty() ? ' ' : value.as_string().front();
}

void readConstraints(const json::object& entry, TargetTable& table) {
  for (const json::value& item : entry.at("indexes").as_array()) {
    const json::object& index = item.as_object();
    table.indexes.push_back({text(index.at("name")), namesOf(index.at("columns")),
                             index.at("unique").as_bool(), index.at("primary").as_bool(),
                             index.at("valid").as_bool(), index.at("partial").as_bool(),
                             index.at("deferrable").as_bool()});
  }
  for (const json::value& item : entry.at("foreign_keys").as_array()) {
    const json::object& key = item.as_object();
    table.foreignKeys.push_back({text(key.at("name")), namesOf(key.at("columns")),
                                 text(key.at("parent_schema")), text(key.at("parent")),
                                 namesOf(key.at("parent_columns")), key.at("valid").as_bool(),
                                 key.at("deferrable").as_bool(), key.at("deferred").as_bool(),
                                 letter(key.at("delete")), letter(key.at("update"))});
  }
  for (const json::value& item : entry.at("checks").as_array()) {
    const json::object& check = item.as_object();
    table.checks.push_back(
        {text(check.at("name")), namesOf(check.at("columns")), check.at("valid").as_bool()});
  }
  for (const json::value& item : entry.at("triggers").as_array()) {
    const json::object& trigger = item.as_object();
    table.triggers.push_back({text(trigger.at("name")), text(trigger.at("relation")),
                              letter(trigger.at("enabled")), trigger.at("insert").as_bool()});
  }
}

TargetTable tableOf(const json::object& entry) {
  TargetTable table;
  table.name = text(entry.at("name"));
  table.partitioned = entry.at("partitioned").as_bool();
  table.owned = entry.at("owned").as_bool();
  table.mayInsert = entry.at("insert").as_bool();
  table.mayTruncate = entry.at("truncate").as_bool();
  table.rowSecurity = entry.at("rls").as_bool();
  for (const json::value& column : entry.at("columns").as_array())
    table.columns.push_back(columnOf(column.as_object()));
  readConstraints(entry, table);
  return table;
}

std::vector<TargetTable> readRelations(Control& control, const std::string& schema,
                                       const std::string& kinds) {
  std::vector<TargetTable> relations;
  for (const auto& row : control.query(catalogSql, {schema, kinds}))
    relations.push_back(tableOf(json::parse(row.at(0)).as_object()));
  return relations;
}

}  // namespace

std::string otherRelation(Control& control, const std::string& schema, const std::string& name) {
  return control.value(
      "SELECT CASE WHEN c.relispartition THEN 'a partition' WHEN c.relkind = 'v' THEN 'a view' "
      "WHEN c.relkind = 'm' THEN 'a materialized view' WHEN c.relkind = 'f' THEN "
      "'a foreign table' END FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n "
      "ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2",
      {schema, name});
}

PgType builtInType(std::string_view name) {
  for (const TypeName& known : typeNames) {
    if (known.name == name) return known.type;
  }
  return PgType::other;
}

const TargetColumn* TargetTable::find(std::string_view column) const {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const TargetColumn& one) {
    return one.plan.target == column;
  });
  return found == columns.end() ? nullptr : &*found;
}

bool TargetTable::hasIndexOn(std::string_view column) const {
  return std::any_of(indexes.begin(), indexes.end(), [&](const TargetIndex& index) {
    return index.valid && !index.partial && !index.columns.empty() && index.columns[0] == column;
  });
}

std::vector<TargetTable> readTargetTables(Control& control, const std::string& schema) {
  if (control.value("SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1", {schema})
          .empty()) {
    throw Error(ErrorKind::notFound,
                "the target has no schema \"" + schema + "\"; name another by --schema");
  }
  std::vector<TargetTable> tables = readRelations(control, schema, "{r,p}");
  // Citus keeps the rows of its tables elsewhere, and refuses to read ONLY the table itself.
  const bool distributes =
      control.value("SELECT pg_catalog.to_regclass('pg_catalog.pg_dist_partition')") != "";
  for (TargetTable& table : tables)
    table.partitioned = table.partitioned || distributes;
  return tables;
}

std::vector<TargetTable> readTargetViews(Control& control, const std::string& schema) {
  return readRelations(control, schema, "{v,m}");
}

}  // namespace repot::migrate
