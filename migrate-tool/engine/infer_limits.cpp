// What PostgreSQL's types cannot hold whatever the column: text that is not UTF-8 or has U+0000,
// and values above its limits. Text can be repaired, where that was asked for.
#include "classed_json.hpp"
#include "infer.hpp"

#include <array>

namespace repot::migrate {
namespace {

using Level = Finding::Level;

bool isText(PgType type) {
  return type == PgType::text || type == PgType::varchar || type == PgType::json ||
         type == PgType::jsonb;
}

struct TextFault {
  Fault fault;
  Trait trait;
  const char* code;
  const char* message;
};
constexpr std::array<TextFault, 2> textFaults{{
    {Fault::badUtf8, Trait::invalidUtf8, "invalid-utf8",
     "text that is not valid UTF-8, which PostgreSQL does not store"},
    {Fault::nul, Trait::nul, "nul-in-text",
     "text with the character U+0000, which PostgreSQL does not store"},
}};

/// What the remedy makes of such a text, in words; nothing where it does not repair.
const char* repairWords(Fault fault, Remedy remedy) {
  switch (remedy) {
    case Remedy::strip:
      return "it is left out";
    case Remedy::replace:
      return fault == Fault::nul ? "it becomes U+FFFD" : "what is malformed becomes U+FFFD";
    case Remedy::escape:
      return "it becomes the six characters \\u0000";
    case Remedy::latin1:
      return "such a text is read as ISO 8859-1";
    case Remedy::cp1252:
      return "such a text is read as Windows-1252";
    default:
      return nullptr;
  }
}

void setRepair(Fault fault, Remedy remedy, Inference& inference) {
  if (fault == Fault::nul) {
    inference.nulRepair = remedy == Remedy::strip     ? NulRepair::strip
                          : remedy == Remedy::replace ? NulRepair::replace
                                                      : NulRepair::escape;
  } else {
    inference.utf8Repair = remedy == Remedy::replace  ? Utf8Repair::replace
                           : remedy == Remedy::latin1 ? Utf8Repair::latin1
                                                      : Utf8Repair::cp1252;
  }
  // A repaired text may be longer than it was.
  if (inference.type == PgType::varchar) {
    inference.type = PgType::text;
    inference.length = 0;
  }
}

bool becomesBytes(const ColumnFacts& facts, const TextFault& fault, Inference& inference) {
  const bool numbers = facts.stats.count(Trait::integer) + facts.stats.count(Trait::real) > 0;
  if (facts.remedy(fault.fault) != Remedy::bytea || numbers) return false;
  inference.type = PgType::bytea;
  inference.length = 0;
  inference.conversion = Conversion::textToBytea;
  inference.reason = "bytes, and text as its bytes, as asked for";
  return true;
}

void checkText(const ColumnFacts& facts, const TextFault& fault, Inference& inference,
               std::vector<Finding>& findings) {
  // A repaired text may still hold the other fault.
  const bool both = fault.fault == Fault::nul && inference.utf8Repair != Utf8Repair::none;
  const TraitStat stat =
      both ? joinedStats(facts.stats, {Trait::nul, Trait::nulInInvalid}, facts.examples)
           : facts.stats.stat(fault.trait);
  if (stat.count == 0) return;
  Finding finding =
      makeFinding(Level::refused, fault.code, facts.object, fault.message, stat,
                  "correct the values, or choose --" +
                      std::string(faultRules()[static_cast<std::size_t>(fault.fault)].name) +
                      " bytea to keep every byte, or another of its remedies");
  if (becomesBytes(facts, fault, inference)) {
    finding.level = Level::warning;
    finding.message += "; the column becomes bytea, as asked for";
    finding.advice.clear();
    findings.push_back(std::move(finding));
    return;
  }
  const Remedy remedy = facts.remedy(fault.fault);
  const char* words = repairWords(fault.fault, remedy);
  if (words == nullptr) return takeMisfits(facts, fault.fault, inference, finding, findings);
  setRepair(fault.fault, remedy, inference);
  inference.repairs += stat.count;
  finding.level = Level::warning;
  finding.message += std::string("; ") + words + ", as asked for";
  finding.advice.clear();
  findings.push_back(std::move(finding));
}

}  // namespace

TraitStat joinedStats(const ColumnStats& stats, std::initializer_list<Trait> traits,
                      std::size_t examples) {
  TraitStat all;
  for (const Trait trait : traits) {
    all.count += stats.count(trait);
    for (const std::string& example : stats.stat(trait).examples) {
      if (all.examples.size() < examples) all.examples.push_back(example);
    }
  }
  return all;
}

void checkLimits(const ColumnFacts& facts, Inference& inference, std::vector<Finding>& findings) {
  const ColumnStats& stats = facts.stats;
  if (stats.count(Trait::loneSurrogate) > 0) {
    // SQLite's own conversion loses some of them, so that not even the bytes could be kept.
    findings.push_back(makeFinding(Level::refused, "invalid-utf8", facts.object,
                                   "UTF-16 text with half a surrogate pair, which cannot be "
                                   "converted without loss",
                                   stats.stat(Trait::loneSurrogate),
                                   "correct the values in the source"));
  }
  for (const TextFault& fault : textFaults) {
    if (isText(inference.type)) checkText(facts, fault, inference, findings);
  }
  if (inference.conversion == Conversion::anyToJson && stats.count(Trait::overJsonLimit) > 0) {
    findings.push_back(makeFinding(
        Level::refused, "field-too-large", facts.object,
        "values above " + std::to_string(classedJsonMax / 1'000'000) + " MB, too large for jsonb",
        stats.stat(Trait::overJsonLimit), "choose --mixed bytea or text, or quarantine"));
  }
  if (stats.count(Trait::overFieldLimit) > 0) {
    findings.push_back(makeFinding(Level::refused, "field-too-large", facts.object,
                                   "values above PostgreSQL's limit of 1 GB less one byte",
                                   stats.stat(Trait::overFieldLimit),
                                   "keep them outside the database, or split them"));
  }
  if (stats.count(Trait::overDumpLimit) > 0) {
    findings.push_back(makeFinding(
        Level::warning, "field-too-large-for-dump", facts.object,
        "values above 500 MB: PostgreSQL stores them, but pg_dump cannot read them as bytea",
        stats.stat(Trait::overDumpLimit)));
  }
}

}  // namespace repot::migrate
