// The catalog asked for each kind of object that schema::Schema does not know; see native.hpp.
#include "postgresql/schema/native.hpp"

#include "postgresql/schema/conditions.hpp"

#include <repot/sql.hpp>

#include <algorithm>

namespace repot::postgresql {
namespace {

using schema::NativeObject;
using Place = NativeObject::Place;

/// A query for one kind: the object's name, its SQL, and what it stands in place of.
struct Kind {
  Place place;
  std::string query;
  bool beyondModel = true;
};

const std::string here = "(SELECT oid FROM pg_namespace WHERE nspname = current_schema())";

/// Not part of an extension.
std::string own(const std::string& catalog, const std::string& oid) {
  return " NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.classid = '" + catalog +
         "'::regclass AND e.objid = " + oid + " AND e.deptype = 'e') ";
}

Kind extensions() {
  return {
      Place::beforeTables,
      "SELECT 'extension ' || extname, format('CREATE EXTENSION IF NOT EXISTS %I', extname), '' "
      "FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY extname"};
}

Kind enumerations() {
  return {Place::beforeTables,
          "SELECT 'type ' || t.typname, format('CREATE TYPE %I AS ENUM (%s)', t.typname, "
          "string_agg(quote_literal(l.enumlabel), ', ' ORDER BY l.enumsortorder)), '' "
          "FROM pg_type t JOIN pg_enum l ON l.enumtypid = t.oid WHERE t.typnamespace = " +
              here + " AND" + own("pg_type", "t.oid") + "GROUP BY t.oid, t.typname ORDER BY 1"};
}

Kind composites() {
  return {Place::beforeTables,
          "SELECT 'type ' || c.relname, format('CREATE TYPE %I AS (%s)', c.relname, "
          "string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' "
          "ORDER BY a.attnum)), '' FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
          "WHERE c.relkind = 'c' AND a.attnum > 0 AND NOT a.attisdropped AND" +
              ours + "GROUP BY c.oid, c.relname ORDER BY 1"};
}

Kind domains() {
  return {Place::beforeTables,
          "SELECT 'domain ' || t.typname, format('CREATE DOMAIN %I AS %s', t.typname, "
          "format_type(t.typbasetype, t.typtypmod)) || coalesce(' DEFAULT ' || t.typdefault, '') "
          "|| CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END || coalesce((SELECT string_agg("
          "format(' CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)), '' "
          "ORDER BY k.conname) FROM pg_constraint k WHERE k.contypid = t.oid), ''), '' "
          "FROM pg_type t WHERE t.typtype = 'd' AND t.typnamespace = " +
              here + " AND" + own("pg_type", "t.oid") + "ORDER BY t.oid"};
}

Kind ranges() {
  return {Place::beforeTables,
          "SELECT 'type ' || t.typname, '', '' FROM pg_type t WHERE t.typtype = 'r' AND "
          "t.typnamespace = " +
              here + " AND" + own("pg_type", "t.oid") + "ORDER BY 1"};
}

/// But for those of identities and of what is read as `serial`.
const std::string plainSequences =
    "FROM pg_class q JOIN pg_sequence s ON s.seqrelid = q.oid "
    "LEFT JOIN pg_depend o ON o.classid = 'pg_class'::regclass AND o.objid = q.oid "
    "AND o.refclassid = 'pg_class'::regclass AND o.deptype IN ('a', 'i') "
    "LEFT JOIN pg_class c ON c.oid = o.refobjid "
    "LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = o.refobjsubid "
    "LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum "
    "WHERE q.relkind = 'S' AND q.relnamespace = " +
    here + " AND" + own("pg_class", "q.oid") +
    "AND o.deptype IS DISTINCT FROM 'i' AND NOT coalesce(" + serialKey + ", false) ";

Kind sequences() {
  return {Place::beforeTables,
          "SELECT 'sequence ' || q.relname, format('CREATE SEQUENCE %I AS %s INCREMENT BY %s "
          "MINVALUE %s MAXVALUE %s START WITH %s CACHE %s%s', q.relname, "
          "format_type(s.seqtypid, NULL), s.seqincrement, s.seqmin, s.seqmax, s.seqstart, "
          "s.seqcache, CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END), '' " +
              plainSequences + "ORDER BY 1"};
}

Kind owners() {
  return {Place::afterTables,
          "SELECT 'owner of sequence ' || q.relname, format('ALTER SEQUENCE %I OWNED BY %I.%I', "
          "q.relname, c.relname, a.attname), '' " +
              plainSequences + "AND a.attname IS NOT NULL ORDER BY 1",
          false};
}

/// Those that take or return rows of tables can only be made behind them.
Kind functions(Place place) {
  const std::string ofRows =
      "EXISTS (SELECT 1 FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid "
      "LEFT JOIN pg_type l ON l.typelem = t.oid WHERE c.relkind <> 'c' AND (t.oid = f.prorettype "
      "OR t.oid = ANY (f.proargtypes) OR l.oid = f.prorettype OR l.oid = ANY (f.proargtypes)))";
  return {
      place,
      // Unqualified; its body is looked into when it runs, as what it names may come later.
      "SELECT 'function ' || f.oid::regprocedure, CASE WHEN f.prokind IN ('f', 'p') THEN "
      "'SET LOCAL check_function_bodies = off; ' || regexp_replace("
      "rtrim(pg_get_functiondef(f.oid), E'\\n'), '^(CREATE OR REPLACE (FUNCTION|PROCEDURE) )' || "
      "regexp_replace(quote_ident(current_schema()), '([^[:alnum:]])', '\\\\\\1', 'g') || "
      "'\\.', '\\1') ELSE '' END, '' FROM pg_proc f WHERE f.pronamespace = " +
          here + " AND" + own("pg_proc", "f.oid") + "AND " +
          (place == Place::beforeTables ? "NOT " : "") + ofRows + " ORDER BY f.oid"};
}

/// Kinds of indexes, operator classes and columns that the model does not have.
const std::string peculiarIndex =
    "(m.amname <> 'btree' OR i.indnatts > i.indnkeyatts OR "
    "coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) OR EXISTS ("
    "SELECT 1 FROM unnest(i.indclass::oid[]) AS u(class) JOIN pg_opclass o ON o.oid = u.class "
    "WHERE NOT o.opcdefault) OR x.reloptions IS NOT NULL)";

/// `peculiar`: whether those are wanted, or those whose NULLs stand where the model does not put
/// them.
Kind indexes(bool peculiar) {
  return {Place::insteadOfModel,
          "SELECT 'index ' || x.relname, pg_get_indexdef(i.indexrelid, 0, true), x.relname::text "
          "FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
          "JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam "
          "WHERE c.relkind IN ('r', 'p') AND NOT EXISTS (SELECT 1 FROM pg_constraint k "
          "WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')) AND " +
              (peculiar ? peculiarIndex
                        : "NOT " + peculiarIndex +
                              " AND EXISTS (SELECT 1 FROM unnest(i.indoption::int2[]) AS u(bits) "
                              "WHERE u.bits NOT IN (1, 2))") +
              " AND" + ours + "ORDER BY 1",
          peculiar};
}

/// Constraints with properties that the model does not have.
Kind constraints() {
  return {Place::afterTables,
          "SELECT 'constraint ' || k.conname || ' of table ' || c.relname, format('ALTER TABLE %I "
          "%sADD CONSTRAINT %I %s', c.relname, CASE WHEN k.contype = 'x' THEN '' ELSE "
          "format('DROP CONSTRAINT %I, ', k.conname) END, k.conname, "
          "pg_get_constraintdef(k.oid, true)), '' FROM pg_constraint k "
          "JOIN pg_class c ON c.oid = k.conrelid LEFT JOIN pg_index i ON i.indexrelid = k.conindid "
          "WHERE (k.contype = 'x' OR NOT k.convalidated OR k.connoinherit AND k.contype = 'c' "
          "OR k.condeferrable AND k.contype <> 'f' OR k.confmatchtype = 'f' "
          "OR k.contype IN ('p', 'u') AND (i.indnatts > i.indnkeyatts OR "
          "coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false))) "
          "AND k.contype IN ('c', 'f', 'p', 'u', 'x') AND" +
              ours + "ORDER BY k.oid"};
}

Kind identities() {
  return {Place::afterTables,
          "SELECT 'identity ' || c.relname || '.' || a.attname, format('ALTER TABLE %I ALTER "
          "COLUMN %I %s', c.relname, a.attname, CASE WHEN " +
              soleKey +
              " THEN 'SET GENERATED ALWAYS' ELSE format('ADD GENERATED %s AS IDENTITY', "
              "CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END) END), '' "
              "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE NOT a.attisdropped "
              "AND (a.attidentity = 'a' OR a.attidentity = 'd' AND NOT " +
              soleKey + ") AND" + ours + "ORDER BY 1"};
}

Kind materializedViews() {
  return {Place::afterTables,
          "SELECT 'materialized view ' || c.relname, format('CREATE MATERIALIZED VIEW %I AS %s', "
          "c.relname, rtrim(pg_get_viewdef(c.oid), ';')) || coalesce((SELECT string_agg("
          "'; ' || pg_get_indexdef(i.indexrelid, 0, true), '') FROM pg_index i "
          "WHERE i.indrelid = c.oid), ''), '' FROM pg_class c WHERE c.relkind = 'm' AND" +
              ours + "ORDER BY c.oid"};
}

Kind policies() {
  return {Place::afterTables,
          "SELECT 'policy ' || p.policyname || ' of table ' || c.relname, format("
          "'CREATE POLICY %I ON %I AS %s FOR %s TO %s', p.policyname, c.relname, p.permissive, "
          "p.cmd, (SELECT string_agg(CASE r WHEN 'public' THEN 'PUBLIC' ELSE quote_ident(r) END, "
          "', ') FROM unnest(p.roles) AS u(r))) || coalesce(' USING (' || p.qual || ')', '') "
          "|| coalesce(' WITH CHECK (' || p.with_check || ')', ''), '' FROM pg_policies p "
          "JOIN pg_class c ON c.relname = p.tablename WHERE p.schemaname = current_schema() AND" +
              ours + "ORDER BY 1"};
}

Kind rowSecurity() {
  return {Place::afterTables,
          "SELECT 'row level security of table ' || c.relname, format('ALTER TABLE %I ENABLE ROW "
          "LEVEL SECURITY', c.relname) || CASE WHEN c.relforcerowsecurity THEN format('; ALTER "
          "TABLE %I FORCE ROW LEVEL SECURITY', c.relname) ELSE '' END, '' FROM pg_class c "
          "WHERE c.relrowsecurity AND" +
              ours + "ORDER BY 1"};
}

Kind rules() {
  return {Place::afterTables,
          "SELECT 'rule ' || r.rulename || ' of ' || c.relname, pg_get_ruledef(r.oid, true), '' "
          "FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class "
          "WHERE r.rulename <> '_RETURN' AND" +
              ours + "ORDER BY 1"};
}

Kind unlogged() {
  return {Place::afterTables,
          "SELECT 'storage of table ' || c.relname, format('ALTER TABLE %I SET UNLOGGED', "
          "c.relname), '' FROM pg_class c WHERE c.relkind = 'r' AND c.relpersistence = 'u' AND" +
              ours + "ORDER BY 1"};
}

/// Tables that a plain one of the same columns does not stand for.
Kind otherTables() {
  return {Place::afterTables,
          "SELECT CASE c.relkind WHEN 'f' THEN 'foreign table ' WHEN 'p' THEN 'partitioning of "
          "table ' ELSE CASE WHEN c.relispartition THEN 'partition ' ELSE 'inheritance of table ' "
          "END END || c.relname, '', '' FROM pg_class c WHERE (c.relkind IN ('f', 'p') OR "
          "c.relkind = 'r' AND (c.relispartition OR EXISTS (SELECT 1 FROM pg_inherits h "
          "WHERE h.inhrelid = c.oid))) AND" +
              ours + "ORDER BY 1"};
}

}  // namespace

std::vector<NativeObject> nativeObjects(UnitOfWork& work) {
  std::vector<NativeObject> objects;
  for (const Kind& kind :
       {extensions(), enumerations(), composites(), domains(), ranges(), sequences(),
        functions(Place::beforeTables), indexes(true), indexes(false), owners(),
        functions(Place::afterTables), constraints(), identities(), materializedViews(),
        rowSecurity(), policies(), rules(), unlogged(), otherTables()}) {
    for (const auto& [name, sql, replaces] :
         select<std::string, std::string, std::string>(work, kind.query)) {
      objects.push_back({name, sql, kind.place, replaces, kind.beyondModel});
    }
  }
  return objects;
}

}  // namespace repot::postgresql
