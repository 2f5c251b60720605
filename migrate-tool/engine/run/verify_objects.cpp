// Definitions where Repot made the target, structure where another tool did; see
// verify_objects.hpp.
#include "engine/run/verify_objects.hpp"

#include "engine/run/compare_inventory.hpp"
#include "engine/run/compare_objects.hpp"
#include "engine/run/given_up.hpp"
#include "engine/run/inventory.hpp"
#include "engine/run/planned_inventory.hpp"
#include "engine/run/verify_views.hpp"

#include <algorithm>
#include <memory>

namespace repot::migrate {
namespace {

using Level = Finding::Level;
using Maker = VerifyOptions::Maker;

class ObjectVerifier {
 public:
  explicit ObjectVerifier(VerifyContext& context)
      : context_(context),
        report_(context.report),
        pairing_(context.pairing),
        options_(context.options) {}

  void bySequences() {
    report_.verification.objects = ObjectsLevel::sequences;
    compareSequences(pairing_, context_.control, SequenceRule::goesOn, faults_);
    tellFaults();
  }

  void byPlan(Plan plan) {
    actual_ = readInventory(context_.control, pairing_.plan.targetSchema);
    for (const GivenUp& thing :
         readGivenUp(context_.control, pairing_.plan.targetSchema, actual_)) {
      giveUp(plan, thing);
    }
    if (const auto planned = render(plan)) {
      report_.verification.objects = ObjectsLevel::definition;
      compareSequences(pairing_, context_.control, SequenceRule::planned, faults_);
      compareInventories(
          pairing_, plan, planned->items(),
          [&](const InventoryItem& item) { return planned->respelled(item); }, actual_, faults_);
      extraColumns();
      verifyMissingViews(context_, plan, actual_);
      for (const Finding& finding : plan.findings) {
        if (finding.level == Level::reported) report_.findings.push_back(finding);
      }
    } else {
      byStructure(plan);
    }
    if (options_.verify.viewRows) verifyViewRows(context_, plan);
    tellFaults();
  }

 private:
  /// What the plan makes, where that is the measure.
  std::unique_ptr<PlannedInventory> render(const Plan& plan) {
    const bool isSaved = options_.savedPlan.has_value();
    Maker maker = isSaved ? Maker::repot : options_.verify.maker;
    if (maker == Maker::other) return nullptr;
    if (maker == Maker::unknown && plan.refused()) {
      note(Level::info,
           "repot would not have copied the source by these options: another tool made "
           "the target, and its objects are compared by their structure");
      return nullptr;
    }
    std::unique_ptr<PlannedInventory> planned;
    try {
      planned = std::make_unique<PlannedInventory>(context_.target, plan);
    } catch (const Error& error) {
      if (!deniesTemporaryTables(error)) throw;
      note(Level::warning,
           "objects are compared by their structure only, since the server makes no temporary "
           "tables for this role: " +
               std::string(error.what()));
      return nullptr;
    }
    if (maker == Maker::repot) return planned;
    const Likeness likeness = likenessOf(pairing_, plan, planned->items(), actual_);
    if (likeness.convinces()) return planned;
    note(Level::info,
         "another tool made the target, it seems, as " + std::to_string(likeness.alike) + " of " +
             std::to_string(likeness.columns) +
             " columns are as repot makes them; its objects are compared by their structure "
             "(--made-by repot compares them with repot's own)");
    return nullptr;
  }

  void note(Level level, const std::string& message) {
    Finding& finding = report_.findings.emplace_back();
    finding.level = level;
    finding.code = "objects-by-structure";
    finding.object = pairing_.plan.targetSchema;
    finding.message = message;
  }

  void byStructure(const Plan& plan) {
    report_.verification.objects = ObjectsLevel::structure;
    compareSequences(pairing_, context_.control, SequenceRule::copied, faults_);
    for (ObjectFault& fault :
         compareObjects(pairing_, context_.reader, actual_, options_.plan, report_.findings))
      faults_.push_back(std::move(fault));
    if (!faults_.empty()) dismissUntranslatable(faults_, pairing_, plan, report_.findings);
    if (!options_.savedPlan) return;
    for (ObjectFault& fault : compareTypes(pairing_, plan))
      faults_.push_back(std::move(fault));
  }

  /// Repot makes no column but those of the source.
  void extraColumns() {
    std::erase_if(report_.findings, [&](const Finding& finding) {
      if (finding.code != "extra-column") return false;
      faults_.push_back(
          {finding.code, "", finding.object, finding.object + ": " + finding.message});
      return true;
    });
  }

  void tellFaults() {
    for (const ObjectFault& fault : faults_)
      report_.verification.objectFaults.push_back(fault.sentence);
  }

  VerifyContext& context_;
  Report& report_;
  const Pairing& pairing_;
  const MigrateOptions& options_;
  std::vector<InventoryItem> actual_;
  std::vector<ObjectFault> faults_;
};

}  // namespace

void verifyObjects(VerifyContext& context, const std::optional<Plan>& planned) {
  ObjectVerifier verifier(context);
  if (planned) {
    verifier.byPlan(*planned);
  } else {
    verifier.bySequences();
  }
}

}  // namespace repot::migrate
