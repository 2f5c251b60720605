// Makes sqlite:// URLs known to Database::open().
#pragma once

namespace repot::sqlite {

/// Call it once at the start of the program, before anything uses SQLite. Thread-safe.
void registerBackend();

}  // namespace repot::sqlite
