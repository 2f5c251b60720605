// The rules of inference, one function per family of declared types. Each takes the first type that
// holds every value unchanged; what changes an application's view of a column is always told.
#include "infer.hpp"

#include <utility>

namespace repot::migrate {
namespace {

using Level = Finding::Level;

/// Examples of several traits in one finding; counts add up.
TraitStat joined(std::initializer_list<const TraitStat*> parts) {
  constexpr std::size_t maxExamples = 5;
  TraitStat all;
  for (const TraitStat* part : parts) {
    all.count += part->count;
    for (const std::string& example : part->examples) {
      if (all.examples.size() < maxExamples) all.examples.push_back(example);
    }
  }
  return all;
}

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
  std::optional<PgType> temporalForm() const;
  void temporalText();
  void json();
  void text();
  void plainText();
  void blob();
  void open();
  void spelledText();

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
       joined({&stats_.stat(Trait::text), &stats_.stat(Trait::blob)}));
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
  const TraitStat offending = joined({&stats_.stat(Trait::text), &stats_.stat(Trait::blob)});
  if (facts_.policy == Misfits::text && blobs() == 0) return spelledText();
  numberType();
  takeMisfits(facts_, result_,
              makeFinding(Level::refused, "mixed-storage-classes", facts_.object,
                          declaredAs() + ", but holds values that are no numbers", offending,
                          "correct the values, or choose what becomes of them: text (the column "
                          "becomes text), null or quarantine"),
              findings_);
}

