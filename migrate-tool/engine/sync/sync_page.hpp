// The parts of a sync's page that a cutover's page shares.
#pragma once

#include "engine/page/page.hpp"
#include "engine/sync/sync_report.hpp"

namespace repot::migrate {

/// "3 rows inserted, 2 updated, 0 deleted", or why not.
std::string syncText(const SyncReport& report);
/// Tables that changed; nothing where none did.
void writeSyncedTables(Page& page, const SyncReport& report);
double secondsOf(const SyncReport& report);

}  // namespace repot::migrate
