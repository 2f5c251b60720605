// Foreign keys with their names resolved: shared by the planning of keys and of orphan rows.
#pragma once

#include "draft.hpp"

#include <string>
#include <vector>

namespace repot::migrate {

struct ResolvedKey {
  const SourceForeignKey* key = nullptr;
  TableDraft* child = nullptr;
  TableDraft* parent = nullptr;
  std::vector<std::size_t> columns;  ///< Of the child's source table.
  std::vector<std::size_t> parentColumns;
};

/// Fills in the names of `resolved`, whose key and child are set; returns why the key cannot be one
/// in PostgreSQL, whatever the types, or nothing.
std::string resolveForeignKey(Draft& draft, ResolvedKey& resolved);
/// Which types of the two sides differ, or nothing.
std::string differingTypes(const ResolvedKey& resolved);

/// Of resolveForeignKey(), where all but the key is there.
inline constexpr const char* notUnique =
    "the columns it refers to are not unique by a key or a plain unique index";
/// Whether the columns that the key refers to hold no value twice, although no key says so.
bool refersToDistinctRows(Draft& draft, const ResolvedKey& resolved);
/// "child(column) REFERENCES parent"
std::string spellForeignKey(const ResolvedKey& resolved);

/// What is to become of the key's orphans: asked for one of its columns, or for the run.
PlanOptions::Orphans orphansWanted(const Draft& draft, const ResolvedKey& resolved);

/// True for a row of the child whose parent is missing, in SQLite's words, compared as SQLite does:
/// by the parent's affinity and collation. (PRAGMA foreign_key_check fails on some keys.) The child
/// is called by its name, without an alias.
std::string orphanCondition(const ResolvedKey& resolved);
/// True for a row that has its parent as SQLite compares ('Abc' and 'aBC' under NOCASE, 1 and 1.0),
/// but not as the values of PostgreSQL will.
std::string strayCondition(const ResolvedKey& resolved);
/// Whether there can be any such row.
bool mayStray(const ResolvedKey& resolved);

/// The rows of the child for which a condition is true.
TraitStat findRows(Draft& draft, const ResolvedKey& resolved, const std::string& condition);
/// Those of orphanCondition().
TraitStat findOrphans(Draft& draft, const ResolvedKey& resolved);
/// True where the parent's side may lack rows or values that the source has, as the plan sets some
/// aside: the key cannot be proved then.
bool parentMayLose(const ResolvedKey& resolved);

}  // namespace repot::migrate
