// Foreign keys (section 9 of the catalogue of cases).
#include "fixture.hpp"

namespace repot::migrate::test {
namespace {

constexpr const char* orphanage =
    "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(x INT REFERENCES p(id));"
    "INSERT INTO p VALUES(1); INSERT INTO c VALUES(99),(NULL),(1)";

const ObjectPlan* foreignKeyOf(const Plan& plan) {
  for (const ObjectPlan& object : plan.objects) {
    if (object.kind == ObjectPlan::Kind::foreignKey) return &object;
  }
  return nullptr;
}

TEST(PlanCases, C110_orphans_stay_and_the_key_binds_new_rows) {
  const Plan plan = planOf(orphanage);
  const ObjectPlan* key = foreignKeyOf(plan);
  ASSERT_NE(key, nullptr);
  EXPECT_TRUE(key->leaveNotValid);
  EXPECT_EQ(key->violations, 1);
  EXPECT_TRUE(key->sql.ends_with(" NOT VALID")) << key->sql;
  EXPECT_EQ(findingOf(plan, "orphans")->examples.at(0), "rowid=1: 99");
  EXPECT_FALSE(plan.refused());
}

TEST(PlanCases, C033_a_parent_whose_texts_are_no_integers_stays_text) {
  const Plan plan = planOf(
      "CREATE TABLE p(id GUID PRIMARY KEY); CREATE TABLE c(x INTEGER REFERENCES p(id));"
      "INSERT INTO p VALUES('f6921eb4-5067-c930-b142-990afdd0eb24')");
  EXPECT_EQ(plan.tables[0].columns[0].type, PgType::text);
  EXPECT_EQ(plan.tables[0].columns[0].conversion, Conversion::exact);
}

TEST(PlanCases, C033_boolean_words_are_no_numbers) {
  const Plan plan = planOf(
      "CREATE TABLE p(id NUMERIC(18) UNIQUE); CREATE TABLE c(x BOOL REFERENCES p(id));"
      "INSERT INTO c VALUES('t')");
  EXPECT_EQ(plan.tables[1].columns[0].type, PgType::text);
  EXPECT_EQ(plan.tables[1].columns[0].conversion, Conversion::exact);
}

TEST(PlanCases, C110_orphans_can_be_refused) {
  PlanOptions options;
  options.orphans = PlanOptions::Orphans::refuse;
  EXPECT_TRUE(planOf(orphanage, options).refused());
}

TEST(PlanCases, C111_cycles_and_self_references_need_no_order) {
  const Plan plan = planOf(
      "CREATE TABLE a(id INTEGER PRIMARY KEY, b INT REFERENCES b(id));"
      "CREATE TABLE b(id INTEGER PRIMARY KEY, a INT REFERENCES a(id));"
      "CREATE TABLE s(id INTEGER PRIMARY KEY, up INT REFERENCES s(id)); INSERT INTO s "
      "VALUES(1,2),(2,NULL)");
  int keys = 0;
  for (const ObjectPlan& object : plan.objects) {
    const bool isForeign = object.kind == ObjectPlan::Kind::foreignKey;
    EXPECT_TRUE(isForeign || keys == 0) << "foreign keys come after all keys that they refer to";
    keys += isForeign ? 1 : 0;
    EXPECT_FALSE(object.leaveNotValid);
  }
  EXPECT_EQ(keys, 3);
}

TEST(PlanCases, C112_composite_keys_stay_one_key) {
  const Plan plan = planOf(
      "CREATE TABLE pp(a INT, b INT, PRIMARY KEY(a,b));"
      "CREATE TABLE c(x INT, y INT, FOREIGN KEY(x,y) REFERENCES pp ON DELETE CASCADE);"
      "INSERT INTO pp VALUES(1,2); INSERT INTO c VALUES(1,2),(1,NULL)");
  const ObjectPlan* key = foreignKeyOf(plan);
  ASSERT_NE(key, nullptr);
  EXPECT_EQ(key->sql,
            "ALTER TABLE \"c\" ADD CONSTRAINT \"c_x_y_fkey\" FOREIGN KEY (\"x\", \"y\") REFERENCES "
            "\"pp\" (\"a\", \"b\") ON DELETE CASCADE");
}

TEST(PlanCases, C113_keys_to_what_is_not_unique_or_not_there_are_reported) {
  const Plan plan = planOf(
      "CREATE TABLE p(a INTEGER PRIMARY KEY, b INT); CREATE TABLE pp(a INT, b INT, PRIMARY "
      "KEY(a,b));"
      "CREATE TABLE n(k TEXT COLLATE NOCASE UNIQUE);"
      "CREATE TABLE c(v INT REFERENCES p(b), w INT REFERENCES p(nocol), x INT REFERENCES "
      "missing(id),"
      "y INT REFERENCES pp, z TEXT REFERENCES n(k))");
  EXPECT_EQ(foreignKeyOf(plan), nullptr);
  int reported = 0;
  for (const Finding& finding : plan.findings)
    reported += finding.code == "foreign-key" ? 1 : 0;
  EXPECT_EQ(reported, 5);
}

TEST(PlanCases, C114_actions_are_kept_and_cascades_told) {
  const Plan plan = planOf(
      "CREATE TABLE p(id INTEGER PRIMARY KEY);"
      "CREATE TABLE c(x INT REFERENCES p ON DELETE SET NULL ON UPDATE RESTRICT)");
  EXPECT_NE(foreignKeyOf(plan)->sql.find("ON UPDATE RESTRICT ON DELETE SET NULL"),
            std::string::npos);
  EXPECT_NE(findingOf(plan, "cascade"), nullptr);
}

TEST(PlanCases, C115_rows_that_match_only_without_case_are_counted) {
  const Plan plan = planOf(
      "CREATE TABLE p(k TEXT COLLATE NOCASE PRIMARY KEY); CREATE TABLE c(k TEXT REFERENCES p(k));"
      "INSERT INTO p VALUES('Abc'); INSERT INTO c VALUES('aBC'),('Abc')");
  const ObjectPlan* key = foreignKeyOf(plan);
  ASSERT_NE(key, nullptr);
  EXPECT_EQ(key->violations, 1);
}

TEST(PlanCases, C117_duplicate_foreign_keys_are_made_once) {
  const Plan plan = planOf(
      "CREATE TABLE p(id INTEGER PRIMARY KEY);"
      "CREATE TABLE c(x INT REFERENCES p(id), FOREIGN KEY([x]) REFERENCES `p`(\"id\"))");
  int keys = 0;
  for (const ObjectPlan& object : plan.objects) {
    keys += object.kind == ObjectPlan::Kind::foreignKey ? 1 : 0;
  }
  EXPECT_EQ(keys, 1);
}

}  // namespace
}  // namespace repot::migrate::test
