// A plan has three kinds of fields: decisions, which may be edited; what follows from them and from
// the source, which may not; and facts about the values, which are measured again.
#include "edited_plan.hpp"

#include "epoch.hpp"
#include "planner.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace repot::migrate {
namespace {

[[noreturn]] void fail(const std::string& field, const std::string& why) {
  throw Error(ErrorKind::usage, "the plan's " + field + ": " + why);
}

std::string tableField(std::size_t table) {
  return "tables[" + std::to_string(table) + "]";
}

std::string columnField(std::size_t table, std::size_t column, const char* field) {
  return tableField(table) + ".columns[" + std::to_string(column) + "]." + field;
}

const char* wordOf(Conversion conversion) {
  if (const Epoch* epoch = epochOf(conversion)) return epoch->type.data();
  return conversion == Conversion::utcText ? "utc" : nullptr;
}

std::string wantedType(const ColumnPlan& column) {
  const char* word = wordOf(column.conversion);
  return word != nullptr ? word : typeSql(column);
}

const char* nameOf(MisfitPolicy policy) {
  return policy == MisfitPolicy::fail      ? "fail"
         : policy == MisfitPolicy::setNull ? "null"
                                           : "quarantine";
}

const char* nameOf(NulRepair repair) {
  return repair == NulRepair::strip     ? "strip"
         : repair == NulRepair::replace ? "replace"
         : repair == NulRepair::escape  ? "escape"
                                        : "fail";
}

const char* nameOf(Utf8Repair repair) {
  return repair == Utf8Repair::replace  ? "replace"
         : repair == Utf8Repair::latin1 ? "latin1"
         : repair == Utf8Repair::cp1252 ? "cp1252"
                                        : "fail";
}

/// A decision about a column: the setting that makes it, and how the setting spells it.
struct Decision {
  const char* field;
  const char* setting;
  std::string (*spell)(const ColumnPlan&);
  /// True where the values give no occasion to take the decision, so that it shows nowhere.
  bool (*idle)(const ColumnPlan&);
};
constexpr Decision decisions[] = {
    {"target", "rename", [](const ColumnPlan& column) { return column.target; },
     [](const ColumnPlan&) { return false; }},
    {"type", "type", wantedType, [](const ColumnPlan&) { return false; }},
    {"zone", "assume-tz", [](const ColumnPlan& column) { return column.zone; },
     [](const ColumnPlan&) { return false; }},
    {"misfit", "on-misfit",
     [](const ColumnPlan& column) { return std::string(nameOf(column.misfit)); },
     [](const ColumnPlan& column) { return column.misfit == MisfitPolicy::fail; }},
    {"nul", "nul", [](const ColumnPlan& column) { return std::string(nameOf(column.nulRepair)); },
     [](const ColumnPlan& column) { return column.nulRepair == NulRepair::none; }},
    {"badUtf8", "bad-utf8",
     [](const ColumnPlan& column) { return std::string(nameOf(column.utf8Repair)); },
     [](const ColumnPlan& column) { return column.utf8Repair == Utf8Repair::none; }},
};

/// What follows from decisions and the source.
struct Consequence {
  const char* field;
  bool (*same)(const ColumnPlan&, const ColumnPlan&);
};
constexpr Consequence consequences[] = {
    {"declaredType",
     [](const ColumnPlan& a, const ColumnPlan& b) { return a.declaredType == b.declaredType; }},
    {"notNull", [](const ColumnPlan& a, const ColumnPlan& b) { return a.notNull == b.notNull; }},
    {"identity", [](const ColumnPlan& a, const ColumnPlan& b) { return a.identity == b.identity; }},
    {"collation",
     [](const ColumnPlan& a, const ColumnPlan& b) { return a.collation == b.collation; }},
    {"default",
     [](const ColumnPlan& a, const ColumnPlan& b) { return a.defaultSql == b.defaultSql; }},
    {"generated",
     [](const ColumnPlan& a, const ColumnPlan& b) { return a.generatedSql == b.generatedSql; }},
};

/// Names an object whatever its table is called in the target, and however it is spelled there.
/// Where people renamed a table, its objects may still call it as `before` does.
std::vector<std::string> objectKeys(const Plan& plan, const Plan& before) {
  std::map<std::string, std::string> sources;
  for (const TablePlan& table : before.tables)
    sources.emplace(table.target, table.source);
  for (const TablePlan& table : plan.tables)
    sources.emplace(table.target, table.source);
  std::map<std::string, int> seen;
  std::vector<std::string> keys;
  for (const ObjectPlan& object : plan.objects) {
    const std::string key = std::to_string(static_cast<int>(object.kind)) + "|" +
                            sources[object.table] + "|" + object.source;
    keys.push_back(key + "|" + std::to_string(seen[key]++));
  }
  return keys;
}

class EditedPlan {
 public:
  EditedPlan(const Plan& saved, const Plan& base, PlanOptions options)
      : saved_(saved), base_(base), options_(std::move(options)) {
    findTables();
    for (std::size_t i = 0; i < saved.tables.size(); ++i)
      findColumns(i);
  }

