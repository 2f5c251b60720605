// One pass over each table; see judge_values.hpp.
#include "engine/run/judge_values.hpp"

#include "engine/infer.hpp"
#include "engine/iso_time.hpp"
#include "engine/run/canonical.hpp"
#include "engine/run/workers.hpp"
#include "engine/text_check.hpp"

#include <repot/error.hpp>

#include <atomic>

namespace repot::migrate {
namespace {

using sqlite::StorageClass;

constexpr std::size_t examplesMax = 5;
constexpr std::int64_t reportRows = 1024;

bool isText(PgType type) {
  return type == PgType::text || type == PgType::varchar || type == PgType::bpchar;
}

std::string whyNoText(const ColumnPlan& column, std::string_view text) {
  const TextCheck check = checkText(text);
  if (!check.validUtf8) return "texts that are not valid UTF-8";
  if (check.hasNul) return "texts with U+0000, which PostgreSQL cannot store";
  if (column.length > 0 && check.characters > static_cast<std::size_t>(column.length))
    return "longer texts";
  return "texts that end in blanks, which char(n) does not keep";
}

std::string whyNoTime(const ColumnPlan& column, std::string_view text) {
  const auto time = parseIsoTime(text);
  if (!time) return "texts that are no times of an ISO form";
  const bool zoned = time->kind == IsoTime::Kind::offsetDateTime;
  if (column.type == PgType::timestamptz && !zoned && time->kind != IsoTime::Kind::time)
    return "times without zone; --assume-utc takes them as UTC";
  if (column.type == PgType::timestamp && zoned)
    return "times with a zone; --assume-utc turns them into UTC";
  return "times of another kind, or with more digits behind the second than it keeps "
         "(--cut-fractions cuts them)";
}

/// Why a value is none of the column's type, in words for all that are like it.
std::string whyNot(const ColumnPlan& column, const sqlite::Statement& row, int index) {
  const bool temporal = column.type == PgType::date || column.type == PgType::time ||
                        column.type == PgType::timestamp || column.type == PgType::timestamptz;
  switch (row.type(index)) {
    case StorageClass::null:
      return "NULLs";
    case StorageClass::blob:
      return isText(column.type) ? "blobs that are no text" : "blobs";
    case StorageClass::text:
      if (isText(column.type)) return whyNoText(column, row.text(index));
      return temporal ? whyNoTime(column, row.text(index)) : "texts that are none of its values";
    case StorageClass::integer:
      if (temporal || column.type == PgType::interval)
        return "numbers; --epoch says what they count";
      return "integers beyond what it holds";
    case StorageClass::real:
      if (temporal) return "reals; --epoch says what they count";
      break;
  }
  return column.type == PgType::numeric ? "numbers that it would round"
                                        : "reals that it cannot hold";
}

struct ColumnJudgement {
  TraitStat misfits;
  TraitStat nulls;
  std::string why;
};

std::string rowName(const TablePlan& table, const sqlite::Statement& row, std::int64_t number) {
  std::string name;
  for (const std::size_t column : table.key) {
    name += (name.empty() ? "" : ", ") + table.columns[column].source + "=" +
            spellValue(row.raw(), static_cast<int>(column));
  }
  if (name.empty()) return "row " + std::to_string(number);
  return table.key.size() == 1 ? name : "(" + name + ")";
}

void note(TraitStat& stat, const TablePlan& table, const sqlite::Statement& row, int column,
          std::int64_t number) {
  if (++stat.count > static_cast<std::int64_t>(examplesMax)) return;
  stat.examples.push_back(rowName(table, row, number) + ": " + describeValue(row.raw(), column));
}

std::vector<ColumnJudgement> judgeTable(sqlite::SqliteReader& reader, TablePlan& table,
                                        Progress& progress) {
  std::string list;
  for (const ColumnPlan& column : table.columns)
    list += (list.empty() ? "" : ", ") + quoteIdentifier(column.source);
  sqlite::Statement row =
      reader.prepare("SELECT " + list + " FROM main." + quoteIdentifier(table.source) +
                     (table.rowidName.empty() ? "" : " NOT INDEXED"));
  std::vector<ColumnJudgement> judgements(table.columns.size());
  ByteBuffer canonical;
  table.rows = table.bytes = 0;
  while (row.step()) {
    if (++table.rows % reportRows == 0) progress.throwIfStopped();
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const ColumnPlan& column = table.columns[i];
      const int index = static_cast<int>(i);
      canonical.clear();
      ColumnJudgement& judgement = judgements[i];
      if (row.isNull(index)) {
        if (column.notNull) note(judgement.nulls, table, row, index, table.rows);
      } else if (!appendSourceValue(canonical, column, row, index) ||
                 column.type == PgType::other) {
        if (judgement.why.empty()) judgement.why = whyNot(column, row, index);
        note(judgement.misfits, table, row, index, table.rows);
      }
      table.bytes += static_cast<std::int64_t>(canonical.size());
    }
  }
  return judgements;
}

void tellColumn(const TablePlan& table, ColumnPlan& column, const ColumnJudgement& judgement,
                std::vector<Finding>& findings) {
  using Level = Finding::Level;
  const std::string object = table.source + "." + column.source;
  if (judgement.nulls.count > 0) {
    findings.push_back(makeFinding(Level::refused, "null-in-not-null", object,
                                   "is NOT NULL in the target, but the source holds NULLs",
                                   judgement.nulls, "correct the values in the source"));
  }
  if (judgement.misfits.count == 0) return;
  if (column.type == PgType::other) {
    findings.push_back(makeFinding(Level::refused, "unknown-type", object,
                                   "is " + typeSql(column) + ", a type that Repot cannot write",
                                   judgement.misfits,
                                   "leave the column out by --exclude " + object));
    return;
  }
  const bool replaced = column.misfit == MisfitPolicy::setNull && !column.generatedSql;
  column.misfits = judgement.misfits.count;
  findings.push_back(makeFinding(
      replaced ? Level::warning : Level::refused, "misfit", object,
      "is " + typeSql(column) + ", but the source holds " + judgement.why +
          (replaced ? "; they become NULL" : ""),
      judgement.misfits, replaced ? "" : "correct the values, or choose by --on-misfit null"));
}

}  // namespace

void judgeValues(sqlite::SqliteSource& source, Pairing& pairing, Progress& progress) {
  std::vector<TablePlan>& tables = pairing.plan.tables;
  std::vector<std::vector<ColumnJudgement>> judgements(tables.size());
  std::atomic<std::size_t> next = 0;
  runWorkers(source.readerCount(), progress, [&](std::size_t worker) {
    for (std::size_t i = next++; i < tables.size(); i = next++) {
      try {
        judgements[i] = judgeTable(source.reader(worker), tables[i], progress);
      } catch (const Error& error) {
        throw error.within("reading table \"" + tables[i].source + "\"");
      }
    }
  });
  for (std::size_t i = 0; i < tables.size(); ++i) {
    for (std::size_t j = 0; j < judgements[i].size(); ++j)
      tellColumn(tables[i], tables[i].columns[j], judgements[i][j], pairing.plan.findings);
  }
}

}  // namespace repot::migrate
