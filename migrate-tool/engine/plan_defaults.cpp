// Values that the target makes by itself: defaults, identities, generated columns.
#include "classed_json.hpp"
#include "constant.hpp"
#include "draft.hpp"
#include "engine/run/number_text.hpp"
#include "iso_time.hpp"
#include "json_check.hpp"
#include "proposals.hpp"
#include "text_check.hpp"
#include "value_check.hpp"

#include <repot/hex.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace repot::migrate {
namespace {

using Level = Finding::Level;
using sqlite::StorageClass;

std::string byteaLiteral(std::string_view bytes) {
  return "'\\x" + formats::toHex(bytes) + "'::bytea";
}

std::optional<std::string> numberLiteral(const Constant& constant, PgType type) {
  if (constant.type == StorageClass::integer) return std::to_string(constant.integer);
  if (constant.type != StorageClass::real) return std::nullopt;
  if (std::isinf(constant.real)) {
    return std::string(constant.real > 0 ? "'Infinity'" : "'-Infinity'") +
           (type == PgType::numeric ? "::numeric" : "::float8");
  }
  return spellReal(constant.real);
}

std::optional<std::string> booleanLiteral(const Constant& constant) {
  if (constant.type == StorageClass::integer && (constant.integer == 0 || constant.integer == 1)) {
    return constant.integer == 1 ? "true" : "false";
  }
  if (constant.type != StorageClass::text || !booleanPair(constant.bytes)) return std::nullopt;
  const char first = asciiLower(constant.bytes)[0];
  return first == 't' || first == 'y' ? "true" : "false";
}

std::optional<std::string> textLiteral(const Constant& constant, const ColumnPlan& column) {
  std::string text = constant.bytes;
  if (constant.type == StorageClass::integer) text = std::to_string(constant.integer);
  if (constant.type == StorageClass::real) text = NumberText().of(constant.real);
  const TextCheck check = checkText(text);
  if (!check.validUtf8 || check.hasNul) return std::nullopt;
  const bool limited = column.type == PgType::varchar && column.length > 0;
  if (limited && check.characters > static_cast<std::size_t>(column.length)) return std::nullopt;
  return quoteLiteral(text);
}

std::optional<std::string> timeLiteral(const Constant& constant, const ColumnPlan& column) {
  if (constant.type != StorageClass::text) return std::nullopt;
  const auto time = parseIsoTime(constant.bytes);
  if (!time || time->finerThanMicros) return std::nullopt;
  using Kind = IsoTime::Kind;
  const bool fits =
      (column.type == PgType::date && time->kind == Kind::date) ||
      (column.type == PgType::time && time->kind == Kind::time) ||
      (column.type == PgType::timestamp &&
       (time->kind == Kind::date || time->kind == Kind::dateTime)) ||
      (column.type == PgType::timestamptz &&
       (time->kind == Kind::offsetDateTime ||
        (time->kind == Kind::dateTime && column.conversion == Conversion::utcText))) ||
      (column.type == PgType::interval && time->kind == Kind::dateTime);
  if (!fits) return std::nullopt;
  if (column.type == PgType::interval)
    return quoteLiteral(std::to_string(time->micros) + " microseconds") + "::interval";
  if (column.type == PgType::timestamptz && time->kind == Kind::dateTime)
    return quoteLiteral(constant.bytes + "+00") + "::timestamptz";
  return quoteLiteral(constant.bytes) + "::" + typeSql(column);
}

/// A double holds integers up to 2^53 exactly.
bool isExactDouble(const Constant& constant) {
  constexpr std::int64_t limit = std::int64_t{1} << 53;
  return constant.type != StorageClass::integer ||
         (constant.integer <= limit && constant.integer >= -limit);
}

std::optional<std::string> classedLiteral(const Constant& constant) {
  std::string json;
  switch (constant.type) {
    case StorageClass::integer:
      appendClassedJson(json, constant.integer);
      break;
    case StorageClass::real:
      appendClassedJson(json, constant.real);
      break;
    case StorageClass::text:
      if (const TextCheck check = checkText(constant.bytes); !check.validUtf8 || check.hasNul)
        return std::nullopt;
      appendClassedText(json, constant.bytes);
      break;
    case StorageClass::blob:
      appendClassedBlob(json, constant.bytes);
      break;
    case StorageClass::null:
      return std::nullopt;
  }
  return quoteLiteral(json) + "::jsonb";
}

/// The constant as a literal of the column's type, where the type holds it unchanged.
std::optional<std::string> literalFor(const Constant& constant, const ColumnPlan& column) {
  const bool text = constant.type == StorageClass::text;
  switch (column.type) {
    case PgType::bigint:
      if (text && isCanonicalInteger(constant.bytes)) return constant.bytes;
      return constant.type == StorageClass::integer ? numberLiteral(constant, column.type)
                                                    : std::nullopt;
    case PgType::doublePrecision:
      return isExactDouble(constant) ? numberLiteral(constant, column.type) : std::nullopt;
    case PgType::numeric:
      if (column.length > 0 && !(constant.type == StorageClass::integer
                                     ? fitsDecimal(constant.integer, column.length, column.scale)
                                     : fitsDecimal(constant.real, column.length, column.scale))) {
        return std::nullopt;
      }
      return numberLiteral(constant, column.type);
    case PgType::boolean:
      return booleanLiteral(constant);
    case PgType::text:
    case PgType::varchar:
      return textLiteral(constant, column);
    case PgType::bytea:
      return text || constant.type == StorageClass::blob
                 ? std::optional(byteaLiteral(constant.bytes))
                 : std::nullopt;
    case PgType::date:
    case PgType::time:
    case PgType::timestamp:
    case PgType::timestamptz:
    case PgType::interval:
      return timeLiteral(constant, column);
    case PgType::uuid:
      return text && isUuid(constant.bytes) ? std::optional(quoteLiteral(constant.bytes))
                                            : std::nullopt;
    case PgType::json:
    case PgType::jsonb:
      if (column.conversion == Conversion::anyToJson) return classedLiteral(constant);
      return text && isJson(constant.bytes) &&
                     (column.type == PgType::json || checkJsonb(constant.bytes).holds)
                 ? std::optional(quoteLiteral(constant.bytes))
                 : std::nullopt;
    case PgType::smallint:
    case PgType::integer:
    case PgType::real:
    case PgType::bpchar:
    case PgType::inet:
    case PgType::enumeration:
    case PgType::other:
      break;
  }
  return std::nullopt;
}

void dropDefault(Draft& draft, const std::string& object, const std::string& sql,
                 const ColumnPlan& column, const std::string& why) {
  Finding& finding = draft.tell(Level::reported, "default-dropped", object,
                                "the default is not carried over: " + why);
  if (column.notNull)
    finding.message += "; the column is NOT NULL, so inserts must now give a value";
  finding.sql = "DEFAULT " + sql;
  finding.advice = "set a default by hand if the application relies on it";
  if (const std::string equals = proposalFor(sql); !equals.empty()) finding.advice += "; " + equals;
}

bool isUnique(const SourceTable& table, std::size_t column) {
  const std::vector<std::size_t> primary = table.primaryKey();
  const auto has = [&](const SourceIndex& key) {
    return key.unique && std::any_of(key.columns.begin(), key.columns.end(), [&](const auto& part) {
             return part.column == static_cast<int>(column);
           });
  };
  return std::find(primary.begin(), primary.end(), column) != primary.end() ||
         std::any_of(table.indexes.begin(), table.indexes.end(), has);
}

/// A word as default of a boolean that holds 0 and 1, or the reverse: as a key, SQLite keeps 't'
/// apart from 1, and PostgreSQL does not.
bool isOtherBoolean(const Constant& constant, const ColumnPlan& column, const ColumnStats& stats) {
  if (column.type != PgType::boolean || stats.values() == 0) return false;
  return (constant.type == StorageClass::text) != (column.conversion == Conversion::booleanText);
}

void planDefault(Draft& draft, TableDraft& table, std::size_t index) {
  const SourceColumn& column = table.source->columns[index];
  ColumnPlan& planned = table.column(index);
  if (!column.defaultSql || planned.identity) return;
  const std::string object = table.source->name + "." + column.name;
  const bool any = table.source->strict && sameName(column.declaredType, "ANY");
  const auto constant =
      evaluateDefault(*column.defaultSql, any ? Affinity::blob : affinityOf(column.declaredType));
  if (!constant) {
    const Translation translated = translateDefault(*column.defaultSql, planned);
    planned.defaultSql = translated.sql;
    if (!translated.sql && !translated.reason.empty()) {
      dropDefault(draft, object, *column.defaultSql, planned, translated.reason);
    }
    return;
  }
  if (constant->type == StorageClass::null) return;
  if (isOtherBoolean(*constant, planned, table.stats.columns[index]) &&
      isUnique(*table.source, index)) {
    return dropDefault(draft, object, *column.defaultSql, planned,
                       "in the key it would be equal to a value that SQLite keeps apart from it");
  }
  planned.defaultSql = literalFor(*constant, planned);
  if (!planned.defaultSql) {
    dropDefault(draft, object, *column.defaultSql, planned,
                "its value does not fit the type " + typeSql(planned));
  }
}

/// The first of the ids above all but the last, which is the largest possible; where there is none,
/// that one, so that the next insert still fails.
std::int64_t freeIdOf(Draft& draft, const TableDraft& table, const ColumnPlan& column) {
  constexpr std::int64_t last = std::numeric_limits<std::int64_t>::max();
  sqlite::Statement row =
      draft.reader.prepare("SELECT max(" + quoteIdentifier(column.source) + ") FROM main." +
                           quoteIdentifier(table.source->name) + " WHERE " +
                           quoteIdentifier(column.source) + " < " + std::to_string(last));
  if (!row.step() || row.isNull(0)) return 1;
  return std::max<std::int64_t>(row.int64(0) + 1, 1);
}

/// SQLite hands out one above everything that AUTOINCREMENT ever gave, or above the largest rowid.
void planIdentity(Draft& draft, TableDraft& table) {
  if (!table.source->rowidAlias) return;
  ColumnPlan& column = table.column(*table.source->rowidAlias);
  if (column.type != PgType::bigint) return;
  column.identity = true;
  std::int64_t last = table.stats.rows > 0 ? table.stats.rowidMax : 0;
  const auto found = draft.schema.sequences.find(asciiLower(table.source->name));
  if (table.source->autoincrement && found != draft.schema.sequences.end()) {
    last = std::max(last, found->second);
  }
  last = std::max<std::int64_t>(last, 0);
  column.identityExhausted = last == std::numeric_limits<std::int64_t>::max();
  column.identityNext = column.identityExhausted ? last : last + 1;
  if (!column.identityExhausted) return;
  draft
      .tell(Level::warning, "identity-exhausted", table.source->name + "." + column.source,
            "the largest possible id, 9223372036854775807, is taken; the next insert without an id "
            "fails")
      .advice = "ALTER TABLE " + quoteIdentifier(table.plan.target) + " ALTER COLUMN " +
                quoteIdentifier(column.target) + " RESTART WITH " +
                std::to_string(freeIdOf(draft, table, column)) + ": the ids from there on are free";
}

void planGenerated(Draft& draft, TableDraft& table, std::size_t index) {
  const SourceColumn& column = table.source->columns[index];
  ColumnPlan& planned = table.column(index);
  std::string expression;
  for (const auto& [name, sql] : table.ddl.generated) {
    if (sameName(name, column.name)) expression = sql;
  }
  const Translation translated =
      expression.empty() ? Translation{std::nullopt, "its expression was not understood", false}
                         : translateGenerated(expression, *table.source, table.plan, planned);
  planned.generatedSql = translated.sql;
  if (translated.sql) return;
  Finding& finding =
      draft.tell(Level::reported, "generated-column", table.source->name + "." + column.name,
                 "its values are copied, but it is no longer computed: " + translated.reason);
  finding.sql = expression;
  finding.advice = "compute it in the application or in a trigger";
  if (const std::string equals = proposalFor(expression); !equals.empty())
    finding.advice += "; " + equals;
}

/// Tables without a primary key get their rowid as one, where asked for.
void addRowid(TableDraft& table) {
  if (!table.source->primaryKey().empty() || table.source->rowidName.empty()) return;
  NameSpace names(PlanOptions::NameCase::preserve);
  for (const ColumnPlan& column : table.plan.columns)
    names.reserve(column.target);
  ColumnPlan rowid;
  rowid.source = table.source->rowidName;
  rowid.target = names.allocate("rowid");
  rowid.declaredType = "INTEGER";
  rowid.type = PgType::bigint;
  rowid.notNull = rowid.identity = true;
  rowid.reason = "the rowid, as asked for";
  const std::int64_t last =
      std::max<std::int64_t>(table.stats.rows > 0 ? table.stats.rowidMax : 0, 0);
  rowid.identityExhausted = last == std::numeric_limits<std::int64_t>::max();
  rowid.identityNext = rowid.identityExhausted ? last : last + 1;
  table.plan.columns.insert(table.plan.columns.begin(), std::move(rowid));
  for (std::size_t& planned : table.planned) {
    if (planned != TableDraft::none) ++planned;
  }
  for (OrphanPlan& orphan : table.plan.orphans) {
    for (std::size_t& column : orphan.columns)
      ++column;
  }
  table.plan.key = {0};
}

/// PostgreSQL names an identity's sequence table_column_seq; where a table has that name already,
/// the sequence must be given another.
void nameSequences(Draft& draft, TableDraft& table) {
  for (ColumnPlan& column : table.plan.columns) {
    if (!column.identity) continue;
    const std::string wanted = table.plan.target + "_" + column.target + "_seq";
    const std::string given = draft.relations.allocate(wanted);
    if (given != wanted) column.identitySequence = given;
  }
}

}  // namespace

void planDefaults(Draft& draft) {
  for (TableDraft& table : draft.tables) {
    planIdentity(draft, table);
    for (std::size_t i = 0; i < table.source->columns.size(); ++i) {
      if (table.planned[i] == TableDraft::none) continue;
      if (table.source->columns[i].isGenerated()) {
        planGenerated(draft, table, i);
      } else {
        planDefault(draft, table, i);
      }
    }
    if (draft.options.addRowid) addRowid(table);
    nameSequences(draft, table);
    chooseCollations(draft, table);
  }
}

void chooseCollations(const Draft& draft, TableDraft& table) {
  if (draft.options.collation != PlanOptions::Collation::c) return;
  for (ColumnPlan& column : table.plan.columns) {
    if (column.type == PgType::text || column.type == PgType::varchar) column.collation = "C";
  }
}

}  // namespace repot::migrate
