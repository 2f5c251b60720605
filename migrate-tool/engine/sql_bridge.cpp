// See sql_bridge.hpp.
#include "sql_bridge.hpp"

namespace repot::migrate {

sql::TypeClass typeClassOf(PgType type) {
  switch (type) {
    case PgType::bigint:
      return sql::TypeClass::integer;
    case PgType::doublePrecision:
      return sql::TypeClass::real;
    case PgType::numeric:
      return sql::TypeClass::numeric;
    case PgType::boolean:
      return sql::TypeClass::boolean;
    case PgType::text:
    case PgType::varchar:
      return sql::TypeClass::text;
    case PgType::bytea:
      return sql::TypeClass::bytea;
    case PgType::date:
      return sql::TypeClass::date;
    case PgType::time:
      return sql::TypeClass::time;
    case PgType::timestamp:
      return sql::TypeClass::timestamp;
    case PgType::timestamptz:
      return sql::TypeClass::timestamptz;
    case PgType::uuid:
      return sql::TypeClass::uuid;
    case PgType::json:
    case PgType::jsonb:
      return sql::TypeClass::json;
    case PgType::interval:
    case PgType::smallint:
    case PgType::integer:
    case PgType::real:
    case PgType::bpchar:
    case PgType::inet:
    case PgType::enumeration:
    case PgType::other:
      break;
  }
  return sql::TypeClass::unknown;
}

bool changesValues(const ColumnPlan& column) {
  switch (column.conversion) {
    case Conversion::exact:
    case Conversion::intToReal:
    case Conversion::toNumeric:
      return column.misfit != MisfitPolicy::fail;
    default:
      return true;
  }
}

sql::ColumnInfo columnInfo(const ColumnPlan& column, const std::string& sourceCollation) {
  return {quoteIdentifier(column.target),
          typeClassOf(column.type),
          sourceCollation,
          column.notNull,
          changesValues(column),
          column.conversion == Conversion::intToReal};
}

}  // namespace repot::migrate
