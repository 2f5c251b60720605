// Rows of the source both for the encoder and for a digest, by one SELECT.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/row_encoder.hpp"
#include "engine/run/row_source.hpp"

#include <string>

namespace repot::migrate {

/// What the encoder wants; for digests the generated columns behind that. `ranged`: only rowids
/// from ?1 to ?2, both included.
std::string loadingSql(const TablePlan& table, const RowEncoder& encoder, bool ranged,
                       bool generatedToo);

/// The same with generated columns, of the rows that a condition names.
std::string loadingSqlWhere(const TablePlan& table, const RowEncoder& encoder,
                            const std::string& condition);

/// Of the rows of that SELECT with the generated columns, which has so many columns.
SourceRow loadingRow(const TablePlan& table, int selected);

}  // namespace repot::migrate
