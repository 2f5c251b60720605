// Rights, order, constraints, triggers and sequences of a filling; see fill_plan.hpp.
#include "engine/run/fill_plan.hpp"

#include "engine/infer.hpp"
#include "engine/names.hpp"
#include "engine/run/sequences.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace repot::migrate {
namespace {

using Level = Finding::Level;

class FillPlanner {
 public:
  FillPlanner(Pairing& pairing, sqlite::SqliteReader& reader, Control& control,
              const PairOptions& options)
      : pairing_(pairing), reader_(reader), control_(control), options_(options) {}

  FillPlan plan() {
    chooseTruncated();
    for (std::size_t i = 0; i < pairing_.tables.size(); ++i) {
      checkRights(i);
      restTriggers(i);
      moveSequences(i);
    }
    orderTables();
    for (const auto& [name, sequence] : sequences_)
      plan_.sequences.push_back(sequence);
    return std::move(plan_);
  }

 private:
  const TargetTable& target(std::size_t index) const { return *pairing_.tables[index].target; }
  std::string qualified(const std::string& table) const {
    return quoteIdentifier(pairing_.plan.targetSchema) + '.' + quoteIdentifier(table);
  }
  void tell(Level level, std::string code, std::string object, std::string message,
            std::string advice = {}) {
    pairing_.plan.findings.push_back(makeFinding(level, std::move(code), std::move(object),
                                                 std::move(message), {}, std::move(advice)));
  }

  void checkRights(std::size_t index) {
    const TargetTable& table = target(index);
    if (!table.mayInsert) {
      tell(Level::refused, "permission", table.name, "the role may not insert into this table",
           "GRANT INSERT, SELECT ON it, or run as its owner");
    }
    if (table.rowSecurity) {
      tell(Level::refused, "row-security", table.name,
           "its row security policies apply to this role, and COPY cannot obey them",
           table.owned ? "they are FORCEd on the owner, too: ALTER TABLE … NO FORCE ROW LEVEL "
                         "SECURITY for the time of the run, or run as a role with BYPASSRLS"
                       : "run as the table's owner, or as a role with BYPASSRLS");
    }
  }

  void chooseTruncated() {
    std::set<std::size_t> named;
    for (const std::string& glob : options_.truncate) {
      const std::size_t before = named.size();
      for (std::size_t i = 0; i < pairing_.tables.size(); ++i) {
        if (globMatches(glob, target(i).name)) named.insert(i);
      }
      if (named.size() == before) {
        throw Error(ErrorKind::usage,
                    "--truncate " + glob + ": no table that is filled is so called");
      }
    }
    std::string filled;
    for (std::size_t i = 0; i < pairing_.tables.size(); ++i) {
      if (named.contains(i) || !hasRows(target(i).name)) continue;
      filled += (filled.empty() ? "" : ", ") + quoteIdentifier(target(i).name);
    }
    if (!filled.empty()) {
      tell(Level::refused, "not-empty", pairing_.plan.targetSchema,
           "these tables of the target hold rows already: " + filled,
           "where they are the application's own first rows, --truncate TABLE empties them in the "
           "same transaction; else leave the tables out by --exclude");
    }
    if (named.empty()) return;
    withReferences(named);
    for (const std::size_t index : named) {
      plan_.truncated.push_back(qualified(target(index).name));
      if (!target(index).mayTruncate) {
        tell(Level::refused, "permission", target(index).name,
             "the role may not truncate this table", "GRANT TRUNCATE ON it, or run as its owner");
      }
    }
  }

  /// TRUNCATE wants all tables that refer to one of its own; here they are empty, or named too.
  void withReferences(std::set<std::size_t>& named) {
    for (bool grown = true; grown;) {
      grown = false;
      for (const TargetTable& table : pairing_.targets) {
        for (const TargetForeignKey& key : table.foreignKeys) {
          const bool refers = std::any_of(named.begin(), named.end(), [&](std::size_t index) {
            return target(index).name == key.parent;
          });
          if (!refers) continue;
          const PairedTable* paired = pairing_.findByTarget(table.name);
          if (paired != nullptr) {
            grown =
                named.insert(static_cast<std::size_t>(paired - pairing_.tables.data())).second ||
                grown;
          } else if (told_.insert(table.name).second) {
            tell(Level::refused, "truncate", table.name,
                 "refers to \"" + key.parent + "\", which is to be truncated, and is not filled",
                 "fill it too, or do without --truncate " + key.parent);
          }
        }
      }
    }
  }

  bool hasRows(const std::string& table) {
    if (control_.value("SELECT has_table_privilege(" + quoteLiteral(qualified(table)) +
                       ", 'SELECT')") != "t") {
      if (told_.insert(table).second) {
        tell(Level::refused, "permission", table, "the role may not read this table",
             "GRANT SELECT ON it, or run as its owner");
      }
      return false;
    }
    return control_.value("SELECT EXISTS (SELECT FROM " + qualified(table) + ")") == "t";
  }

