// Whole copies of PostgreSQL databases, for backups.
#pragma once

namespace repot {
class Copier;
}

namespace repot::postgresql {

const Copier& copier() noexcept;

}  // namespace repot::postgresql
