// One table that both schemas have, compared.
#pragma once

#include "schema/diff_steps.hpp"

namespace repot::schema {

struct TablePair {
  const Table& from;
  const Table& to;
  const Schema& fromSchema;
  const Schema& toSchema;
};

void diffTable(const TablePair& tables, const Comparison& compare, Diff& diff, DiffSteps& steps);

}  // namespace repot::schema
