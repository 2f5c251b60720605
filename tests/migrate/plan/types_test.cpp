// Declared types → PostgreSQL types (section 1 of the catalogue of cases).
#include "fixture.hpp"

namespace repot::migrate::test {
namespace {

TEST(PlanCases, C001_real_is_double_precision) {
  const Plan plan =
      planOf("CREATE TABLE t(x REAL); INSERT INTO t VALUES(1234567.891),(0.1),(16777217.0)");
  EXPECT_EQ(typeOf(plan, "t", "x"), "double precision");
  EXPECT_EQ(columnOf(plan, "t", "x").conversion, Conversion::exact);
}

TEST(PlanCases, C002_every_integer_type_is_bigint) {
  const Plan plan = planOf(
      "CREATE TABLE t(a INT, b TINYINT, c INTEGER(8), d SMALLINT UNSIGNED, e \"UNSIGNED BIG INT\");"
      "INSERT INTO t VALUES(3000592982016,300,9223372036854775807,65535,-1)");
  for (const char* column : {"a", "b", "c", "d", "e"})
    EXPECT_EQ(typeOf(plan, "t", column), "bigint");
  EXPECT_FALSE(plan.refused()) << refusals(plan);
}

TEST(PlanCases, C003_integers_beyond_int64_are_reals_beside_integers) {
  const Plan plan = planOf(
      "CREATE TABLE t(a INTEGER); INSERT INTO t "
      "VALUES('9223372036854775808'),(9223372036854775807),"
      "(-9223372036854775807-1)");
  EXPECT_EQ(typeOf(plan, "t", "a"), "numeric");
  EXPECT_EQ(columnOf(plan, "t", "a").conversion, Conversion::toNumeric);
}

TEST(PlanCases, C004_boolean_of_zero_and_one_with_its_defaults) {
  const Plan plan = planOf(
      "CREATE TABLE t(b BOOLEAN NOT NULL DEFAULT 0, c BOOL DEFAULT 't', d BOOL DEFAULT \"1\","
      "e TINYINT(1), f BIT); INSERT INTO t VALUES(1,'f',1,0,1),(0,'t',0,1,0)");
  for (const char* column : {"b", "c", "d", "e", "f"})
    EXPECT_EQ(typeOf(plan, "t", column), "boolean");
  EXPECT_EQ(columnOf(plan, "t", "c").conversion, Conversion::booleanText);
  EXPECT_EQ(columnOf(plan, "t", "b").defaultSql, "false");
  EXPECT_EQ(columnOf(plan, "t", "c").defaultSql, "true");
  EXPECT_EQ(columnOf(plan, "t", "d").defaultSql, "true");
}

TEST(PlanCases, C004_small_flags_with_other_numbers_stay_bigint) {
  const Plan plan =
      planOf("CREATE TABLE t(a TINYINT(1), b TINYINT(1)); INSERT INTO t(a) VALUES(2)");
  EXPECT_EQ(typeOf(plan, "t", "a"), "bigint");
  EXPECT_EQ(typeOf(plan, "t", "b"), "bigint") << "no value proves that it is a flag";
}

TEST(PlanCases, C005_boolean_with_other_values_is_kept_as_stored) {
  const Plan plan = planOf(
      "CREATE TABLE t(a BOOLEAN, b BOOLEAN, c BOOLEAN, d BOOLEAN);"
      "INSERT INTO t VALUES(2,'yes','of','t'),(-1,'NO','on','no')");
  EXPECT_EQ(typeOf(plan, "t", "a"), "bigint");
  EXPECT_EQ(typeOf(plan, "t", "b"), "boolean");
  EXPECT_EQ(typeOf(plan, "t", "c"), "text") << "PostgreSQL would read 'of' as false";
  EXPECT_EQ(typeOf(plan, "t", "d"), "text") << "two pairs of words are mixed";
  const Finding* finding = findingOf(plan, "not-boolean", "t.a");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->count, 2);
}

TEST(PlanCases, C006_default_false_of_a_numeric_column_is_zero) {
  const Plan plan =
      planOf("CREATE TABLE accounts(lazy NUMERIC DEFAULT false, b BOOLEAN DEFAULT false)");
  EXPECT_EQ(columnOf(plan, "accounts", "lazy").defaultSql, "0");
  EXPECT_EQ(columnOf(plan, "accounts", "b").defaultSql, "false");
}

TEST(PlanCases, C007_numeric_typmod_only_if_all_fit) {
  const Plan plan = planOf(
      "CREATE TABLE t(p DECIMAL(5,2), q DECIMAL(5,2)); INSERT INTO t VALUES(1.239,999.99),(12,-7)");
  EXPECT_EQ(typeOf(plan, "t", "p"), "numeric");
  EXPECT_EQ(typeOf(plan, "t", "q"), "numeric(5,2)");
  const Finding* finding = findingOf(plan, "digits-exceeded", "t.p");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->count, 1);
  EXPECT_EQ(finding->examples.at(0), "rowid=1: real 1.239");
}

