// Types that the user asks for: read from their spelling, and proved against the values like any
// other.
#include "epoch.hpp"
#include "infer.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace repot::migrate {
namespace {

struct Spelling {
  std::string_view name;
  PgType type;
  Conversion conversion = Conversion::exact;
};
constexpr auto spellings = std::to_array<Spelling>({
    {"bigint", PgType::bigint},
    {"double precision", PgType::doublePrecision},
    {"double", PgType::doublePrecision},
    {"numeric", PgType::numeric},
    {"decimal", PgType::numeric},
    {"boolean", PgType::boolean},
    {"bool", PgType::boolean},
    {"text", PgType::text},
    {"varchar", PgType::varchar},
    {"bytea", PgType::bytea},
    {"date", PgType::date},
    {"time", PgType::time},
    {"timestamp", PgType::timestamp},
    {"timestamptz", PgType::timestamptz},
    {"uuid", PgType::uuid},
    {"json", PgType::json},
    {"jsonb", PgType::jsonb},
    {"utc", PgType::timestamptz, Conversion::utcText},
    {"interval", PgType::interval, Conversion::intervalText},
});

[[noreturn]] void failParsing(const std::string& text) {
  throw Error(
      ErrorKind::usage,
      "unknown type \"" + text +
          "\"; known are bigint, double precision, numeric[(p,s)], boolean, text, "
          "varchar[(n)], bytea, date, time, timestamp, timestamptz, interval, uuid, json, jsonb, "
          "epochs, epochms, epochus, utc; --epoch has more");
}

class Fit {
 public:
  Fit(const ColumnFacts& facts, const WantedType& wanted)
      : stats_(facts.stats), examples_(facts.examples), zoned_(!facts.zone.empty()) {
    result.type = wanted.type;
    result.length = wanted.length;
    result.scale = wanted.scale;
    result.conversion = wanted.conversion;
    result.reason = wanted.reason;
    judge();
  }

  Inference result;
  TraitStat misfits;

 private:
  void miss(Trait trait) {
    const TraitStat& stat = stats_.stat(trait);
    misfits.count += stat.count;
    for (const std::string& example : stat.examples) {
      if (misfits.examples.size() < examples_) misfits.examples.push_back(example);
    }
  }
  void missAllBut(std::initializer_list<Trait> kept) {
    for (const Trait trait : {Trait::integer, Trait::real, Trait::text, Trait::blob}) {
      if (std::find(kept.begin(), kept.end(), trait) == kept.end()) miss(trait);
    }
  }
  std::int64_t count(Trait trait) const { return stats_.count(trait); }

  void judge();
  void judgeInteger();
  void judgeBoolean();
  void judgeText();
  void judgeTime(std::initializer_list<Trait> forms);
  void judgeEpoch();

  const ColumnStats& stats_;
  const std::size_t examples_;
  const bool zoned_;
};

void Fit::judge() {
  switch (result.type) {
    case PgType::bigint:
      return judgeInteger();
    case PgType::doublePrecision:
      missAllBut({Trait::integer, Trait::real});
      miss(Trait::bigInteger);
      if (count(Trait::integer) > 0) result.conversion = Conversion::intToReal;
      return;
    case PgType::numeric:
      missAllBut({Trait::integer, Trait::real});
      if (result.length > 0) miss(Trait::decimalMisfit);
      result.conversion = Conversion::toNumeric;
      return;
    case PgType::boolean:
      return judgeBoolean();
    case PgType::text:
    case PgType::varchar:
      return judgeText();
    case PgType::bytea:
      missAllBut({Trait::text, Trait::blob});
      if (count(Trait::text) > 0) result.conversion = Conversion::textToBytea;
      return;
    case PgType::date:
      return judgeTime({Trait::dateTime, Trait::offsetDateTime, Trait::time});
    case PgType::time:
      return judgeTime({Trait::dateTime, Trait::offsetDateTime, Trait::date});
    case PgType::timestamp:
      return judgeTime({Trait::offsetDateTime, Trait::time});
    case PgType::timestamptz:
      if (result.conversion == Conversion::utcText) return judgeTime({Trait::date, Trait::time});
      if (result.conversion != Conversion::exact) return judgeEpoch();
      if (!zoned_) return judgeTime({Trait::date, Trait::time, Trait::dateTime});
      result.conversion = Conversion::assumeZone;
      return judgeTime({Trait::time, Trait::notInZone});
    case PgType::interval:
      return judgeTime({Trait::date, Trait::time, Trait::offsetDateTime});
    case PgType::uuid: {
      // The same UUID as bytes and as text are two values, so a column has one of the two forms.
      const bool bytes = count(Trait::blob) > 0 && count(Trait::text) == 0;
      if (bytes) result.conversion = Conversion::bytesToUuid;
      missAllBut({bytes ? Trait::blob : Trait::text});
      return miss(Trait::notUuid);
    }
    case PgType::json:
    case PgType::jsonb:
      missAllBut({Trait::text});
      miss(Trait::notJsonb);
      return miss(Trait::notJson);
    case PgType::smallint:
    case PgType::integer:
    case PgType::real:
    case PgType::bpchar:
    case PgType::inet:
    case PgType::enumeration:
    case PgType::other:
      break;  // Not among the spellings that can be asked for.
  }
}

void Fit::judgeInteger() {
  if (count(Trait::text) > 0 && count(Trait::text) == stats_.values()) {
    result.conversion = Conversion::textToInteger;
    return miss(Trait::notInteger);
  }
  missAllBut({Trait::integer});
}

void Fit::judgeBoolean() {
  const auto& pairs = stats_.booleanPairs;
  const auto used = std::count_if(pairs.begin(), pairs.end(), [](auto n) { return n > 0; });
  if (used == 1 && count(Trait::text) == stats_.values()) {
    result.conversion = Conversion::booleanText;
    return miss(Trait::notBooleanWord);
  }
  missAllBut({Trait::integer});
  miss(Trait::notZeroOne);
}

void Fit::judgeText() {
  const bool numbers = count(Trait::integer) + count(Trait::real) > 0;
  if (numbers) {
    result.conversion = Conversion::toText;
    miss(Trait::blob);
  } else if (count(Trait::blob) > 0) {
    result.conversion = Conversion::blobToText;
    miss(Trait::binaryBlob);
  }
  if (result.length > 0) miss(Trait::overLong);
}

void Fit::judgeTime(std::initializer_list<Trait> forms) {
  missAllBut({Trait::text});
  miss(Trait::notTemporal);
  miss(Trait::finerThanMicros);
  for (const Trait form : forms)
    miss(form);
}

void Fit::judgeEpoch() {
  missAllBut({Trait::integer, Trait::real});
  miss(Trait::notEpoch);
}

/// Whose remedy answers for values that are not of the type.
Fault faultOf(const ColumnFacts& facts, PgType type) {
  const bool time = type == PgType::date || type == PgType::time || type == PgType::timestamp ||
                    type == PgType::timestamptz;
  // Without a word about dates they do not become text: the user asked for a type of time.
  return time && facts.askedFor(Fault::badDate) ? Fault::badDate : Fault::mixed;
}

}  // namespace

