// The changes that a comparison finds, in the order in which they can be made.
#pragma once

#include "schema/compare.hpp"

#include <string>
#include <vector>

namespace repot::schema {

/// One list for each kind of change; the lists are run in the order of the members. What is in the
/// way of others goes first; what others build on comes before them; data is dropped last.
struct DiffSteps {
  std::vector<Change> dropTriggers, dropViews;
  std::vector<Change> dropForeignKeys, dropIndexes, dropConstraints;
  std::vector<Change> dropPrimaryKeys;
  std::vector<Change> dropBefore;  ///< Columns that are added again as another kind.
  std::vector<Change> createTables, addColumns, addGenerated, alterColumns;
  std::vector<Change> addPrimaryKeys, addConstraints, createIndexes;
  std::vector<Change> addForeignKeys;
  std::vector<Change> dropGenerated, dropColumns, dropTables;
  std::vector<Change> createViews, createTriggers;

  std::vector<Change> inOrder() &&;
};

/// CreateTable for each, referenced ones first; foreign keys of a cycle, and those to tables of
/// `changing`, are added at the end.
void createInOrder(std::vector<Table> tables, const std::vector<std::string>& changing,
                   DiffSteps& steps);
/// DropTable for each, referring ones first; the foreign keys of a cycle are dropped before.
void dropInOrder(std::vector<Table> tables, DiffSteps& steps);
/// CreateView for each, those that others read first.
void createInOrder(std::vector<View> views, const Comparison& compare, DiffSteps& steps);
/// DropView for each, in the reverse of that order.
void dropInOrder(std::vector<View> views, const Comparison& compare, DiffSteps& steps);

}  // namespace repot::schema