  bool changesOptions() const { return changed_; }
  const PlanOptions& options() const { return options_; }

  void requireCarriedOut(const Plan& made) const {
    for (std::size_t i = 0; i < saved_.tables.size(); ++i) {
      const TablePlan& wanted = saved_.tables[i];
      const TablePlan* found = find(made, wanted.source);
      if (found == nullptr)
        fail(tableField(i), "the table is not part of the plan with these edits");
      if (found->target != wanted.target) {
        fail(tableField(i) + ".target", "\"" + wanted.target + "\" cannot be its name");
      }
      for (std::size_t j = 0; j < wanted.columns.size(); ++j)
        requireColumn(i, j, found->columns.at(j));
    }
  }

  void dropObjects(Plan& made) const {
    const std::vector<std::string> savedKeys = objectKeys(saved_, base_),
                                   baseKeys = objectKeys(base_, base_),
                                   madeKeys = objectKeys(made, made);
    requireObjects(made, savedKeys, baseKeys, madeKeys);
    const std::set<std::string> kept(savedKeys.begin(), savedKeys.end());
    std::vector<ObjectPlan> objects;
    for (std::size_t i = 0; i < made.objects.size(); ++i) {
      // An object that only the edits brought forth was not there to be dropped.
      const bool known = std::find(baseKeys.begin(), baseKeys.end(), madeKeys[i]) != baseKeys.end();
      if (!known || kept.contains(madeKeys[i])) {
        objects.push_back(made.objects[i]);
        continue;
      }
      leaveOut(made, made.objects[i].name, made.objects[i].sql);
    }
    made.objects = std::move(objects);
  }

  /// A view's SQL may be edited, as its rows are compared with the source's afterwards.
  void takeViews(Plan& made) const {
    for (std::size_t i = 0; i < saved_.views.size(); ++i) {
      if (findView(base_, saved_.views[i].shape.source) != nullptr) continue;
      fail("views[" + std::to_string(i) + "]", "the source has no such view that can be moved");
    }
    std::vector<ViewPlan> views;
    for (ViewPlan& view : made.views) {
      const ViewPlan* wanted = findView(saved_, view.shape.source);
      const ViewPlan* known = findView(base_, view.shape.source);
      if (wanted == nullptr && known != nullptr) {
        leaveOut(made, view.shape.source, view.sql);
        continue;
      }
      if (wanted != nullptr && wanted->sql != known->sql) view.sql = wanted->sql;
      views.push_back(std::move(view));
    }
    made.views = std::move(views);
  }

 private:
  static const TablePlan* find(const Plan& plan, const std::string& source) {
    const auto found = std::find_if(plan.tables.begin(), plan.tables.end(),
                                    [&](const TablePlan& table) { return table.source == source; });
    return found == plan.tables.end() ? nullptr : &*found;
  }

  static const ViewPlan* findView(const Plan& plan, const std::string& source) {
    const auto found =
        std::find_if(plan.views.begin(), plan.views.end(),
                     [&](const ViewPlan& view) { return view.shape.source == source; });
    return found == plan.views.end() ? nullptr : &*found;
  }

  static void leaveOut(Plan& made, const std::string& name, const std::string& sql) {
    Finding& finding = made.findings.emplace_back();
    finding.level = Finding::Level::warning;
    finding.code = "object-dropped";
    finding.object = name;
    finding.message = "is left out, as the edited plan says";
    finding.sql = sql;
  }

  void set(const char* setting, const std::string& value, const std::string& object,
           const std::string& field) {
    try {
      options_.set(setting, value, object);
    } catch (const Error& error) {
      fail(field, error.what());
    }
    changed_ = true;
  }

  void findTables() {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < saved_.tables.size(); ++i) {
      const TablePlan& table = saved_.tables[i];
      const TablePlan* known = find(base_, table.source);
      if (known == nullptr) fail(tableField(i) + ".source", "the source has no such table");
      if (!seen.insert(table.source).second) fail(tableField(i), "the table is there twice");
      if (known->target != table.target) {
        set("rename", table.target, table.source, tableField(i) + ".target");
      }
    }
    for (const TablePlan& table : base_.tables) {
      if (!seen.contains(table.source)) set("exclude", table.source, "", "tables");
    }
  }

