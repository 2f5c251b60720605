// The steps of one migration; see steps.hpp.
#include "schema/steps.hpp"

#include "repot/backend.hpp"
#include "repot/error.hpp"
#include "repot/unit_of_work.hpp"
#include "schema/script.hpp"

namespace repot::schema {
namespace {

std::string nameOf(const Migration& migration, bool up) {
  const std::string name =
      "migration " + migration.id +
      (migration.description.empty() ? "" : " (" + migration.description + ')');
  return up ? name : "undoing " + name;
}

/// Steps that only the database knows the effect of.
bool isOpaque(const Change& change) {
  return std::holds_alternative<Execute>(change) || std::holds_alternative<Run>(change);
}

void checkSql(const Migration& migration, bool up, const Sql& sql, std::string_view scheme) {
  if (sql.text.empty() && !sql.dialects.contains(scheme)) {
    throw Error(ErrorKind::schema, nameOf(migration, up) + " has no SQL for " +
                                       std::string(scheme) + ", only for other databases");
  }
  if (const auto found = transactionStatementIn(sql.of(scheme))) {
    throw Error(ErrorKind::schema, nameOf(migration, up) + ": " + found->word +
                                       " in its SQL would end the transaction in which it runs; "
                                       "leave it out");
  }
}

/// ", step 3 of 7", ", steps 3 to 5 of 7"; nothing where there is one alone.
std::string placeOf(std::size_t first, std::size_t count, std::size_t all) {
  if (all == 1) return {};
  const std::string last = count == 1 ? "" : " to " + std::to_string(first + count);
  return (count == 1 ? ", step " : ", steps ") + std::to_string(first + 1) + last + " of " +
         std::to_string(all);
}

void makeAll(UnitOfWork& work, const Dialect& dialect, const Migration& migration, bool up,
             const std::vector<Change>& steps) {
  for (std::size_t i = 0, count = 0; i < steps.size(); i += count) {
    const std::span<const Change> rest = std::span(steps).subspan(i);
    count = dialect.together(rest);
    try {
      // Read anew each time: what SQL of the author's own did is in no model.
      dialect.make(work, rest.first(count), isOpaque(steps[i]) ? Schema{} : dialect.read(work));
    } catch (const Error& error) {
      throw error.within(nameOf(migration, up) + placeOf(i, count, steps.size()));
    }
  }
}

/// Adds the statements of one migration, and makes them in `schema`. `opaque`: SQL of the author's
/// own came before.
void describe(const Dialect& dialect, const std::vector<Change>& steps, Schema& schema,
              bool& opaque, std::vector<std::string>& statements) {
  for (std::size_t i = 0, count = 0; i < steps.size(); i += count) {
    const std::span<const Change> rest = std::span(steps).subspan(i);
    count = dialect.together(rest);
    for (const Statement& statement : dialect.statements(rest.first(count), schema))
      statements.push_back((statement.comment ? "-- " : "") + statement.sql);
    for (const Change& change : rest.first(count)) {
      apply(schema, change);
      opaque = opaque || isOpaque(change);
    }
  }
}

}  // namespace

std::vector<Change> stepsOf(const Migration& migration, bool up, std::string_view scheme) {
  if (!up && !migration.down) {
    throw Error(ErrorKind::schema, nameOf(migration, true) + " cannot be undone: it has no 'down'");
  }
  Changes changes;
  up ? migration.up(changes) : migration.down(changes);
  for (const Change& change : changes.all()) {
    if (const auto* execute = std::get_if<Execute>(&change))
      checkSql(migration, up, execute->sql, scheme);
  }
  return changes.all();
}

void makeSteps(UnitOfWork& work, const Dialect& dialect, const Migration& migration, bool up) {
  const std::vector<Change> steps = stepsOf(migration, up, work.backend().scheme());
  bool made = false;
  try {
    // A savepoint that is gone afterwards tells that a step has ended the transaction.
    work.nested([&] {
      makeAll(work, dialect, migration, up, steps);
      made = true;
    });
  } catch (const Error& error) {
    if (!made || error.kind() == ErrorKind::connection) throw;
    throw Error(ErrorKind::schema,
                nameOf(migration, up) +
                    " ended the transaction in which it ran, and may be there in part; leave the "
                    "transaction alone, repair the schema by hand, then stamp what it is: " +
                    error.what());
  }
}

std::vector<DryRunStep> describeSteps(const Dialect& dialect, std::string_view scheme,
                                      const std::vector<const Migration*>& plan, bool up,
                                      Schema schema) {
  std::vector<DryRunStep> described;
  bool opaque = false;
  for (const Migration* migration : plan) {
    DryRunStep step{migration->id, migration->description, up, {}};
    try {
      describe(dialect, stepsOf(*migration, up, scheme), schema, opaque, step.statements);
    } catch (const Error& error) {
      const Error named = error.within(nameOf(*migration, up));
      if (!opaque) throw named;
      throw named.within(
          "a dry run does not know what SQL of your own does, which comes before this");
    }
    described.push_back(std::move(step));
  }
  return described;
}

std::string toSql(const std::vector<DryRunStep>& steps) {
  std::string script;
  for (const DryRunStep& step : steps) {
    script += (script.empty() ? "-- " : "\n-- ") + std::string(step.up ? "" : "Undo ") + step.id +
              (step.description.empty() ? "" : ": " + step.description) + "\nBEGIN;\n";
    for (const std::string& statement : step.statements) {
      script += statement;
      while (script.ends_with('\n') || script.ends_with(' '))
        script.pop_back();
      if (!statement.starts_with("--") && !script.ends_with(';')) script += ';';
      script += '\n';
    }
    script += step.up ? "-- Here a row goes into repot_migrations.\n"
                      : "-- Here its row leaves repot_migrations.\n";
    script += "COMMIT;\n";
  }
  return script;
}

}  // namespace repot::schema
