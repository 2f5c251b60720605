// Comments on tables, in JSON; see given_up.hpp.
#include "engine/run/given_up.hpp"

#include "engine/run/source_name.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace repot::migrate {
namespace {

namespace json = boost::json;
using Kind = GivenUp::Kind;

constexpr std::array<std::pair<Kind, const char*>, 3> kindNames{
    {{Kind::index, "index"}, {Kind::generated, "generated column"}, {Kind::check, "check"}}};
constexpr const char* given = "repot_gave_up";

void tell(Plan& plan, Finding::Level level, const char* code, const std::string& object,
          const std::string& sql, const std::string& message, const char* advice) {
  plan.findings.push_back({level, code, object, message, advice, sql, 0, {}});
}

bool giveUpComputing(Plan& plan, const GivenUp& thing) {
  for (TablePlan& table : plan.tables) {
    if (table.target != thing.table) continue;
    for (ColumnPlan& column : table.columns) {
      if (column.target != thing.name || !column.generatedSql) continue;
      tell(plan, Finding::Level::reported, "generated-column", table.source + "." + column.source,
           *column.generatedSql,
           "its values are copied, but it is no longer computed: " + thing.reason,
           "compute it in the application or in a trigger");
      column.generatedSql.reset();
      return true;
    }
  }
  return false;
}

bool giveUpIndex(Plan& plan, const std::vector<ObjectPlan>::iterator& object,
                 const GivenUp& thing) {
  const bool unique = object->kind != ObjectPlan::Kind::index;
  tell(plan, Finding::Level::reported, "index", sourceNameOf(*object),
       object->source.empty() ? object->sql : object->source,
       "PostgreSQL cannot make the " + std::string(unique ? "unique " : "") + "index on \"" +
           object->table + "\": " + thing.reason,
       unique ? "uniqueness is no longer enforced; correct the values, then write the index by hand"
              : "--hash-long-keys indexes long values by their hashes; else correct the values");
  plan.objects.erase(object);
  return true;
}

bool leaveNotValid(Plan& plan, ObjectPlan& object, const GivenUp& thing) {
  setNotValid(object, true);
  tell(plan, Finding::Level::warning, "check-violated", sourceNameOf(object), object.source,
       "cannot be evaluated in every row (" + thing.reason +
           "); it is added NOT VALID: it binds new and changed rows only",
       "correct the rows, then ALTER TABLE … VALIDATE CONSTRAINT");
  return true;
}

/// Whether the thing is there after all: somebody made it since.
bool isThere(const GivenUp& thing, const std::vector<InventoryItem>& actual) {
  return std::any_of(actual.begin(), actual.end(), [&](const InventoryItem& item) {
    if (item.table != thing.table || item.name != thing.name) return false;
    switch (thing.kind) {
      case Kind::index:
        return item.kind == "index" || item.kind == "unique" || item.kind == "primary-key";
      case Kind::generated:
        return item.kind == "generated" && !item.definition.empty();
      case Kind::check:
        return item.kind == "check" && item.valid;
    }
    return false;
  });
}

std::vector<GivenUp> thingsIn(const std::string& table, const std::string& comment) {
  std::vector<GivenUp> things;
  try {
    const json::value mark = json::parse(comment);
    for (const json::value& item : mark.at(given).as_array()) {
      const auto text = [&](const char* key) { return json::value_to<std::string>(item.at(key)); };
      for (const auto& [kind, name] : kindNames) {
        if (text("kind") == name) things.push_back({kind, table, text("name"), text("reason")});
      }
    }
  } catch (const std::exception&) {
    // Another comment, or a mark that somebody wrote over: there is none.
    things.clear();
  }
  return things;
}

}  // namespace

bool giveUp(Plan& plan, const GivenUp& thing) {
  const auto found = [&] {
    if (thing.kind == Kind::generated) return giveUpComputing(plan, thing);
    const auto object =
        std::find_if(plan.objects.begin(), plan.objects.end(), [&](const ObjectPlan& one) {
          const bool isCheck = one.kind == ObjectPlan::Kind::check;
          return one.table == thing.table && one.name == thing.name &&
                 one.kind != ObjectPlan::Kind::foreignKey && isCheck == (thing.kind == Kind::check);
        });
    if (object == plan.objects.end()) return false;
    return thing.kind == Kind::check ? leaveNotValid(plan, *object, thing)
                                     : giveUpIndex(plan, object, thing);
  }();
  if (found) plan.givenUp.push_back(thing);
  return found;
}

void markGivenUp(Control& control, const Plan& plan) {
  std::map<std::string, json::array> marks;
  for (const GivenUp& thing : plan.givenUp) {
    const auto kind = std::find_if(kindNames.begin(), kindNames.end(),
                                   [&](const auto& one) { return one.first == thing.kind; });
    marks[thing.table].push_back(
        json::object{{"kind", kind->second}, {"name", thing.name}, {"reason", thing.reason}});
  }
  for (const auto& [table, things] : marks) {
    control.execute("COMMENT ON TABLE " + quoteIdentifier(table) + " IS " +
                    quoteLiteral(json::serialize(json::object{{given, things}})));
  }
}

std::vector<GivenUp> readGivenUp(Control& control, const std::string& schema,
                                 const std::vector<InventoryItem>& actual) {
  std::vector<GivenUp> things;
  for (const auto& row :
       control.query("SELECT c.relname, d.description FROM pg_catalog.pg_class c "
                     "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
                     "JOIN pg_catalog.pg_description d ON d.objoid = c.oid AND d.objsubid = 0 "
                     "AND d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass "
                     "WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') ORDER BY 1",
                     {schema})) {
    for (GivenUp& thing : thingsIn(row[0], row[1])) {
      if (!isThere(thing, actual)) things.push_back(std::move(thing));
    }
  }
  return things;
}

}  // namespace repot::migrate