  void findColumns(std::size_t place) {
    const TablePlan& table = saved_.tables[place];
    const TablePlan& known = *find(base_, table.source);
    if (table.columns.size() != known.columns.size()) {
      fail(tableField(place) + ".columns", "columns cannot be added or left out");
    }
    for (std::size_t j = 0; j < table.columns.size(); ++j) {
      const ColumnPlan& column = table.columns[j];
      if (column.source != known.columns[j].source) {
        fail(columnField(place, j, "source"),
             "\"" + known.columns[j].source + "\" is expected here");
      }
      for (const Consequence& consequence : consequences) {
        if (consequence.same(column, known.columns[j])) continue;
        fail(columnField(place, j, consequence.field),
             "it follows from the source and cannot be edited; if nobody did, make the plan anew");
      }
      for (const Decision& decision : decisions) {
        if (decision.spell(column) == decision.spell(known.columns[j])) continue;
        const std::string value = decision.spell(column);
        const std::string field = columnField(place, j, decision.field);
        if (value.empty()) fail(field, "it cannot be left empty");
        set(decision.setting, value, table.source + "." + column.source, field);
      }
    }
  }

  void requireColumn(std::size_t place, std::size_t j, const ColumnPlan& made) const {
    const ColumnPlan& wanted = saved_.tables[place].columns[j];
    for (const Decision& decision : decisions) {
      if (decision.spell(wanted) == decision.spell(made) || decision.idle(made)) continue;
      fail(columnField(place, j, decision.field),
           "\"" + decision.spell(wanted) + "\" cannot be carried out; the values make it \"" +
               decision.spell(made) + "\"");
    }
    const ColumnPlan& known = find(base_, saved_.tables[place].source)->columns[j];
    if (wanted.conversion != made.conversion && wanted.conversion != known.conversion) {
      fail(columnField(place, j, "conversion"), "it follows from the type and cannot be edited");
    }
  }

  void requireObjects(const Plan& made, const std::vector<std::string>& savedKeys,
                      const std::vector<std::string>& baseKeys,
                      const std::vector<std::string>& madeKeys) const {
    const auto sqlOf = [](const Plan& plan, const std::vector<std::string>& keys,
                          const std::string& key) -> const std::string* {
      const auto found = std::find(keys.begin(), keys.end(), key);
      return found == keys.end()
                 ? nullptr
                 : &plan.objects[static_cast<std::size_t>(found - keys.begin())].sql;
    };
    for (std::size_t i = 0; i < saved_.objects.size(); ++i) {
      const std::string* known = sqlOf(base_, baseKeys, savedKeys[i]);
      const std::string* now = sqlOf(made, madeKeys, savedKeys[i]);
      const std::string field = "objects[" + std::to_string(i) + "]";
      if (known == nullptr && now == nullptr) {
        fail(field, "the source has no such object; run statements of your own afterwards");
      }
      const std::string& sql = saved_.objects[i].sql;
      if ((known != nullptr && sql == *known) || (now != nullptr && sql == *now)) continue;
      fail(field + ".sql",
           "it cannot be edited; drop the object here, and run your own afterwards");
    }
  }

  const Plan& saved_;
  const Plan& base_;
  PlanOptions options_;
  bool changed_ = false;
};

}  // namespace

PlanOptions optionsOf(const Plan& saved) {
  PlanOptions options;
  for (std::size_t i = 0; i < saved.options.size(); ++i) {
    const GivenSetting& given = saved.options[i];
    try {
      options.set(given.name, given.value, given.object);
    } catch (const Error& error) {
      fail("options[" + std::to_string(i) + "]", error.what());
    }
  }
  options.schema = saved.targetSchema;
  return options;
}

Plan planAgain(sqlite::SqliteSource& source, const Plan& saved) {
  const PlanOptions options = optionsOf(saved);
  Plan base = makePlan(source, options);
  if (saved.sourceDigest != base.sourceDigest) {
    throw Error(ErrorKind::conflict,
                "the saved plan does not belong to this source: its schema has changed since; make "
                "a new plan by `repot plan --json`");
  }
  const EditedPlan edited(saved, base, options);
  Plan made = edited.changesOptions() ? makePlan(source, edited.options()) : base;
  // Its findings then say which values do not fit the edits.
  if (made.refused()) return made;
  edited.requireCarriedOut(made);
  edited.dropObjects(made);
  edited.takeViews(made);
  return made;
}

}  // namespace repot::migrate
