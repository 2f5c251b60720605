// Makes postgresql:// URLs known to Database::open().
#pragma once

namespace repot::postgresql {

/// Call it once at the start of the program. Thread-safe.
void registerBackend();

}  // namespace repot::postgresql
