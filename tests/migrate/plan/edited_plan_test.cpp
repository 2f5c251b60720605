// Edits of a saved plan: those that become options, those that follow from the source, and sources
// that changed since.
#include "fixture.hpp"

#include <repot/error.hpp>
#include <repot/sqlite/bulk.hpp>

#include <engine/edited_plan.hpp>
#include <engine/plan_json.hpp>
#include <engine/planner.hpp>

#include <functional>

namespace repot::migrate::test {
namespace {

class EditedPlans : public testing::Test {
 protected:
  EditedPlans() {
    runScript(path_,
              "CREATE TABLE p(id INTEGER PRIMARY KEY, n INTEGER, t TEXT NOT NULL);"
              "CREATE TABLE c(p INT REFERENCES p, note TEXT); CREATE INDEX c_note ON c(note);"
              "CREATE VIEW v AS SELECT id FROM p;"
              "INSERT INTO p VALUES(1, 1647950409, 'x'); INSERT INTO c VALUES(1, 'y')");
    sqlite::SqliteSource source = sqlite::SqliteSource::open(path_, {});
    saved_ = makePlan(source, {});
  }
  /// The plan that is carried out after `edit`.
  Plan again(const std::function<void(Plan&)>& edit) {
    Plan edited = saved_;
    edit(edited);
    sqlite::SqliteSource source = sqlite::SqliteSource::open(path_, {});
    return planAgain(source, edited);
  }
  /// What is said of an edit that cannot be carried out.
  std::pair<ErrorKind, std::string> refusal(const std::function<void(Plan&)>& edit) {
    try {
      again(edit);
    } catch (const Error& error) {
      return {error.kind(), error.what()};
    }
    return {ErrorKind::internal, "no error"};
  }
  void expectUsage(const std::function<void(Plan&)>& edit, const std::string& field) {
    const auto [kind, message] = refusal(edit);
    EXPECT_EQ(kind, ErrorKind::usage) << message;
    EXPECT_NE(message.find(field), std::string::npos) << message;
  }

  TemporaryDirectory folder_;
  const std::string path_ = folder_.file("edited.db");
  Plan saved_;
};

TEST_F(EditedPlans, are_what_they_were_without_an_edit) {
  EXPECT_EQ(planToJson(again([](Plan&) {})), planToJson(saved_));
}

TEST_F(EditedPlans, rename_tables_and_columns_wherever_they_are_named) {
  const Plan plan = again([](Plan& edited) {
    edited.tables[0].target = "parents";
    edited.tables[1].columns[1].target = "remark";
  });
  EXPECT_EQ(tableOf(plan, "p").target, "parents");
  const std::string objects = objectsOf(plan);
  EXPECT_NE(objects.find("REFERENCES \"parents\""), std::string::npos) << objects;
  EXPECT_NE(objects.find("(\"remark\""), std::string::npos) << objects;
  EXPECT_NE(plan.views.at(0).sql.find("\"parents\""), std::string::npos) << plan.views[0].sql;
}

TEST_F(EditedPlans, prove_another_type_against_the_values) {
  const Plan epoch = again([](Plan& edited) {
    edited.tables[0].columns[1].type = PgType::timestamptz;
    edited.tables[0].columns[1].conversion = Conversion::epochSeconds;
  });
  EXPECT_EQ(typeOf(epoch, "p", "n"), "timestamptz");
  EXPECT_FALSE(epoch.refused()) << refusals(epoch);
  const Plan uuid = again([](Plan& edited) { edited.tables[0].columns[2].type = PgType::uuid; });
  EXPECT_NE(findingOf(uuid, "wanted-type-misfit", "p.t"), nullptr) << refusals(uuid);
}

TEST_F(EditedPlans, leave_out_tables_objects_and_views) {
  const Plan plan = again([](Plan& edited) {
    edited.tables.erase(edited.tables.begin() + 1);
    std::erase_if(edited.objects, [](const ObjectPlan& one) { return one.table == "c"; });
    edited.views.clear();
  });
  EXPECT_EQ(plan.tables.size(), 1U);
  EXPECT_TRUE(plan.views.empty());
  const Plan indexless = again([](Plan& edited) {
    std::erase_if(edited.objects, [](const ObjectPlan& one) { return one.name == "c_note"; });
  });
  EXPECT_EQ(objectsOf(indexless).find("c_note"), std::string::npos);
  EXPECT_NE(findingOf(indexless, "object-dropped", "c_note"), nullptr);
}

TEST_F(EditedPlans, name_the_field_of_an_edit_that_cannot_be) {
  expectUsage([](Plan& edited) { edited.tables[0].source = "q"; }, "tables[0].source");
  expectUsage([](Plan& edited) { edited.tables[0].columns[2].notNull = false; },
              "tables[0].columns[2].notNull");
  expectUsage([](Plan& edited) { edited.tables[1].columns.pop_back(); }, "tables[1].columns");
  expectUsage([](Plan& edited) { edited.tables[1].target = edited.tables[0].target; }, "target");
  expectUsage([](Plan& edited) { edited.objects[0].sql += " DEFERRABLE"; }, "objects[0].sql");
  expectUsage([](Plan& edited) { edited.views[0].shape.source = "w"; }, "views[0]");
}

TEST_F(EditedPlans, are_refused_where_the_schema_has_changed) {
  runScript(path_, "ALTER TABLE c ADD more TEXT");
  EXPECT_EQ(refusal([](Plan&) {}).first, ErrorKind::conflict);
}

TEST_F(EditedPlans, are_judged_by_the_rows_of_now) {
  runScript(path_, "INSERT INTO p VALUES(2, 'many', 'z')");
  EXPECT_TRUE(again([](Plan&) {}).refused());
}

}  // namespace
}  // namespace repot::migrate::test