/// Numbers beside text → text, each number spelled so that it reads back equal.
void Rules::spelledText() {
  const bool minority = numbers() <= texts();
  tell(Level::warning, "mixed-storage-classes",
       declaredAs() + ", holds text and numbers; kept as text, so that 1 and '1' are one value now",
       minority ? joined({&stats_.stat(Trait::integer), &stats_.stat(Trait::real)})
                : stats_.stat(Trait::text));
  set(PgType::text, Conversion::toText, "text and numbers");
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
  const TraitStat offending = joined({&stats_.stat(Trait::notZeroOne), &stats_.stat(Trait::real),
                                      &stats_.stat(Trait::text), &stats_.stat(Trait::blob)});
  const bool drop = facts_.policy == Misfits::setNull || facts_.policy == Misfits::quarantine;
  if (declared && drop && fitting > 0 && !facts_.notNull) {
    set(PgType::boolean, Conversion::exact, "0 and 1, other values set aside");
    return takeMisfits(facts_, result_,
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

std::optional<PgType> Rules::temporalForm() const {
  const std::int64_t dates = count(Trait::date), times = count(Trait::time);
  const std::int64_t plain = count(Trait::dateTime), offset = count(Trait::offsetDateTime);
  if (offset > 0)
    return dates + times + plain == 0 ? std::optional(PgType::timestamptz) : std::nullopt;
  if (times > 0) return dates + plain == 0 ? std::optional(PgType::time) : std::nullopt;
  if (plain > 0) return PgType::timestamp;
  if (dates == 0) return std::nullopt;
  // A DATETIME column of bare dates may get times tomorrow, which date would cut off.
  return facts_.declared.kind == DeclaredKind::date ? PgType::date : PgType::timestamp;
}

void Rules::temporal() {
  if (empty()) {
    const DeclaredKind kind = facts_.declared.kind;
    return set(kind == DeclaredKind::date   ? PgType::date
               : kind == DeclaredKind::time ? PgType::time
                                            : PgType::timestamp,
               Conversion::exact, declaredAs() + ", no values");
  }
  if (texts() == stats_.values()) return temporalText();
  if (texts() + blobs() > 0) return open();
  numberType();
  tell(Level::info, "time-as-number",
       declaredAs() + ", holds numbers (seconds, milliseconds, days …?); kept as numbers",
       joined({&stats_.stat(Trait::integer), &stats_.stat(Trait::real)}),
       "ask for the type epochs, epochms or epochus where the unit is known");
}

void Rules::temporalText() {
  const TraitStat bad =
      joined({&stats_.stat(Trait::notTemporal), &stats_.stat(Trait::finerThanMicros)});
  const auto form = temporalForm();
  const bool drop = facts_.policy == Misfits::setNull || facts_.policy == Misfits::quarantine;
  if (form && (bad.count == 0 || (drop && !facts_.notNull))) {
    set(*form, Conversion::exact, "every value is an ISO date or time of one form");
    if (*form == PgType::timestamptz) {
      tell(Level::warning, "offset-lost",
           "the instant is kept, the offset as it was written is not (timestamptz)",
           stats_.stat(Trait::offsetDateTime), "ask for the type text to keep the spelling");
    }
    if (bad.count > 0) {
      takeMisfits(facts_, result_,
                  makeFinding(Level::refused, "not-a-time", facts_.object,
                              "values that are no date or time", bad),
                  findings_);
    }
    return;
  }
  if (bad.count > 0) {
    tell(Level::warning, "not-a-time",
         declaredAs() +
             ", but holds values that are no ISO date or time, impossible ones, or ones "
             "finer than a microsecond; kept as text",
         bad, "correct the values, or choose null or quarantine for them");
  } else {
    tell(Level::warning, "mixed-time-forms",
         declaredAs() +
             ", but holds values with and without offset, or dates and times of day; "
             "kept as text",
         joined({&stats_.stat(Trait::date), &stats_.stat(Trait::time),
                 &stats_.stat(Trait::dateTime), &stats_.stat(Trait::offsetDateTime)}));
  }
  set(PgType::text, Conversion::exact, "not every value is a date or time of one form");
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
  const Finding refusal = makeFinding(
      Level::refused, "binary-in-text", facts_.object,
      declaredAs() + ", but holds blobs that are not text",
      numbers() > 0 ? stats_.stat(Trait::blob) : stats_.stat(Trait::binaryBlob),
      "ask for the type bytea to keep every byte, or choose null or quarantine for them");
  if (numbers() > 0) {
    if (facts_.declared.kind == DeclaredKind::textual) {
      tell(Level::warning, "numbers-in-text",
           "SQLite made numbers of these texts when they were written, as the declared type " +
               facts_.declaredText + " has NUMERIC affinity: leading zeros may be lost already",
           joined({&stats_.stat(Trait::integer), &stats_.stat(Trait::real)}));
      set(PgType::text, Conversion::toText, "text by its declared type, numbers spelled out");
    } else {
      spelledText();
    }
    if (blobs() > 0) takeMisfits(facts_, result_, refusal, findings_);
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
  takeMisfits(facts_, result_, refusal, findings_);
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
  if (blobs() == 0) return spelledText();
  if (numbers() == 0 && facts_.policy == Misfits::text && count(Trait::binaryBlob) == 0) {
    return set(PgType::text, Conversion::blobToText, "text, and blobs that are valid text");
  }
  set(PgType::text, numbers() > 0 ? Conversion::toText : Conversion::blobToText, "mixed values");
  findings_.push_back(makeFinding(
      Level::refused, "mixed-storage-classes", facts_.object,
      declaredAs() + ", holds blobs beside text or numbers: no type keeps them apart",
      stats_.stat(Trait::blob),
      numbers() == 0 ? "ask for the type bytea (text becomes its UTF-8 bytes) or for text"
                     : "make the values of one kind in the source"));
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

void takeMisfits(const ColumnFacts& facts, Inference& inference, const Finding& refusal,
                 std::vector<Finding>& findings) {
  const bool setNull = facts.policy == Misfits::setNull;
  if (!setNull && facts.policy != Misfits::quarantine) {
    findings.push_back(refusal);
    return;
  }
  Finding finding = refusal;
  if (facts.notNull) {
    finding.message += "; they cannot become NULL, as the column is NOT NULL";
    findings.push_back(std::move(finding));
    return;
  }
  inference.misfit = setNull ? MisfitPolicy::setNull : MisfitPolicy::quarantine;
  inference.misfits += finding.count;
  finding.level = Level::warning;
  finding.message += setNull ? "; they become NULL, as asked for"
                             : "; they become NULL and are kept in the quarantine, as asked for";
  finding.advice.clear();
  findings.push_back(std::move(finding));
}

void checkLimits(const ColumnFacts& facts, Inference& inference, std::vector<Finding>& findings) {
  const ColumnStats& stats = facts.stats;
  const bool text = inference.type == PgType::text || inference.type == PgType::varchar ||
                    inference.type == PgType::json || inference.type == PgType::jsonb;
  const std::string advice =
      "correct the values, ask for the type bytea to keep every byte, or choose null or quarantine";
  if (text && stats.count(Trait::invalidUtf8) > 0) {
    takeMisfits(facts, inference,
                makeFinding(Level::refused, "invalid-utf8", facts.object,
                            "text that is not valid UTF-8, which PostgreSQL does not store",
                            stats.stat(Trait::invalidUtf8), advice),
                findings);
  }
  if (text && stats.count(Trait::nul) > 0) {
    takeMisfits(facts, inference,
                makeFinding(Level::refused, "nul-in-text", facts.object,
                            "text with the character U+0000, which PostgreSQL does not store",
                            stats.stat(Trait::nul), advice),
                findings);
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
