// The rules of inference, one function per family of declared types. Each takes the first type that
// holds every value unchanged; what changes an application's view of a column is always told.
#include "infer.hpp"

#include <algorithm>
#include <utility>

namespace repot::migrate {
namespace {

using Level = Finding::Level;

class Rules {
 public:
  Rules(const ColumnFacts& facts, std::vector<Finding>& findings)
      : facts_(facts), stats_(facts.stats), findings_(findings) {}

  Inference run() {
    switch (facts_.declared.kind) {
      case DeclaredKind::integer:
      case DeclaredKind::real:
      case DeclaredKind::decimal:
        number();
        break;
      case DeclaredKind::boolean:
      case DeclaredKind::smallFlag:
        boolean();
        break;
      case DeclaredKind::date:
      case DeclaredKind::dateTime:
      case DeclaredKind::time:
        temporal();
        break;
      case DeclaredKind::json:
        json();
        break;
      case DeclaredKind::text:
      case DeclaredKind::textual:
        text();
        break;
      case DeclaredKind::blob:
        blob();
        break;
      case DeclaredKind::open:
        open();
        break;
    }
    checkLimits(facts_, result_, findings_);
    return std::move(result_);
  }

 private:
  std::int64_t count(Trait trait) const { return stats_.count(trait); }
  std::int64_t integers() const { return count(Trait::integer); }
  std::int64_t reals() const { return count(Trait::real); }
  std::int64_t numbers() const { return integers() + reals(); }
  std::int64_t texts() const { return count(Trait::text); }
  std::int64_t blobs() const { return count(Trait::blob); }
  bool empty() const { return stats_.values() == 0; }

  void set(PgType type, Conversion conversion, std::string reason, int length = 0, int scale = 0) {
    result_.type = type;
    result_.conversion = conversion;
    result_.reason = std::move(reason);
    result_.length = length;
    result_.scale = scale;
  }
  void tell(Level level, std::string code, std::string message, const TraitStat& stat,
            std::string advice = {}) {
    findings_.push_back(makeFinding(level, std::move(code), facts_.object, std::move(message), stat,
                                    std::move(advice)));
  }
  TraitStat joined(std::initializer_list<Trait> traits) const {
    return joinedStats(stats_, traits, facts_.examples);
  }
  std::string declaredAs() const {
    return facts_.declaredText.empty() ? "without a declared type"
                                       : "declared " + facts_.declaredText;
  }

  void number();
  void numberType();
  void decimalType();
  void mixedNumber();
  void boolean();
  void temporal();
  struct TemporalForm {
    PgType type;
    Conversion conversion;
  };
  std::optional<TemporalForm> temporalForm() const;
  void temporalText();
  void tellInstants(bool zoned);
  void json();
  void text();
  void bytesAndText();
  void plainText();
  void blob();
  void open();
  void spelledText();
  /// jsonb, where that was asked for; json documents would become strings in it.
  bool classedJson();

