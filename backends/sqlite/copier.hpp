// Whole copies of SQLite databases, for backups.
#pragma once

namespace repot {
class Copier;
}

namespace repot::sqlite {

const Copier& copier() noexcept;

}  // namespace repot::sqlite