WantedType parseWantedType(const std::string& text) {
  const std::string lower = asciiLower(text);
  const auto open = lower.find('(');
  const std::string name = lower.substr(0, open);
  for (const Epoch& epoch : epochs) {
    if (epoch.type == lower) return {.type = PgType::timestamptz, .conversion = epoch.conversion};
  }
  const auto* found = std::find_if(spellings.begin(), spellings.end(),
                                   [&](const Spelling& item) { return item.name == name; });
  if (found == spellings.end()) failParsing(text);
  WantedType wanted;
  wanted.type = found->type;
  wanted.conversion = found->conversion;
  if (open == std::string::npos) return wanted;
  if (wanted.type != PgType::numeric && wanted.type != PgType::varchar) failParsing(text);
  const DeclaredType limits = parseDeclaredType(lower);
  if (limits.length == 0) failParsing(text);
  wanted.length = limits.length;
  wanted.scale = limits.scale;
  return wanted;
}

WantedType wantedTypeOf(const schema::Type& type) {
  // By ColumnType.
  constexpr std::array<PgType, 13> types = {PgType::bigint,      PgType::doublePrecision,
                                            PgType::boolean,     PgType::text,
                                            PgType::bytea,       PgType::date,
                                            PgType::time,        PgType::timestamp,
                                            PgType::timestamptz, PgType::interval,
                                            PgType::uuid,        PgType::json,
                                            PgType::numeric};
  WantedType wanted;
  wanted.type = types[static_cast<std::size_t>(type.kind)];
  wanted.length = type.length;
  wanted.scale = type.scale;
  wanted.reason = "as Repot declared it";
  if (type.kind == ColumnType::text && type.length > 0) wanted.type = PgType::varchar;
  if (type.kind == ColumnType::instant) wanted.conversion = Conversion::utcText;
  if (type.kind == ColumnType::interval) wanted.conversion = Conversion::intervalText;
  return wanted;
}

Inference applyWantedType(const ColumnFacts& facts, const WantedType& wanted,
                          std::vector<Finding>& findings) {
  Fit fit(facts, wanted);
  if (fit.misfits.count > 0) {
    takeMisfits(facts, faultOf(facts, wanted.type), fit.result,
                makeFinding(Finding::Level::refused, "wanted-type-misfit", facts.object,
                            "values that do not fit the type, " + wanted.reason, fit.misfits,
                            "choose another type, or null or quarantine for them"),
                findings);
  }
  if (facts.stats.count(Trait::doubleKeys) > 0) {
    findings.push_back(makeFinding(Finding::Level::warning, "double-keys", facts.object,
                                   "documents that have a key twice; jsonb keeps the last of them",
                                   facts.stats.stat(Trait::doubleKeys),
                                   "ask for the type json to keep the text as it is"));
  }
  checkLimits(facts, fit.result, findings);
  return std::move(fit.result);
}

}  // namespace repot::migrate