  const ColumnFacts& facts_;
  const ColumnStats& stats_;
  std::vector<Finding>& findings_;
  Inference result_;
};

void Rules::number() {
  if (texts() + blobs() == 0) return numberType();
  if (numbers() > 0) return mixedNumber();
  tell(Level::warning, "no-value-as-declared",
       declaredAs() + ", but no value is a number; kept as stored",
       joined({Trait::text, Trait::blob}));
  open();
}

/// For columns that hold nothing but integers and reals.
void Rules::numberType() {
  if (facts_.declared.kind == DeclaredKind::decimal) return decimalType();
  if (reals() == 0 && facts_.declared.kind != DeclaredKind::real) {
    return set(PgType::bigint, Conversion::exact,
               empty() ? declaredAs() + ", no values" : "every value is a 64-bit integer");
  }
  if (integers() == 0) {
    return set(PgType::doublePrecision, Conversion::exact,
               empty() ? declaredAs() + ", no values" : "every value is an 8-byte real");
  }
  const TraitStat& odd =
      stats_.stat(facts_.declared.kind == DeclaredKind::real ? Trait::integer : Trait::real);
  if (count(Trait::bigInteger) == 0) {
    tell(Level::warning, "mixed-numbers",
         declaredAs() + ", holds integers and reals; double precision holds both exactly", odd);
    return set(PgType::doublePrecision, Conversion::intToReal,
               "integers and reals; every integer is exactly a double");
  }
  tell(Level::warning, "mixed-numbers",
       declaredAs() + ", holds reals and integers above 2^53; numeric holds both" +
           (count(Trait::infinite) > 0 ? " (infinity needs PostgreSQL 14 or newer)" : ""),
       odd);
  set(PgType::numeric, Conversion::toNumeric, "reals and integers above 2^53");
}

void Rules::decimalType() {
  const DeclaredType& declared = facts_.declared;
  if (count(Trait::infinite) > 0 && count(Trait::bigInteger) == 0) {
    tell(Level::warning, "infinity-in-numeric",
         declaredAs() + ", holds infinity, which numeric has only since PostgreSQL 14",
         stats_.stat(Trait::infinite));
    return set(PgType::doublePrecision, Conversion::intToReal, "holds infinity");
  }
  if (declared.length > 0 && count(Trait::decimalMisfit) == 0) {
    return set(PgType::numeric, Conversion::toNumeric,
               empty() ? declaredAs() + ", no values" : "every value fits the declared digits",
               declared.length, declared.scale);
  }
  if (declared.length > 0) {
    tell(Level::warning, "digits-exceeded",
         declaredAs() + ", but values have more digits; the limit is dropped, as it would round",
         stats_.stat(Trait::decimalMisfit));
  }
  set(PgType::numeric, Conversion::toNumeric,
      declared.length > 0 ? "values have more digits than declared" : declaredAs());
}

void Rules::mixedNumber() {
  const TraitStat offending = joined({Trait::text, Trait::blob});
  const bool spellable = blobs() == 0 || count(Trait::binaryBlob) == 0;
  if (classedJson()) return;
  if (facts_.remedy(Fault::mixed) == Remedy::text && spellable) return spelledText();
  numberType();
  takeMisfits(facts_, Fault::mixed, result_,
              makeFinding(Level::refused, "mixed-storage-classes", facts_.object,
                          declaredAs() + ", but holds values that are no numbers", offending,
                          "correct the values, or choose what becomes of them: --mixed text (the "
                          "column becomes text), jsonb (which tells them apart), null or "
                          "quarantine"),
              findings_);
}

bool Rules::classedJson() {
  if (facts_.remedy(Fault::mixed) != Remedy::jsonb) return false;
  if (facts_.declared.kind == DeclaredKind::json) return false;
  tell(Level::warning, "mixed-storage-classes",
       declaredAs() +
           ", holds values of several kinds; becomes jsonb, which keeps them apart: "
           "numbers, strings, and {\"blob\": \"\\x…\"}",
       joined({Trait::text, Trait::blob}));
  set(PgType::jsonb, Conversion::anyToJson, "every kind of value kept apart, as asked for");
  return true;
}

/// Numbers beside text → text, each number spelled so that it reads back equal.
void Rules::spelledText() {
  const bool minority = numbers() <= texts();
  tell(Level::warning, "mixed-storage-classes",
       declaredAs() + ", holds text and numbers; kept as text, so that 1 and '1' are one value now",
       minority ? joined({Trait::integer, Trait::real}) : stats_.stat(Trait::text));
  set(PgType::text, blobs() > 0 ? Conversion::anyToText : Conversion::toText,
      blobs() > 0 ? "text, numbers, and blobs that are valid text" : "text and numbers");
}

void Rules::boolean() {
  const bool declared = facts_.declared.kind == DeclaredKind::boolean;
  if (empty()) {
    return set(declared ? PgType::boolean : PgType::bigint, Conversion::exact,
               declaredAs() + ", no values");
  }
  const std::int64_t fitting = integers() - count(Trait::notZeroOne);
  if (fitting == stats_.values()) {
    return set(PgType::boolean, Conversion::exact, "every value is 0 or 1");
  }
  int pairs = 0;
  for (const std::int64_t spelled : stats_.booleanPairs)
    pairs += spelled > 0 ? 1 : 0;
  if (texts() == stats_.values() && pairs == 1 && count(Trait::notBooleanWord) == 0) {
    return set(PgType::boolean, Conversion::booleanText, "one pair of boolean words");
  }
  const TraitStat offending = joined({Trait::notZeroOne, Trait::real, Trait::text, Trait::blob});
  if (declared && facts_.setsAside(Fault::mixed) && fitting > 0) {
    set(PgType::boolean, Conversion::exact, "0 and 1, other values set aside");
    return takeMisfits(facts_, Fault::mixed, result_,
                       makeFinding(Level::refused, "not-boolean", facts_.object,
                                   declaredAs() + ", holds other values than 0 and 1", offending),
                       findings_);
  }
  if (declared) {
    tell(Level::warning, "not-boolean",
         declaredAs() + ", holds other values than 0 and 1 or one pair of words; kept as stored",
         offending);
  }
  open();
}

/// The one type that all values have which are times at all.
std::optional<Rules::TemporalForm> Rules::temporalForm() const {
  const std::int64_t dates = count(Trait::date), times = count(Trait::time);
  const std::int64_t plain = count(Trait::dateTime), offset = count(Trait::offsetDateTime);
  const bool zoned = !facts_.zone.empty();
  if (offset > 0 && dates + times + plain == 0) {
    return TemporalForm{PgType::timestamptz, Conversion::exact};
  }
  if (offset > 0) {
    if (!zoned || times > 0) return std::nullopt;
    return TemporalForm{PgType::timestamptz, Conversion::assumeZone};
  }
  if (times > 0) {
    if (dates + plain > 0) return std::nullopt;
    return TemporalForm{PgType::time, Conversion::exact};
  }
  if (plain + dates == 0) return std::nullopt;
  // A DATETIME column of bare dates may get times tomorrow, which date would cut off.
  if (plain == 0 && facts_.declared.kind == DeclaredKind::date) {
    return TemporalForm{PgType::date, Conversion::exact};
  }
  return zoned ? TemporalForm{PgType::timestamptz, Conversion::assumeZone}
               : TemporalForm{PgType::timestamp, Conversion::exact};
}

void Rules::temporal() {
  if (empty()) {
    switch (facts_.declared.kind) {
      case DeclaredKind::date:
        return set(PgType::date, Conversion::exact, declaredAs() + ", no values");
      case DeclaredKind::time:
        return set(PgType::time, Conversion::exact, declaredAs() + ", no values");
      default:
        return set(facts_.zone.empty() ? PgType::timestamp : PgType::timestamptz,
                   facts_.zone.empty() ? Conversion::exact : Conversion::assumeZone,
                   declaredAs() + ", no values");
    }
  }
  if (texts() == stats_.values()) return temporalText();
  if (texts() + blobs() > 0) return open();
  numberType();
  tell(Level::info, "time-as-number",
       declaredAs() + ", holds numbers (seconds, milliseconds, days …?); kept as numbers",
       joined({Trait::integer, Trait::real}),
       "where the unit is known, ask for --epoch " + facts_.object + "=s, ms or us");
}

void Rules::temporalText() {
  const auto form = temporalForm();
  const bool zoned = form && form->conversion == Conversion::assumeZone;
  const TraitStat bad = zoned
                            ? joined({Trait::notTemporal, Trait::finerThanMicros, Trait::notInZone})
                            : joined({Trait::notTemporal, Trait::finerThanMicros});
  const bool strict = facts_.remedy(Fault::badDate) == Remedy::fail;
  if (form && (bad.count == 0 || strict || facts_.setsAside(Fault::badDate))) {
    set(form->type, form->conversion, "every value is an ISO date or time of one form");
    if (zoned) result_.reason = "ISO times, those without offset in the zone " + facts_.zone;
    tellInstants(zoned);
    if (bad.count > 0) {
      takeMisfits(facts_, Fault::badDate, result_,
                  makeFinding(Level::refused, "not-a-time", facts_.object,
                              "values that are no date or time", bad,
                              "correct the values, or choose --bad-dates text, null or quarantine"),
                  findings_);
    }
    return;
  }
  if (bad.count > 0) {
    tell(strict ? Level::refused : Level::warning, "not-a-time",
         declaredAs() +
             ", but holds values that are no ISO date or time, impossible ones, or ones "
             "finer than a microsecond; kept as text",
         bad, "correct the values, or choose --bad-dates null or quarantine");
  } else {
    tell(Level::warning, "mixed-time-forms",
         declaredAs() +
             ", but holds values with and without offset, or dates and times of day; "
             "kept as text",
         joined({Trait::date, Trait::time, Trait::dateTime, Trait::offsetDateTime}),
         "where the zone of those without offset is known, say it by --assume-tz");
  }
  set(PgType::text, Conversion::exact, "not every value is a date or time of one form");
}

void Rules::tellInstants(bool zoned) {
  if (count(Trait::offsetDateTime) > 0) {
    tell(Level::warning, "offset-lost",
         "the instant is kept, the offset as it was written is not (timestamptz)",
         stats_.stat(Trait::offsetDateTime), "ask for the type text to keep the spelling");
  }
  if (zoned) {
    tell(Level::warning, "zone-assumed",
         "times without offset are taken as of " + facts_.zone + ", as asked for",
         joined({Trait::date, Trait::dateTime}));
  }
}

void Rules::json() {
  if (texts() == stats_.values() && !facts_.indexed && count(Trait::notJson) == 0) {
    return set(
        PgType::json, Conversion::exact,
        empty() ? declaredAs() + ", no values" : "every value is valid JSON, kept as spelled");
  }
  if (count(Trait::notJson) > 0) {
    tell(Level::warning, "not-json",
         declaredAs() + ", but holds values that are not JSON; kept as text",
         stats_.stat(Trait::notJson));
  }
  open();
}

void Rules::text() {
  if (numbers() == 0 && blobs() == 0) return plainText();
  const Finding refusal =
      makeFinding(Level::refused, "binary-in-text", facts_.object,
                  declaredAs() + ", but holds blobs that are not text",
                  numbers() > 0 ? stats_.stat(Trait::blob) : stats_.stat(Trait::binaryBlob),
                  "choose --mixed bytea to keep every byte, jsonb to tell them apart as well, or "
                  "null or quarantine for them");
  const Remedy remedy = facts_.remedy(Fault::mixed);
  const bool apart =
      blobs() > 0 && numbers() + count(Trait::binaryBlob) > 0 && numbers() + texts() > 0;
  if (apart && classedJson()) return;
  if (blobs() > 0 && numbers() > 0 && remedy == Remedy::text && count(Trait::binaryBlob) == 0) {
    return spelledText();
  }
  if (count(Trait::binaryBlob) > 0 && texts() > 0 && numbers() == 0 && remedy == Remedy::bytea) {
    return bytesAndText();
  }
  if (numbers() > 0) {
    if (facts_.declared.kind == DeclaredKind::textual) {
      tell(Level::warning, "numbers-in-text",
           "SQLite made numbers of these texts when they were written, as the declared type " +
               facts_.declaredText + " has NUMERIC affinity: leading zeros may be lost already",
           joined({Trait::integer, Trait::real}));
      set(PgType::text, Conversion::toText, "text by its declared type, numbers spelled out");
    } else {
      spelledText();
    }
    if (blobs() > 0) takeMisfits(facts_, Fault::mixed, result_, refusal, findings_);
    return;
  }
  if (count(Trait::binaryBlob) == 0) {
    tell(Level::warning, "blob-in-text",
         declaredAs() + ", holds blobs that are valid text; kept as text",
         stats_.stat(Trait::blob));
    return set(PgType::text, Conversion::blobToText, "text, and blobs that are valid text");
  }
  if (texts() == 0) {
    tell(Level::warning, "no-value-as-declared", declaredAs() + ", but every value is a blob",
         stats_.stat(Trait::binaryBlob));
    return set(PgType::bytea, Conversion::exact, "every value is a blob");
  }
  set(PgType::text, Conversion::blobToText, "text by its declared type");
  takeMisfits(facts_, Fault::mixed, result_, refusal, findings_);
}

void Rules::bytesAndText() {
  tell(Level::warning, "text-as-bytes",
       declaredAs() + ", holds blobs and text; becomes bytea, text as its UTF-8 bytes",
       stats_.stat(Trait::text));
  set(PgType::bytea, Conversion::textToBytea, "bytes, and text as its bytes, as asked for");
}

void Rules::plainText() {
  const int length = facts_.declared.length;
  if (length > 0 && count(Trait::overLong) == 0) {
    return set(PgType::varchar, Conversion::exact,
               empty() ? declaredAs() + ", no values" : "every value fits the declared length",
               length);
  }
  if (length > 0) {
    tell(Level::warning, "length-exceeded",
         declaredAs() + ", but values have up to " + std::to_string(stats_.maxCharacters) +
             " characters; the limit is dropped",
         stats_.stat(Trait::overLong));
  }
  set(PgType::text, Conversion::exact,
      length > 0 ? "values are longer than declared"
      : empty()  ? declaredAs() + ", no values"
                 : "every value is text");
}

void Rules::blob() {
  if (numbers() > 0) return open();
  const bool undecodable = count(Trait::invalidUtf8) + count(Trait::nul) > 0;
  if (blobs() == 0 && texts() > 0 && !undecodable) {
    tell(Level::info, "text-in-blob", declaredAs() + ", but every value is text; kept as text",
         stats_.stat(Trait::text));
    return set(PgType::text, Conversion::exact, "every value is text");
  }
  if (texts() > 0) {
    tell(Level::warning, "text-in-blob",
         declaredAs() + ", holds text beside blobs; kept as bytea, text as its UTF-8 bytes",
         stats_.stat(Trait::text));
  }
  set(PgType::bytea, texts() > 0 ? Conversion::textToBytea : Conversion::exact,
      empty() ? declaredAs() + ", no values" : "bytes as stored");
}

/// By the values alone.
void Rules::open() {
  if (empty()) return set(PgType::text, Conversion::exact, "no type and no values");
  if (texts() + blobs() == 0) return numberType();
  if (numbers() + blobs() == 0) return set(PgType::text, Conversion::exact, "every value is text");
  if (numbers() + texts() == 0)
    return set(PgType::bytea, Conversion::exact, "every value is a blob");
  if (classedJson()) return;
  if (blobs() == 0) return spelledText();
  const Remedy remedy = facts_.remedy(Fault::mixed);
  if (remedy == Remedy::text && count(Trait::binaryBlob) == 0) {
    if (numbers() > 0) return spelledText();
    tell(Level::warning, "blob-in-text",
         declaredAs() + ", holds blobs that are valid text; kept as text, as asked for",
         stats_.stat(Trait::blob));
    return set(PgType::text, Conversion::blobToText, "text, and blobs that are valid text");
  }
  if (remedy == Remedy::bytea && numbers() == 0) return bytesAndText();
  const Finding refusal = makeFinding(
      Level::refused, "mixed-storage-classes", facts_.object,
      declaredAs() + ", holds blobs beside text or numbers: no type keeps them apart",
      stats_.stat(facts_.setsAside(Fault::mixed) ? Trait::binaryBlob : Trait::blob),
      numbers() == 0 ? "choose --mixed bytea (text becomes its UTF-8 bytes), text, jsonb "
                       "(which keeps them apart), null or quarantine"
                     : "make the values of one kind in the source, or choose --mixed "
                       "jsonb (which keeps them apart), text, null or quarantine");
  // Only blobs that are no text need be set aside.
  set(PgType::text, numbers() > 0 ? Conversion::anyToText : Conversion::blobToText,
      "text, and blobs that are valid text; others set aside");
  if (facts_.setsAside(Fault::mixed) && blobs() > count(Trait::binaryBlob)) {
    tell(Level::warning, "blob-in-text",
         declaredAs() + ", holds blobs that are valid text; those are kept as text",
         stats_.stat(Trait::blob));
  }
  if (refusal.count > 0) takeMisfits(facts_, Fault::mixed, result_, refusal, findings_);
}

}  // namespace

Inference inferType(const ColumnFacts& facts, std::vector<Finding>& findings) {
  return Rules(facts, findings).run();
}

Finding makeFinding(Finding::Level level, std::string code, std::string object, std::string message,
                    const TraitStat& stat, std::string advice) {
  return {level, std::move(code), std::move(object), std::move(message), std::move(advice),
          {},    stat.count,      stat.examples};
}

void takeMisfits(const ColumnFacts& facts, Fault fault, Inference& inference,
                 const Finding& refusal, std::vector<Finding>& findings) {
  const Remedy remedy = facts.remedy(fault);
  Finding& finding = findings.emplace_back(refusal);
  if (!facts.setsAside(fault)) {
    if (remedy == Remedy::setNull) {
      finding.message += "; they cannot become NULL, as the column is NOT NULL";
    }
    return;
  }
  const MisfitPolicy policy = remedy == Remedy::setNull ? MisfitPolicy::setNull
                              : facts.notNull           ? MisfitPolicy::quarantineRow
                                                        : MisfitPolicy::quarantine;
  inference.misfit = std::max(inference.misfit, policy);
  inference.misfits += finding.count;
  finding.level = Level::warning;
  finding.message +=
      policy == MisfitPolicy::setNull ? "; they become NULL, as asked for"
      : policy == MisfitPolicy::quarantine
          ? "; they become NULL and are kept in the quarantine, as asked for"
          : "; their whole rows go to the quarantine, as asked for: the column is NOT NULL";
  finding.advice.clear();
}

}  // namespace repot::migrate
