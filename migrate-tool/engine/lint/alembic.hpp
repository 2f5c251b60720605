// The SQL in migrations of Alembic: op.execute("…") and the like.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace repot::lint {

/// A plain string literal that a Python file executes as SQL, or a whole SQL file.
struct SqlPiece {
  std::string sql;
  /// Where each byte of `sql` stands in the file; one more for its end.
  std::vector<std::size_t> offsets;
};

/// The literals given to calls named `execute`, be it through text(…); those next to each other are
/// one. Formatted ones (f"…") are left out: what they become is not known.
std::vector<SqlPiece> piecesOfPython(std::string_view source);

}  // namespace repot::lint
