// The text form of COPY, as pg_dump writes it: which tables a dump holds, and a digest of their
// rows that the database can be compared with.
#pragma once

#include <repot/copier.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace repot::postgresql {

/// Of lines, the same in every order of theirs.
class LinesDigest {
 public:
  void add(std::string_view line);
  TableContents contents(std::string name) const;

 private:
  std::int64_t lines_ = 0;
  std::uint64_t low_ = 0;
  std::uint64_t high_ = 0;
};

/// Reads the script that pg_restore makes of a dump, piece by piece.
class DumpReader {
 public:
  void take(std::string_view bytes);
  /// Throws Error(notADatabase) where the script ended within rows.
  std::vector<TableContents> finish() const;

 private:
  void line(std::string_view text);

  std::string rest_;   ///< Of a line whose end has not come yet.
  std::string table_;  ///< Whose rows are being read.
  bool inRows_ = false;
  std::map<std::string, LinesDigest> tables_;
};

/// `"a b".c` and `"a b"."c"` are the same table: its names without quotes, parted by a dot.
std::string plainName(std::string_view qualified);

}  // namespace repot::postgresql