TEST(PlanCases, C008_numeric_with_infinity_is_double_precision) {
  const Plan plan =
      planOf("CREATE TABLE t(a NUMERIC, b NUMERIC); INSERT INTO t VALUES(1,1),(1.5,1e400)");
  EXPECT_EQ(typeOf(plan, "t", "a"), "numeric");
  EXPECT_EQ(typeOf(plan, "t", "b"), "double precision");
}

TEST(PlanCases, C009_varchar_limit_only_if_all_fit_in_characters) {
  const Plan plan = planOf(
      "CREATE TABLE t(a VARCHAR(3), b VARCHAR(4), c VARCHAR(2000000000), d VARCHAR(3));"
      "INSERT INTO t VALUES('abcd','日本語文','x','abc   ')");
  EXPECT_EQ(typeOf(plan, "t", "a"), "text");
  EXPECT_EQ(typeOf(plan, "t", "b"), "varchar(4)");
  EXPECT_EQ(typeOf(plan, "t", "c"), "text") << "above PostgreSQL's largest limit";
  EXPECT_EQ(typeOf(plan, "t", "d"), "text") << "PostgreSQL would cut the blanks";
}

TEST(PlanCases, C010_char_is_never_blank_padded) {
  const Plan plan = planOf("CREATE TABLE t(c CHAR(5) UNIQUE); INSERT INTO t VALUES('ab'),('ab  ')");
  EXPECT_EQ(typeOf(plan, "t", "c"), "varchar(5)");
  EXPECT_FALSE(plan.refused()) << refusals(plan);
}

TEST(PlanCases, C011_odd_type_names_go_by_words_and_affinity) {
  const Plan plan = planOf(
      "CREATE TABLE t(a TEXT(100), b LONGVARCHAR, c VARYING CHARACTER(70), d DOUBLE PRECISION,"
      "e DECIMAL (10, 5), f INTEGER (8), g TIMESTAMP WITH TIME ZONE, h \"byte[]\", i intege,"
      "j CLOB --(DC2Type:json)\n)");
  EXPECT_EQ(typeOf(plan, "t", "a"), "text");
  EXPECT_EQ(typeOf(plan, "t", "b"), "text");
  EXPECT_EQ(typeOf(plan, "t", "c"), "varchar(70)");
  EXPECT_EQ(typeOf(plan, "t", "d"), "double precision");
  EXPECT_EQ(typeOf(plan, "t", "e"), "numeric(10,5)");
  EXPECT_EQ(typeOf(plan, "t", "f"), "bigint");
  EXPECT_EQ(typeOf(plan, "t", "g"), "timestamp");
  EXPECT_EQ(typeOf(plan, "t", "h"), "bytea");
  EXPECT_EQ(typeOf(plan, "t", "i"), "bigint");
  EXPECT_EQ(typeOf(plan, "t", "j"), "text");
}

TEST(PlanCases, C012_text_by_meaning_with_numeric_affinity_stays_text) {
  const Plan plan = planOf(
      "CREATE TABLE t(phone STRING, u UUID); INSERT INTO t VALUES('0049123','ab'),('x','12')");
  EXPECT_EQ(typeOf(plan, "t", "phone"), "text");
  EXPECT_EQ(columnOf(plan, "t", "phone").conversion, Conversion::toText);
  ASSERT_NE(findingOf(plan, "numbers-in-text", "t.phone"), nullptr);
  EXPECT_EQ(findingOf(plan, "numbers-in-text", "t.phone")->examples.at(0),
            "rowid=1: integer 49123");
}

TEST(PlanCases, C013_columns_without_type_go_by_their_values) {
  const Plan plan = planOf(
      "CREATE TABLE t(a, b, c, d, e, f); INSERT INTO t VALUES(1,1,1.5,'x',x'00',NULL),"
      "(2,2.5,2.5,'y',x'01',NULL)");
  EXPECT_EQ(typeOf(plan, "t", "a"), "bigint");
  EXPECT_EQ(typeOf(plan, "t", "b"), "double precision");
  EXPECT_EQ(columnOf(plan, "t", "b").conversion, Conversion::intToReal);
  EXPECT_EQ(typeOf(plan, "t", "c"), "double precision");
  EXPECT_EQ(typeOf(plan, "t", "d"), "text");
  EXPECT_EQ(typeOf(plan, "t", "e"), "bytea");
  EXPECT_EQ(typeOf(plan, "t", "f"), "text");
}

TEST(PlanCases, C014_json_only_where_every_value_is_valid) {
  const Plan plan = planOf(
      "CREATE TABLE t(a JSON, b JSON, c JSON, d JSON UNIQUE);"
      "INSERT INTO t VALUES('{\"a\":1,\"a\":2,\"b\": 1.0}','{a:1}','\"\\ud83d\"','[1]'),"
      "(NULL,'{}','{}','[2]')");
  EXPECT_EQ(typeOf(plan, "t", "a"), "json");
  EXPECT_EQ(typeOf(plan, "t", "b"), "text");
  EXPECT_EQ(typeOf(plan, "t", "c"), "text") << "a lone surrogate";
  EXPECT_EQ(typeOf(plan, "t", "d"), "text") << "json cannot be compared";
}

