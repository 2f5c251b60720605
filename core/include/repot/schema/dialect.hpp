// What a backend contributes to schemas: reading the live one, and making a change. Applications do
// not need this header.
#pragma once

#include <repot/schema/changes.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace repot {
class Database;
}

namespace repot::schema {

/// A step of a change.
struct Statement {
  std::string sql;
  /// Nothing but a remark for dry runs ("rows and digest of t are compared here").
  bool comment = false;
};

/// An object of a live schema that Schema does not say, or not in full, with the SQL that makes it
/// on a database of this kind.
struct NativeObject {
  enum class Place { beforeTables, insteadOfModel, afterTables };
  std::string name;  ///< "function touch()", "virtual table notes_text", …
  std::string sql;   ///< Empty where Repot knows no SQL for it.
  Place place = Place::afterTables;
  /// insteadOfModel: the table or index of the Schema that `sql` makes.
  std::string replaces = {};
  /// False where Schema has all of it that another kind of database could have.
  bool beyondModel = true;
};

/// How one kind of database reads and changes its schema. Stateless; thread-safe.
class Dialect {
 public:
  virtual ~Dialect() = default;
  /// Reads the live schema (of PostgreSQL: the first schema of the search path), sorted by name.
  /// Tables that belong to the database or to Repot (repot_…) are left out.
  virtual Schema read(UnitOfWork& work) const = 0;
  /// What read() leaves out, or cannot say in full.
  virtual std::vector<NativeObject> readNative(UnitOfWork& work) const = 0;
  /// Whether there is a table of that name where read() looks; also one that read() leaves out.
  virtual bool hasTable(UnitOfWork& work, const std::string& name) const = 0;
  /// How many of the first of `changes` are made at once: on SQLite those of one table that one
  /// rebuild can make, elsewhere one.
  virtual std::size_t together(std::span<const Change> changes) const;
  /// The statements that make `changes`, as many as together() says, in a database whose schema is
  /// `before`, in order. What a dry run prints and what make() runs are the same. Throws
  /// Error(schema) where apply() does.
  virtual std::vector<Statement> statements(std::span<const Change> changes,
                                            const Schema& before) const = 0;
  std::vector<Statement> statements(const Change& change, const Schema& before) const {
    return statements(std::span(&change, 1), before);
  }
  /// Makes `changes` inside a unit of work of inTransaction(), with every check of what they must
  /// keep (rows and digests around a rebuild, values that a change of type would alter). Throws
  /// Error; the caller lets it go on, so that everything is rolled back. `before` is what read()
  /// gives.
  virtual void make(UnitOfWork& work, std::span<const Change> changes,
                    const Schema& before) const = 0;
  void make(UnitOfWork& work, const Change& change, const Schema& before) const {
    make(work, std::span(&change, 1), before);
  }
  /// Runs `body` in a transaction that may change schemas, and commits: alone (a lock that other
  /// processes' migrations wait for, up to `wait`, else Error(busy)), SQLite with foreign keys off
  /// and foreign_key_check before the commit. Never run again by itself.
  void inTransaction(Database& database, std::chrono::milliseconds wait,
                     const std::function<void(UnitOfWork&)>& body) const;
};

}  // namespace repot::schema
