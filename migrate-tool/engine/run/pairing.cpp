// Names are paired exactly, else as Repot would have spelled them, else ignoring case where that is
// unique; see pairing.hpp.
#include "engine/run/pairing.hpp"

#include "engine/draft.hpp"
#include "engine/version_table_names.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <set>

namespace repot::migrate {
namespace {

using Level = Finding::Level;

struct Match {
  std::size_t index = PairedTable::none;
  bool ambiguous = false;
};

/// Finds a partner among `names`; `wanted` are spellings of the same name, the most likely first.
Match match(const std::vector<std::string>& wanted, const std::vector<std::string>& names) {
  Match found;
  for (const std::string& name : wanted) {
    const auto place = std::find(names.begin(), names.end(), name);
    if (place == names.end()) continue;
    found.index = static_cast<std::size_t>(place - names.begin());
    return found;
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!sameName(names[i], wanted.front())) continue;
    if (found.index != PairedTable::none) return {PairedTable::none, true};
    found.index = i;
  }
  return found;
}

bool excluded(const PlanOptions& options, const std::string& object) {
  return std::any_of(options.exclude.begin(), options.exclude.end(),
                     [&](const std::string& glob) { return globMatches(glob, object); });
}

bool isInteger(PgType type) {
  return type == PgType::bigint || type == PgType::integer || type == PgType::smallint;
}

class Pairer {
 public:
  Pairer(Draft& draft, Control& control, const PairOptions& options, const Plan* saved,
         Pairing& pairing)
      : draft_(draft), control_(control), options_(options), saved_(saved), pairing_(pairing) {
    for (const TargetTable& table : pairing.targets)
      names_.push_back(table.name);
  }

  /// Those that became tables by the plan, or are tables in the target: another tool copied rows.
  void takeViews() {
    for (const SourceObject& view : draft_.schema.views) {
      const TablePlan* planned = savedTable(view.name);
      const bool isTable = std::find(names_.begin(), names_.end(), view.name) != names_.end();
      const bool wanted = isWanted(draft_.options, view.name) && !options_.filling;
      if (!wanted || (planned == nullptr && !isTable)) continue;
      TableDraft& table = draft_.tables.emplace_back();
      table.source = &draft_.materialized.emplace_back(viewAsTable(draft_.reader, view));
      table.plan.source = view.name;
      table.plan.target = planned != nullptr ? planned->target : view.name;
      nameColumns(draft_, table);
    }
  }

  void pairTables() {
    for (TableDraft& table : draft_.tables) {
      const TablePlan* planned = savedTable(table.source->name);
      std::vector<std::string> wanted{table.source->name, table.plan.target};
      if (planned != nullptr) wanted.insert(wanted.begin(), planned->target);
      const Match found = match(wanted, names_);
      if (found.index == PairedTable::none || !taken_.insert(found.index).second) {
        tell(Level::refused, found.ambiguous ? "ambiguous-table" : "missing-table",
             table.source->name,
             found.ambiguous ? "the target has several tables whose names differ only in case"
                             : missingTable(wanted),
             "create it by the application's migrations, or leave it out by --exclude");
        continue;
      }
      const TargetTable& target = pairing_.targets[found.index];
      if (options_.dataOnly && isKeptVersionTable(*table.source, target)) continue;
      pairColumns(table, target, planned);
    }
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (taken_.contains(i) || !draft_.options.include.empty() ||
          draft_.options.exclude.size() > 0)
        continue;
      tell(Level::warning, "extra-table", names_[i], "only the target has this table");
    }
  }

  void requireUsed() const {
    for (const auto* keys : {&draft_.options.types}) {
      for (const auto& [key, value] : *keys) {
        if (used_.contains(asciiLower(key))) continue;
        throw Error(ErrorKind::usage, "no column \"" + key +
                                          "\" is on both sides; columns are named as "
                                          "table.column, as in the source");
      }
    }
  }

 private:
  void tell(Level level, std::string code, std::string object, std::string message,
            std::string advice = {}) {
    draft_.tell(level, std::move(code), std::move(object), std::move(message)).advice =
        std::move(advice);
  }

  std::string missingTable(const std::vector<std::string>& spellings) {
    for (const std::string& name : spellings) {
      const std::string other = otherRelation(control_, draft_.options.schema, name);
      if (!other.empty())
        return "the target's \"" + name + "\" is " + other + ", and rows go into tables only";
    }
    return "the target has no such table";
  }

  const TablePlan* savedTable(const std::string& source) const {
    if (saved_ == nullptr) return nullptr;
    const auto found = std::find_if(saved_->tables.begin(), saved_->tables.end(),
                                    [&](const TablePlan& table) { return table.source == source; });
    return found == saved_->tables.end() ? nullptr : &*found;
  }

