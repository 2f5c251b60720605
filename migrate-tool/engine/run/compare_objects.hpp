// Compares what a target has besides rows – keys, indexes, constraints, defaults, sequences – with
// what the source has, whoever made the target: by structure, not by the names of a plan.
#pragma once

#include "engine/run/control.hpp"
#include "engine/run/inventory.hpp"
#include "engine/run/pairing.hpp"

#include <repot/sqlite/bulk.hpp>

#include <string>
#include <vector>

namespace repot::migrate {

/// Something that the source has and the target lacks.
struct ObjectFault {
  /// "primary-key", "index", "foreign-key", "default-dropped", …: where planning reports that it
  /// leaves such a thing behind, its finding's code is the same word.
  std::string kind;
  std::string table;   ///< As the source names it.
  std::string object;  ///< "table.column", or the index's or view's own name.
  std::string sentence;
};

/// Appends what only the target demands of rows – unique keys, foreign keys, NOT NULL, CHECKs – and
/// the expressions of both sides, which a comparison by structure leaves to the reader.
void tellExtras(const Pairing& pairing, const std::vector<InventoryItem>& actual,
                std::vector<Finding>& findings);

/// By structure, which needs no right but to read. `actual` is the target's inventory; what only
/// the target has, and may hinder an application, is appended to `findings`.
std::vector<ObjectFault> compareObjects(const Pairing& pairing, sqlite::SqliteReader& reader,
                                        const std::vector<InventoryItem>& actual,
                                        const PlanOptions& options, std::vector<Finding>& findings);

/// How exactly ids have to go on.
enum class SequenceRule {
  planned,  ///< As planned; the columns that need a sequence are compared elsewhere.
  copied,   ///< With the id after the last one; a column of ids has to have a sequence.
  goesOn,   ///< With any later id: an application may have skipped some.
};
/// Read-only.
void compareSequences(const Pairing& pairing, Control& control, SequenceRule rule,
                      std::vector<ObjectFault>& faults);

/// Columns whose type is not that of `saved`, the plan that the target was made by.
std::vector<ObjectFault> compareTypes(const Pairing& pairing, const Plan& saved);

/// Takes out of `faults` what no migration carries over: `plan` is the one that Repot would make,
/// and the findings that say so are appended to `findings`.
void dismissUntranslatable(std::vector<ObjectFault>& faults, const Pairing& pairing,
                           const Plan& plan, std::vector<Finding>& findings);

}  // namespace repot::migrate
