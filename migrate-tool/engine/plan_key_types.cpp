// PostgreSQL wants one type on both sides of a foreign key; SQLite compares by affinity. Columns
// that foreign keys join form groups, and each group gets the narrowest type that holds all its
// values.
#include "foreign_keys.hpp"

#include <algorithm>
#include <map>
#include <numeric>

namespace repot::migrate {
namespace {

using ColumnId = std::pair<std::size_t, std::size_t>;  ///< Table and source column.

/// Union-find over the columns.
class Groups {
 public:
  std::size_t idOf(ColumnId column) {
    const auto [found, added] = ids_.try_emplace(column, parents_.size());
    if (added) {
      parents_.push_back(parents_.size());
      columns_.push_back(column);
    }
    return found->second;
  }
  void join(ColumnId left, ColumnId right) {
    const std::size_t one = root(idOf(left)), other = root(idOf(right));
    parents_[std::max(one, other)] = std::min(one, other);
  }
  std::map<std::size_t, std::vector<ColumnId>> all() {
    std::map<std::size_t, std::vector<ColumnId>> groups;
    for (std::size_t i = 0; i < columns_.size(); ++i)
      groups[root(i)].push_back(columns_[i]);
    return groups;
  }

 private:
  std::size_t root(std::size_t id) const {
    while (parents_[id] != id)
      id = parents_[id];
    return id;
  }
  std::map<ColumnId, std::size_t> ids_;
  std::vector<std::size_t> parents_;
  std::vector<ColumnId> columns_;
};

enum class Family { integer, number, text, time, other };

Family familyOf(PgType type) {
  switch (type) {
    case PgType::bigint:
    case PgType::boolean:
      return Family::integer;
    case PgType::numeric:
    case PgType::doublePrecision:
      return Family::number;
    case PgType::text:
    case PgType::varchar:
    case PgType::json:
      return Family::text;
    case PgType::date:
    case PgType::time:
    case PgType::timestamp:
    case PgType::timestamptz:
    case PgType::interval:
      return Family::time;
    case PgType::bytea:
    case PgType::uuid:
    case PgType::jsonb:
    case PgType::smallint:
    case PgType::integer:
    case PgType::real:
    case PgType::bpchar:
    case PgType::inet:
    case PgType::enumeration:
    case PgType::other:
      break;
  }
  return Family::other;
}

bool onlyIntegers(const ColumnStats& stats) {
  return stats.count(Trait::integer) == stats.values();
}

bool onlyIntegerText(const ColumnStats& stats) {
  return stats.values() > 0 && stats.count(Trait::text) == stats.values() &&
         stats.count(Trait::notInteger) == 0;
}

class Unifier {
 public:
  explicit Unifier(Draft& draft) : draft_(draft) {}

  void unify(const std::vector<ColumnId>& group) {
    const auto has = [&](auto test) { return std::any_of(group.begin(), group.end(), test); };
    const PgType first = column(group[0]).type;
    if (!has([&](ColumnId id) { return !sameKind(column(id).type, first); })) return;
    if (all(group, [&](ColumnId id) { return fitsInteger(id); })) {
      return each(group, [&](ColumnId id) { makeInteger(id); });
    }
    if (has([&](ColumnId id) { return column(id).type == PgType::uuid; })) return makeUuids(group);
    const bool identity = has([&](ColumnId id) { return isIdentity(id); });
    if (identity) return;  // Its type stays; the foreign key will be reported.
    if (all(group, [&](ColumnId id) { return isNumber(id); })) {
      return each(group, [&](ColumnId id) {
        set(id, PgType::numeric, Conversion::toNumeric,
            "numeric, as the other side of a foreign key");
      });
    }
    if (all(group, [&](ColumnId id) { return isTextual(id); })) {
      each(group, [&](ColumnId id) {
        if (familyOf(column(id).type) == Family::text) return;
        const bool numbers = isNumber(id);
        set(id, PgType::text, numbers ? Conversion::toText : Conversion::exact,
            "text, as the other side of a foreign key");
      });
    }
  }