TEST(PlanCases, C015_uuid_only_on_request_and_proved) {
  const std::string source =
      "CREATE TABLE t(u CHAR(36)); INSERT INTO t VALUES('abcdefab-1234-1234-1234-1234567890ab')";
  EXPECT_EQ(typeOf(planOf(source), "t", "u"), "varchar(36)");
  PlanOptions options;
  options.types["t.u"] = "uuid";
  EXPECT_EQ(typeOf(planOf(source, options), "t", "u"), "uuid");
  const Plan bad = planOf(source + ",('not-a-uuid')", options);
  EXPECT_NE(findingOf(bad, "wanted-type-misfit", "t.u"), nullptr);
  EXPECT_TRUE(bad.refused());
}

TEST(PlanCases, C015_uuid_spellings_that_become_equal_are_refused) {
  PlanOptions options;
  options.types["t.u"] = "uuid";
  const Plan plan = planOf(
      "CREATE TABLE t(u TEXT UNIQUE); INSERT INTO t VALUES('abcdefab-1234-1234-1234-1234567890ab'),"
      "('ABCDEFAB-1234-1234-1234-1234567890AB')",
      options);
  ASSERT_NE(findingOf(plan, "duplicates-by-conversion"), nullptr);
}

TEST(PlanCases, C017_text_in_a_blob_column_is_bytes) {
  const Plan plan = planOf(
      "CREATE TABLE t(b BLOB, c BLOB); INSERT INTO t VALUES('aGVsbG8=','x'),(x'00ff','y'),('','')");
  EXPECT_EQ(typeOf(plan, "t", "b"), "bytea");
  EXPECT_EQ(columnOf(plan, "t", "b").conversion, Conversion::textToBytea);
  EXPECT_EQ(findingOf(plan, "text-in-blob", "t.b")->count, 2);
  EXPECT_EQ(typeOf(plan, "t", "c"), "text") << "all values are text";
}

TEST(PlanCases, C018_blobs_are_bytea) {
  const Plan plan = planOf("CREATE TABLE t(b BLOB); INSERT INTO t VALUES(x'00ff'),(x''),(x'5c5c')");
  EXPECT_EQ(typeOf(plan, "t", "b"), "bytea");
  EXPECT_EQ(columnOf(plan, "t", "b").conversion, Conversion::exact);
}

TEST(PlanCases, C019_blobs_in_text_only_where_they_are_text) {
  const Plan good =
      planOf("CREATE TABLE t(a TEXT); INSERT INTO t VALUES(CAST('abc' AS BLOB)),('ok')");
  EXPECT_EQ(columnOf(good, "t", "a").conversion, Conversion::blobToText);
  EXPECT_FALSE(good.refused());
  const std::string source = "CREATE TABLE t(a TEXT); INSERT INTO t VALUES(x'66ff'),('ok')";
  const Plan bad = planOf(source);
  ASSERT_NE(findingOf(bad, "binary-in-text", "t.a"), nullptr);
  EXPECT_EQ(findingOf(bad, "binary-in-text", "t.a")->examples.at(0), "rowid=1: blob x'66ff'");
  PlanOptions options;
  options.types["t.a"] = "bytea";
  const Plan bytes = planOf(source, options);
  EXPECT_FALSE(bytes.refused()) << refusals(bytes);
  EXPECT_EQ(columnOf(bytes, "t", "a").conversion, Conversion::textToBytea);
}

TEST(PlanCases, C020_strict_tables_map_directly_and_any_by_its_values) {
  const Plan plan = planOf(
      "CREATE TABLE s(a INT, b ANY, c TEXT, d ANY) STRICT; INSERT INTO s VALUES('2','007','x',1),"
      "(1,7,'y',2)");
  EXPECT_EQ(typeOf(plan, "s", "a"), "bigint");
  EXPECT_EQ(typeOf(plan, "s", "b"), "text");
  EXPECT_EQ(columnOf(plan, "s", "b").conversion, Conversion::toText);
  EXPECT_EQ(typeOf(plan, "s", "d"), "bigint");
}

TEST(PlanCases, C021_rowid_becomes_a_key_on_request) {
  const std::string source =
      "CREATE TABLE t(a TEXT, rowid TEXT); INSERT INTO t(_rowid_,a) VALUES(10,'x')";
  const Plan plain = planOf(source);
  EXPECT_EQ(tableOf(plain, "t").rowidName, "_rowid_");
  EXPECT_NE(findingOf(plain, "no-primary-key", "t"), nullptr);
  PlanOptions options;
  options.addRowid = true;
  const Plan plan = planOf(source, options);
  const ColumnPlan& rowid = tableOf(plan, "t").columns.at(0);
  EXPECT_EQ(rowid.source, "_rowid_");
  EXPECT_NE(rowid.target, "rowid") << "the name is taken";
  EXPECT_TRUE(rowid.identity);
  EXPECT_EQ(rowid.identityNext, 11);
  EXPECT_NE(objectsOf(plan).find("PRIMARY KEY"), std::string::npos);
}

}  // namespace
}  // namespace repot::migrate::test
