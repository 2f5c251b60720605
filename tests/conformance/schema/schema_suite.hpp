// The suite's fixture with what tests of schemas need: changes made one after the other, as a
// migration makes them, and the live schema.
#pragma once

#include "../suite.hpp"

#include <repot/schema/dialect.hpp>
#include <repot/schema/json.hpp>

#include <chrono>
#include <span>
#include <string>
#include <vector>

namespace repot::schema {
// For messages of failed tests.
inline void PrintTo(const Schema& schema, std::ostream* out) {
  *out << toJson(schema);
}
}  // namespace repot::schema

namespace conformance {

class SchemaSuite : public Suite {
 protected:
  using Changes = repot::schema::Changes;
  using Schema = repot::schema::Schema;

  const repot::schema::Dialect& dialect() { return database().backend().schemaDialect(); }

  /// All in one transaction, together where the dialect can; the error of any goes on to the
  /// caller.
  void make(const Changes& changes) {
    dialect().inTransaction(database(), std::chrono::seconds(5), [&](repot::UnitOfWork& work) {
      std::span<const repot::schema::Change> rest = changes.all();
      while (!rest.empty()) {
        const std::size_t count = dialect().together(rest);
        dialect().make(work, rest.first(count), dialect().read(work));
        rest = rest.subspan(count);
      }
    });
  }
  Schema live() {
    return database().read([&](repot::UnitOfWork& work) { return dialect().read(work); });
  }
  repot::schema::Table table(const std::string& name) { return *live().find(name); }
  void run(const std::string& sql) {
    database().write([&](repot::UnitOfWork& work) { work.executeScript(sql); });
  }
  /// The rows of a query of one text column, joined by '|'.
  std::string texts(const std::string& sql) {
    std::string all;
    database().read([&](repot::UnitOfWork& work) {
      for (const auto& [text] : repot::select<std::optional<std::string>>(work, sql))
        all += (all.empty() ? "" : "|") + text.value_or("NULL");
    });
    return all;
  }
  std::int64_t number(const std::string& sql) {
    return database().read([&](repot::UnitOfWork& work) {
      return std::get<0>(repot::select<std::int64_t>(work, sql).at(0));
    });
  }
  /// What the error says that `action` throws; fails the test where it throws none.
  template <typename Action>
  std::string messageOf(Action action) {
    try {
      action();
    } catch (const repot::Error& error) {
      return error.what();
    }
    ADD_FAILURE() << "no error was thrown";
    return {};
  }
};

inline repot::schema::Column column(std::string name, repot::ColumnType type, bool nullable = false,
                                    int length = 0, int scale = 0) {
  repot::schema::Column made;
  made.name = std::move(name);
  made.type = {type, length, scale, {}};
  made.nullable = nullable;
  return made;
}

}  // namespace conformance

#define REPOT_INSTANTIATE_SCHEMA(suite)                                                   \
  INSTANTIATE_TEST_SUITE_P(                                                               \
      Backends, suite,                                                                    \
      testing::Values(conformance::Target::sqliteFile, conformance::Target::sqliteMemory, \
                      conformance::Target::postgresql),                                   \
      [](const auto& parameter) { return nameOf(parameter.param); })