 private:
  template <class Test>
  static bool all(const std::vector<ColumnId>& group, Test test) {
    return std::all_of(group.begin(), group.end(), test);
  }
  template <class Action>
  static void each(const std::vector<ColumnId>& group, Action action) {
    std::for_each(group.begin(), group.end(), action);
  }
  /// text and varchar compare with each other; all others only with themselves.
  static bool sameKind(PgType left, PgType right) {
    const auto plain = [](PgType type) { return type == PgType::varchar ? PgType::text : type; };
    return plain(left) == plain(right);
  }
  ColumnPlan& column(ColumnId id) { return draft_.tables[id.first].column(id.second); }
  const ColumnStats& stats(ColumnId id) { return draft_.tables[id.first].stats.columns[id.second]; }
  bool isIdentity(ColumnId id) { return draft_.tables[id.first].source->rowidAlias == id.second; }
  bool fitsInteger(ColumnId id) {
    return column(id).misfit == MisfitPolicy::fail &&
           (onlyIntegers(stats(id)) || onlyIntegerText(stats(id)));
  }
  bool isNumber(ColumnId id) {
    if (column(id).conversion == Conversion::booleanText) return false;
    const Family family = familyOf(column(id).type);
    return family == Family::number || family == Family::integer;
  }
  bool isTextual(ColumnId id) { return familyOf(column(id).type) != Family::other; }

  /// uuid is only ever asked for; then it has to be the type of all that the foreign keys join.
  void makeUuids(const std::vector<ColumnId>& group) {
    for (const ColumnId& id : group) {
      const ColumnStats& values = stats(id);
      const bool texts = values.count(Trait::text) == values.values();
      const bool bytes = values.count(Trait::blob) == values.values();
      if ((texts || bytes) && values.count(Trait::notUuid) == 0) {
        set(id, PgType::uuid, texts ? Conversion::exact : Conversion::bytesToUuid,
            "uuid, as the other side of a foreign key");
        continue;
      }
      draft_.plan.findings.push_back(makeFinding(
          Finding::Level::refused, "key-type",
          draft_.tables[id.first].source->name + "." + column(id).source,
          "has to be uuid, as the other side of its foreign key was asked to be, but not every "
          "value is one",
          joinedStats(values, {Trait::notUuid, Trait::integer, Trait::real, Trait::blob},
                      draft_.options.examples),
          "correct the values, or do not ask for uuid"));
    }
  }
  void makeInteger(ColumnId id) {
    if (column(id).type == PgType::bigint) return;
    set(id, PgType::bigint,
        onlyIntegerText(stats(id)) ? Conversion::textToInteger : Conversion::exact,
        "integers, as the other side of a foreign key");
  }
  void set(ColumnId id, PgType type, Conversion conversion, const char* reason) {
    ColumnPlan& planned = column(id);
    if (planned.type == type) return;
    const std::string before = typeSql(planned);
    planned.type = type;
    planned.conversion = conversion;
    planned.length = planned.scale = 0;
    planned.reason = reason;
    draft_.tell(Finding::Level::warning, "key-type-unified",
                draft_.tables[id.first].source->name + "." + planned.source,
                "becomes " + typeSql(planned) + " instead of " + before +
                    ", so that its foreign key can be kept" +
                    (conversion == Conversion::toText
                         ? "; '01' and '1 ', which SQLite takes for 1, refer to nothing from now on"
                         : ""));
  }

  Draft& draft_;
};

/// Only where the foreign key is carried over: else the sides keep the types of their own.
void joinColumns(Draft& draft, std::size_t child, Groups& groups) {
  for (const SourceForeignKey& key : draft.tables[child].source->foreignKeys) {
    ResolvedKey resolved{&key, &draft.tables[child], nullptr, {}, {}};
    if (!resolveForeignKey(draft, resolved).empty()) continue;
    const auto parent = static_cast<std::size_t>(resolved.parent - draft.tables.data());
    for (std::size_t i = 0; i < resolved.columns.size(); ++i)
      groups.join({child, resolved.columns[i]}, {parent, resolved.parentColumns[i]});
  }
}

}  // namespace

void unifyKeyTypes(Draft& draft) {
  Groups groups;
  for (std::size_t i = 0; i < draft.tables.size(); ++i)
    joinColumns(draft, i, groups);
  Unifier unifier(draft);
  for (const auto& [root, members] : groups.all())
    unifier.unify(members);
}

}  // namespace repot::migrate