  /// Triggers that the application wrote have acted in the source already, or would act on rows
  /// that are not new.
  void restTriggers(std::size_t index) {
    const TargetTable& table = target(index);
    for (const TargetTrigger& trigger : table.triggers) {
      if (!trigger.onInsert || (trigger.enabled != 'O' && trigger.enabled != 'A')) continue;
      const std::string object = table.name + "." + trigger.name;
      if (!table.owned) {
        tell(Level::refused, "trigger", object,
             "of " + trigger.relation +
                 ": would fire for every row, and the role may not disable it",
             "run as the table's owner, or disable the trigger for the time of the run");
        continue;
      }
      tell(Level::warning, "trigger", object,
           "the trigger of " + trigger.relation + " is not fired for the rows that are copied");
      const std::string alter = "ALTER TABLE " + trigger.relation;
      plan_.before.push_back(alter + " DISABLE TRIGGER " + quoteIdentifier(trigger.name));
      plan_.after.push_back(
          alter + (trigger.enabled == 'A' ? " ENABLE ALWAYS TRIGGER " : " ENABLE TRIGGER ") +
          quoteIdentifier(trigger.name));
    }
  }

  /// Parents before children. Where tables refer to each other in a circle, one of the keys is
  /// checked at the end; none is dropped, so each keeps its name, its definition and its oid.
  void orderTables() {
    std::set<std::size_t> left;
    for (std::size_t i = 0; i < pairing_.tables.size(); ++i)
      left.insert(i);
    while (!left.empty()) {
      std::size_t best = *left.begin(), fewest = std::string::npos;
      for (const std::size_t index : left) {
        const std::size_t unmet = unmetKeys(index, left).size();
        if (unmet < fewest) {
          best = index;
          fewest = unmet;
        }
      }
      for (const TargetForeignKey* key : unmetKeys(best, left))
        deferKey(target(best), *key);
      plan_.order.push_back(best);
      left.erase(best);
    }
  }

  std::vector<const TargetForeignKey*> unmetKeys(std::size_t index,
                                                 const std::set<std::size_t>& left) const {
    std::vector<const TargetForeignKey*> unmet;
    for (const TargetForeignKey& key : target(index).foreignKeys) {
      const bool waits = !key.deferrable && key.parentSchema == pairing_.plan.targetSchema &&
                         std::any_of(left.begin(), left.end(), [&](std::size_t other) {
                           return other != index && target(other).name == key.parent;
                         });
      if (waits) unmet.push_back(&key);
    }
    return unmet;
  }

  void deferKey(const TargetTable& table, const TargetForeignKey& key) {
    if (!table.owned) {
      tell(Level::refused, "circular-keys", table.name + "." + key.name,
           "tables refer to each other in a circle, and the role may not let this key wait",
           "run as the table's owner, or make the key DEFERRABLE");
      return;
    }
    const std::string alter =
        "ALTER TABLE " + qualified(table.name) + " ALTER CONSTRAINT " + quoteIdentifier(key.name);
    plan_.before.push_back(alter + " DEFERRABLE");
    plan_.after.push_back(alter + " NOT DEFERRABLE");
  }

  void moveSequences(std::size_t index) {
    const TablePlan& table = pairing_.plan.tables[index];
    for (const ColumnPlan& column : table.columns) {
      const TargetColumn& found = *target(index).find(column.target);
      if (found.sequence.empty()) continue;
      const std::int64_t last = lastValue(index, column);
      if (last <= 0) continue;
      if (!found.readsSequence || (!found.ownsSequence && !found.updatesSequence)) {
        tell(Level::refused, "permission", table.source + "." + column.source,
             "the role may not move the sequence " + found.sequence + " behind the largest id",
             "GRANT SELECT, UPDATE ON SEQUENCE it, or run as its owner");
        continue;
      }
      const SequenceState state = readSequence(control_, found.sequence);
      // Never back: what the target handed out before may be known elsewhere.
      if (state.exhausted() || state.next > last) continue;
      FillPlan::Sequence& sequence = sequences_[found.sequence];
      sequence.name = found.sequence;
      sequence.owned = found.ownsSequence;
      sequence.last = state.last;
      sequence.spent = sequence.spent || last >= state.last;
      if (!sequence.spent) sequence.next = std::max(sequence.next, last + 1);
    }
  }

  std::int64_t lastValue(std::size_t index, const ColumnPlan& column) {
    const PairedTable& paired = pairing_.tables[index];
    const SourceTable& source = *paired.source;
    if (source.rowidAlias && source.columns[*source.rowidAlias].name == column.source) {
      return lastIdOf(source, pairing_.plan.tables[index], pairing_.schema);
    }
    sqlite::Statement row =
        reader_.prepare("SELECT max(" + quoteIdentifier(column.source) + ") FROM main." +
                        quoteIdentifier(source.name) + " WHERE typeof(" +
                        quoteIdentifier(column.source) + ") = 'integer'");
    return row.step() && !row.isNull(0) ? row.int64(0) : 0;
  }

  Pairing& pairing_;
  sqlite::SqliteReader& reader_;
  Control& control_;
  const PairOptions& options_;
  FillPlan plan_;
  std::map<std::string, FillPlan::Sequence> sequences_;
  std::set<std::string> told_;
};

}  // namespace

FillPlan planFill(Pairing& pairing, sqlite::SqliteReader& reader, Control& control,
                  const PairOptions& options) {
  return FillPlanner(pairing, reader, control, options).plan();
}

}  // namespace repot::migrate
