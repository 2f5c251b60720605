// Conditions on PostgreSQL's catalog that say what of it is read into a schema.
#pragma once

#include <string>

namespace repot::postgresql {

/// The relations of the current schema that are read, as a condition on pg_class `c`.
inline const std::string ours =
    " c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) "
    "AND c.relname NOT LIKE 'repot\\_%' AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE "
    "e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e') ";

/// Whether the column `a` is the only one of the primary key of `c`.
inline const std::string soleKey =
    "EXISTS (SELECT 1 FROM pg_constraint p WHERE p.conrelid = c.oid AND p.contype = 'p' "
    "AND p.conkey = ARRAY[a.attnum])";

/// Whether `a` is what `serial` makes: such a key whose default (pg_attrdef `d`) is the next number
/// of a plain sequence that the column owns, named as PostgreSQL names it.
inline const std::string serialKey =
    "(a.attidentity = '' AND " + soleKey +
    " AND EXISTS (SELECT 1 FROM pg_depend s JOIN pg_class q ON q.oid = s.objid "
    "JOIN pg_sequence w ON w.seqrelid = q.oid "
    "WHERE s.classid = 'pg_class'::regclass AND s.refclassid = 'pg_class'::regclass "
    "AND s.refobjid = c.oid AND s.refobjsubid = a.attnum AND s.deptype = 'a' "
    "AND q.relkind = 'S' AND q.relname::text = c.relname::text || '_' || a.attname::text || '_seq' "
    "AND q.relnamespace = c.relnamespace AND w.seqincrement = 1 AND NOT w.seqcycle "
    "AND EXISTS (SELECT 1 FROM pg_depend u WHERE u.classid = 'pg_attrdef'::regclass "
    "AND u.objid = d.oid AND u.refclassid = 'pg_class'::regclass AND u.refobjid = q.oid) "
    "AND pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%::regclass)'))";

}  // namespace repot::postgresql
