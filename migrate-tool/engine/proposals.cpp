// A table of near equals, looked up by the words of the source's SQL; see proposals.hpp.
#include "proposals.hpp"

#include "plan.hpp"

#include <repot/sqlite/grammar/parser.hpp>
#include <repot/sqlite/grammar/token.hpp>

#include <array>

namespace repot::migrate {
namespace {

struct Near {
  std::string_view word;  ///< A function, or an operator that is a word; in upper case.
  std::string_view equal;
};

constexpr auto nearEquals = std::to_array<Near>({
    {"CHANGES", "GET DIAGNOSTICS n = ROW_COUNT"},
    {"CHAR", "chr(…) for each code point, joined by ||"},
    {"DATE", "to_char(…, 'YYYY-MM-DD'), or x::date; the clock: (now() AT TIME ZONE 'utc')::date"},
    {"DATETIME",
     "to_char(…, 'YYYY-MM-DD HH24:MI:SS'); the clock: now() AT TIME ZONE 'utc'; "
     "'localtime': localtimestamp"},
    {"FORMAT", "format() or to_char(); the places of format() are %s, %I and %L alone"},
    {"GLOB", "~ with a regular expression: * is .*, ? is ., between ^ and $"},
    {"GROUP_CONCAT", "string_agg(x::text, ',' ORDER BY …)"},
    {"HEX", "upper(encode(x, 'hex')), of text encode(convert_to(x, 'UTF8'), 'hex')"},
    {"INSTR", "strpos(text, part)"},
    {"JSON_ARRAY_LENGTH", "jsonb_array_length(x::jsonb)"},
    {"JSON_EACH", "jsonb_each(x::jsonb) or jsonb_array_elements(x::jsonb)"},
    {"JSON_EXTRACT", "x::jsonb #>> '{path}'; a number: (x::jsonb #>> '{path}')::numeric"},
    {"JSON_GROUP_ARRAY", "jsonb_agg(x)"},
    {"JSON_GROUP_OBJECT", "jsonb_object_agg(name, x)"},
    {"JSON_TYPE", "jsonb_typeof(x::jsonb)"},
    {"JSON_VALID", "x IS JSON from PostgreSQL 16 on, or the column type json"},
    {"JULIANDAY", "extract(epoch FROM x) / 86400 + 2440587.5"},
    {"LAST_INSERT_ROWID", "INSERT … RETURNING id"},
    {"MATCH", "to_tsvector(…) @@ to_tsquery(…)"},
    {"PRINTF", "format() or to_char(); the places of format() are %s, %I and %L alone"},
    {"RAISE", "RAISE EXCEPTION '…'; RAISE(IGNORE) is RETURN NULL in a BEFORE trigger"},
    {"RANDOM", "floor(random() * 2 ^ 53)::bigint"},
    {"RANDOMBLOB",
     "gen_random_bytes(n) of the extension pgcrypto; 16 bytes without it: "
     "uuid_send(gen_random_uuid())"},
    {"REGEXP", "~"},
    {"REPLACE INTO", "INSERT … ON CONFLICT (…) DO UPDATE SET …"},
    {"ROUND", "round(x::numeric, n)"},
    {"STRFTIME", "to_char(…); '%s': extract(epoch FROM x)::bigint"},
    {"SUBSTR", "substr(); a negative start: right(x, n)"},
    {"TIME", "to_char(…, 'HH24:MI:SS'); the clock: (now() AT TIME ZONE 'utc')::time"},
    {"TOTAL", "coalesce(sum(x), 0)"},
    {"TYPEOF", "pg_typeof(x), which is the same for all values of a column"},
    {"UNIXEPOCH", "extract(epoch FROM x)::bigint"},
});

bool isOperator(std::string_view word) {
  return word == "GLOB" || word == "REGEXP" || word == "MATCH";
}

}  // namespace

std::string proposalFor(std::string_view sql) {
  std::array<bool, nearEquals.size()> used{};
  try {
    sql::Cursor cursor(sql);
    for (; !cursor.atEnd(); cursor.next()) {
      if (cursor.peek().kind != sql::Token::Kind::word) continue;
      std::string word = sql::upperAscii(cursor.peek().text);
      const bool replaces = (word == "OR" && cursor.atWord("REPLACE", 1)) ||
                            (word == "REPLACE" && cursor.atWord("INTO", 1));
      if (replaces) word = "REPLACE INTO";
      for (std::size_t i = 0; i < nearEquals.size(); ++i) {
        if (nearEquals[i].word != word) continue;
        used[i] = used[i] || replaces || isOperator(word) || cursor.atSymbol("(", 1);
      }
    }
  } catch (const sql::SyntaxError&) {
    return {};
  }
  std::string proposal;
  for (std::size_t i = 0; i < nearEquals.size(); ++i) {
    if (!used[i]) continue;
    proposal += proposal.empty() ? "near equals in PostgreSQL: " : "; ";
    proposal += nearEquals[i].word;
    proposal += " → ";
    proposal += nearEquals[i].equal;
  }
  return proposal;
}

std::string triggerProposal(const SourceObject& trigger, const std::string& target) {
  const auto parsed = sql::parseCreateTrigger(trigger.sql);
  if (!parsed) return {};
  const sql::TriggerDefinition& definition = *parsed.value;
  // The body ends the quotation only where it holds its tag.
  std::string tag = "$body$";
  while (definition.body.find(tag) != std::string::npos)
    tag.insert(1, "x");
  // A BEFORE trigger of SQLite lets the row pass; one of PostgreSQL does by what it returns.
  const bool passes = definition.timing != "AFTER";
  const std::string result = !passes ? "NULL" : definition.event == "DELETE" ? "OLD" : "NEW";
  std::string columns;
  for (const std::string& column : definition.columns)
    columns += (columns.empty() ? " OF " : ", ") + quoteIdentifier(column);
  const std::string name = quoteIdentifier(trigger.name);
  std::string sql = "CREATE FUNCTION " + name + "() RETURNS trigger LANGUAGE plpgsql AS " + tag +
                    "\nBEGIN\n  -- as in SQLite; check each statement\n  " + definition.body +
                    "\n  RETURN " + result + ";\nEND " + tag + ";\nCREATE TRIGGER " + name + " " +
                    definition.timing + " " + definition.event + columns + " ON " +
                    quoteIdentifier(target) + " FOR EACH ROW";
  if (!definition.whenText.empty()) sql += " WHEN (" + definition.whenText + ")";
  return sql + " EXECUTE FUNCTION " + name + "();";
}

}  // namespace repot::migrate