  bool isKeptVersionTable(const SourceTable& source, const TargetTable& target) {
    if (!isVersionTable(source.name)) return false;
    for (const std::string& glob : options_.truncate) {
      if (globMatches(glob, target.name)) return false;
    }
    const std::string rows =
        control_.value("SELECT EXISTS (SELECT FROM " + quoteIdentifier(draft_.options.schema) +
                       '.' + quoteIdentifier(target.name) + ")");
    if (rows != "t") return false;
    pairing_.versionTables.push_back(source.name);
    compareVersions(draft_.reader, control_, source, target, draft_.options.schema,
                    draft_.plan.findings);
    return true;
  }

  void pairColumns(TableDraft& table, const TargetTable& target, const TablePlan* saved) {
    TablePlan plan = table.plan;
    plan.target = target.name;
    plan.partitioned = target.partitioned;
    plan.columns.clear();
    PairedTable paired{table.source, &target, std::move(table.ddl), {}};
    std::vector<std::string> names;
    for (const TargetColumn& column : target.columns)
      names.push_back(column.plan.target);
    std::set<std::size_t> used;
    for (std::size_t i = 0; i < table.source->columns.size(); ++i) {
      paired.planned.push_back(PairedTable::none);
      if (table.planned[i] == TableDraft::none) continue;
      const SourceColumn& source = table.source->columns[i];
      const std::string object = table.source->name + "." + source.name;
      if (excluded(draft_.options, object)) continue;
      const Match found =
          match(spellings(source.name, table.plan.columns[table.planned[i]], saved), names);
      if (found.index == PairedTable::none || !used.insert(found.index).second) {
        tell(Level::refused, found.ambiguous ? "ambiguous-column" : "missing-column", object,
             found.ambiguous ? "the target has several columns whose names differ only in case"
                             : "the target's table \"" + target.name + "\" has no such column",
             "add it by the application's migrations, or leave it out by --exclude " + object);
        continue;
      }
      paired.planned.back() = plan.columns.size();
      plan.columns.push_back(
          planColumn(source, target.columns[found.index].plan, object, savedColumn(saved, source)));
    }
    tellExtraColumns(*table.source, target, used);
    completePlan(plan, paired);
    if (saved != nullptr) takeOrphans(plan, *saved);
    draft_.plan.tables.push_back(std::move(plan));
    pairing_.tables.push_back(std::move(paired));
  }

  static std::vector<std::string> spellings(const std::string& source, const ColumnPlan& own,
                                            const TablePlan* saved) {
    std::vector<std::string> wanted{source, own.target};
    if (saved == nullptr) return wanted;
    for (const ColumnPlan& column : saved->columns) {
      if (column.source == source) wanted.insert(wanted.begin(), column.target);
    }
    return wanted;
  }

  static const ColumnPlan* savedColumn(const TablePlan* saved, const SourceColumn& source) {
    if (saved == nullptr) return nullptr;
    const auto found =
        std::find_if(saved->columns.begin(), saved->columns.end(),
                     [&](const ColumnPlan& column) { return column.source == source.name; });
    return found == saved->columns.end() ? nullptr : &*found;
  }

  ColumnPlan planColumn(const SourceColumn& source, ColumnPlan column, const std::string& object,
                        const ColumnPlan* saved) {
    column.source = source.name;
    column.declaredType = source.declaredType;
    column.reason = "as the target has it";
    column.assumeUtc = options_.assumeUtc;
    column.cutFractions = options_.cutFractions;
    for (const auto& [key, type] : draft_.options.types) {
      if (!sameName(key, object)) continue;
      used_.insert(asciiLower(key));
      column.conversion = parseWantedType(type).conversion;
    }
    takePolicies(column, object, saved);
    return column;
  }

  /// What became of values that did not fit: as the plan says that filled the target, else as
  /// asked.
  void takePolicies(ColumnPlan& column, const std::string& object, const ColumnPlan* saved) const {
    if (saved != nullptr) {
      column.misfit = saved->misfit;
      column.nulRepair = saved->nulRepair;
      column.utf8Repair = saved->utf8Repair;
      column.zone = saved->zone;
      const bool said = saved->conversion == Conversion::assumeZone ||
                        saved->conversion == Conversion::bytesToUuid ||
                        saved->conversion == Conversion::anyToJson;
      if (said && column.type == saved->type) column.conversion = saved->conversion;
      // Values that only the plan's conversion does not take were set aside, too: 'f' beside 0
      // and 1.
      const bool asPlanned = column.type == saved->type && column.length == saved->length &&
                             column.scale == saved->scale;
      if (!options_.filling && saved->misfit != MisfitPolicy::fail && asPlanned) {
        column.existing = false;
        column.conversion = saved->conversion;
      }
      return;
    }
    const auto asked = remediesOf(draft_.options, object);
    for (const auto& remedy : asked) {
      if (!options_.filling || !remedy || *remedy == Remedy::fail || *remedy == Remedy::setNull)
        continue;
      throw Error(ErrorKind::usage,
                  object + ": the application made the target's schema, so \"" +
                      std::string(toString(*remedy)) +
                      "\" has no meaning here; correct the values, or choose null for them");
    }
    const auto remedy = asked[static_cast<std::size_t>(Fault::mixed)];
    if (remedy == Remedy::setNull && !column.notNull) column.misfit = MisfitPolicy::setNull;
  }

