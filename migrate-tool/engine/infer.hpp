// Chooses the type of a column from what it was declared as and from every value that it holds.
#pragma once

#include "plan.hpp"
#include "plan_options.hpp"
#include "scan.hpp"

#include <repot/schema/model.hpp>

#include <array>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace repot::migrate {

/// A type that the user asked for, or that Repot declared.
struct WantedType {
  PgType type = PgType::text;
  int length = 0;
  int scale = 0;
  Conversion conversion = Conversion::exact;  ///< One that is never chosen unasked, or exact.
  std::string reason = "as asked for";
};
/// Errors: Error(usage) for a word that is no type of a plan.
WantedType parseWantedType(const std::string& text);
/// What such a column of Repot's is in PostgreSQL.
WantedType wantedTypeOf(const schema::Type& type);

struct ColumnFacts {
  std::string object;  ///< "table.column", for findings.
  std::string declaredText;
  DeclaredType declared;
  const ColumnStats& stats;
  /// What was asked for each fault.
  std::array<std::optional<Remedy>, faultCount> asked{};
  std::string zone;          ///< Of times without offset; empty: none.
  std::size_t examples = 5;  ///< Values shown of each finding.
  bool notNull = false;
  bool indexed = false;  ///< In a key or an index, which json has no operators for.

  std::optional<Remedy> askedFor(Fault fault) const {
    return asked[static_cast<std::size_t>(fault)];
  }
  Remedy remedy(Fault fault) const {
    return askedFor(fault).value_or(faultRules()[static_cast<std::size_t>(fault)].standard);
  }
  /// True where values with the fault are to be left out, and can be.
  bool setsAside(Fault fault) const {
    const Remedy chosen = remedy(fault);
    return chosen == Remedy::quarantine || (chosen == Remedy::setNull && !notNull);
  }
};

/// The type part of a column's plan; what must be told goes to `findings`.
struct Inference {
  PgType type = PgType::text;
  int length = 0;
  int scale = 0;
  Conversion conversion = Conversion::exact;
  MisfitPolicy misfit = MisfitPolicy::fail;
  std::int64_t misfits = 0;
  NulRepair nulRepair = NulRepair::none;
  Utf8Repair utf8Repair = Utf8Repair::none;
  std::int64_t repairs = 0;
  std::string reason;
};
Inference inferType(const ColumnFacts& facts, std::vector<Finding>& findings);
/// As above for a type that the user wants: taken where the values fit, or by the misfit policy.
Inference applyWantedType(const ColumnFacts& facts, const WantedType& wanted,
                          std::vector<Finding>& findings);

/// Findings common to both ways: undecodable text, fields above PostgreSQL's limit.
void checkLimits(const ColumnFacts& facts, Inference& inference, std::vector<Finding>& findings);

/// Sets aside the values that `refusal` is about, where the remedy for the fault says so; else
/// refuses the plan.
void takeMisfits(const ColumnFacts& facts, Fault fault, Inference& inference,
                 const Finding& refusal, std::vector<Finding>& findings);

/// Several traits as one: counts add up, of the examples the first `examples` stay.
TraitStat joinedStats(const ColumnStats& stats, std::initializer_list<Trait> traits,
                      std::size_t examples);

/// A finding about the values that `stat` counted.
Finding makeFinding(Finding::Level level, std::string code, std::string object, std::string message,
                    const TraitStat& stat = {}, std::string advice = {});

}  // namespace repot::migrate
