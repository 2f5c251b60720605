// repot shadow: the same queries on SQLite and PostgreSQL, before an application is led over, and
// what they answer differently. docs/shadow.md is the guide.
#pragma once

#include "engine/run/progress.hpp"

#include <repot/url.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace repot::migrate {

struct ShadowQuery {
  std::string name;    ///< As a report names it.
  std::string source;  ///< SQLite's SQL.
  std::string target;  ///< PostgreSQL's; the same but for names that the migration changed.
};

struct ShadowAnswer {
  enum class Outcome {
    equal,
    rows,    ///< Other rows, or values.
    order,   ///< The same rows in another order, although the query gives one.
    types,   ///< Values of a kind that the other side's are not.
    failed,  ///< One side cannot answer it.
    large,   ///< More rows than are compared.
  };
  ShadowQuery query;
  Outcome outcome = Outcome::equal;
  std::string message;  ///< What differs, or why it failed.
  std::int64_t sourceRows = 0;
  std::int64_t targetRows = 0;
  double sourceSeconds = 0;
  double targetSeconds = 0;
};

struct ShadowReport {
  static constexpr int formatVersion = 1;
  std::string source;
  std::string target;  ///< Safe to print.
  std::string schema;
  std::vector<ShadowAnswer> answers;

  std::int64_t different() const;
};

struct ShadowOptions {
  std::string schema = "public";
  std::int64_t rowsMax = 100'000;  ///< Of each answer; more are not compared.
};

/// The statements of a script, for both sides as they stand. Throws Error(usage) where there is
/// none.
std::vector<ShadowQuery> queriesOf(const std::string& script);

/// Asks both, each in one snapshot, and writes nothing: in the target views of the session are made
/// and rolled back, to learn the types. `queries` empty: of the plan of the last migration, see
/// docs/shadow.md. Throws StageError.
ShadowReport shadow(const std::string& sourcePath, const DatabaseUrl& target,
                    std::vector<ShadowQuery> queries, const ShadowOptions& options,
                    Progress& progress);

std::string_view toString(ShadowAnswer::Outcome outcome) noexcept;
/// JSON of format version 1, see docs/formats/shadow-report.md.
std::string reportToJson(const ShadowReport& report);
std::string reportToText(const ShadowReport& report);
std::string reportToHtml(const ShadowReport& report, const std::string& exit);

}  // namespace repot::migrate