  void tellExtraColumns(const SourceTable& source, const TargetTable& target,
                        const std::set<std::size_t>& used) {
    for (std::size_t i = 0; i < target.columns.size(); ++i) {
      const TargetColumn& column = target.columns[i];
      if (used.contains(i) || column.plan.generatedSql) continue;
      const std::string object = source.name + "." + column.plan.target;
      if (options_.filling && column.plan.notNull && !column.hasDefault) {
        tell(Level::refused, "extra-column", object,
             "only the target has this column; it is NOT NULL and has no default",
             "give it a default in the target, or fill it in the source");
      } else if (!excluded(draft_.options, object)) {
        tell(Level::warning, "extra-column", object,
             options_.filling ? "only the target has this column; rows get its default"
                              : "only the target has this column");
      }
    }
  }

  static void takeOrphans(TablePlan& plan, const TablePlan& saved) {
    for (OrphanPlan orphan : saved.orphans) {
      for (std::size_t& place : orphan.columns) {
        const auto found = std::find_if(
            plan.columns.begin(), plan.columns.end(),
            [&](const ColumnPlan& column) { return column.source == saved.columns[place].source; });
        if (found == plan.columns.end()) return;
        place = static_cast<std::size_t>(found - plan.columns.begin());
      }
      plan.orphans.push_back(std::move(orphan));
    }
  }

  void completePlan(TablePlan& plan, const PairedTable& paired) {
    plan.key.clear();
    for (const std::size_t column : paired.source->primaryKey()) {
      if (paired.planned[column] != PairedTable::none) plan.key.push_back(paired.planned[column]);
    }
    if (plan.key.size() != paired.source->primaryKey().size()) plan.key.clear();
    if (const auto alias = paired.source->rowidAlias;
        alias && paired.planned[*alias] != PairedTable::none) {
      const ColumnPlan& column = plan.columns[paired.planned[*alias]];
      if (isInteger(column.type)) {
        plan.rangeColumn = paired.planned[*alias];
        plan.rangeIndexed = paired.target->hasIndexOn(column.target);
      }
    }
    if (plan.rowidName.empty()) return;
    sqlite::Statement range = draft_.reader.prepare(
        "SELECT min(" + quoteIdentifier(plan.rowidName) + "), max(" +
        quoteIdentifier(plan.rowidName) + ") FROM main." + quoteIdentifier(plan.source));
    if (!range.step() || range.isNull(0)) return;
    plan.rowidMin = range.int64(0);
    plan.rowidMax = range.int64(1);
  }

  Draft& draft_;
  Control& control_;
  const PairOptions& options_;
  const Plan* saved_;
  Pairing& pairing_;
  std::vector<std::string> names_;
  std::set<std::size_t> taken_;
  std::set<std::string> used_;  ///< Keys of options that named a column, in lower case.
};

}  // namespace

const PairedTable* Pairing::findBySource(const std::string& source) const {
  const auto found = std::find_if(tables.begin(), tables.end(), [&](const PairedTable& table) {
    return table.source->name == source;
  });
  return found == tables.end() ? nullptr : &*found;
}

const PairedTable* Pairing::findByTarget(const std::string& target) const {
  const auto found = std::find_if(tables.begin(), tables.end(), [&](const PairedTable& table) {
    return table.target->name == target;
  });
  return found == tables.end() ? nullptr : &*found;
}

Pairing pairWithTarget(sqlite::SqliteReader& reader, Control& control, const PlanOptions& options,
                       const PairOptions& pairOptions, const Plan* saved) {
  Draft draft(reader, options);
  draft.schema = readSourceSchema(reader);
  chooseTables(draft);
  // What planning remarks about names is about names of its own.
  std::erase_if(draft.plan.findings,
                [](const Finding& finding) { return finding.code == "renamed"; });
  for (Finding& finding : draft.plan.findings) {
    if (finding.level == Level::reported) finding.level = Level::warning;
  }
  draft.plan.sourceDigest = draft.schema.digest;
  draft.plan.targetSchema = options.schema;
  Pairing pairing;
  pairing.targets = readTargetTables(control, options.schema);
  Pairer pairer(draft, control, pairOptions, saved, pairing);
  pairer.takeViews();
  pairer.pairTables();
  pairer.requireUsed();
  pairing.schema = std::move(draft.schema);
  pairing.views = std::move(draft.materialized);
  pairing.plan = std::move(draft.plan);
  return pairing;
}

}  // namespace repot::migrate
