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
/// in PostgreSQL, or nothing.
std::string resolveForeignKey(Draft& draft, ResolvedKey& resolved);

/// "child(column) REFERENCES parent"
std::string spellForeignKey(const ResolvedKey& resolved);

/// What is to become of the key's orphans: asked for one of its columns, or for the run.
PlanOptions::Orphans orphansWanted(const Draft& draft, const ResolvedKey& resolved);

/// True for a row of the child whose parent is missing, in SQLite's words, compared by bytes as
/// PostgreSQL will. (PRAGMA foreign_key_check fails on some keys, and would take 'Abc' for 'aBC'
/// under NOCASE.) The child is called by its name, without an alias.
std::string orphanCondition(const ResolvedKey& resolved);

/// The rows for which that is true.
TraitStat findOrphans(Draft& draft, const ResolvedKey& resolved);

/// True where the parent's side may lack rows or values that the source has, as the plan sets some
/// aside: the key cannot be proved then.
bool parentMayLose(const ResolvedKey& resolved);

}  // namespace repot::migrate
