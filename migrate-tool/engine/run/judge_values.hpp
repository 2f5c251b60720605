// Judges every value of the source against the columns of a target that exists, before anything is
// written there.
#pragma once

#include "engine/run/pairing.hpp"
#include "engine/run/progress.hpp"

#include <repot/sqlite/bulk.hpp>

namespace repot::migrate {

/// Reads all paired tables once, by as many threads as `source` has readers. Counts their rows and
/// bytes into the plan, and adds a finding for each column with values that it cannot hold:
/// refused, or a warning where the plan replaces them by NULL. Judged by the code that verifies,
/// not by that which writes.
void judgeValues(sqlite::SqliteSource& source, Pairing& pairing, Progress& progress);

/// Adds a refused finding for each rule of the target – foreign keys, unique keys – that rows of
/// the source break.
void judgeRules(sqlite::SqliteReader& reader, Pairing& pairing);

}  // namespace repot::migrate
