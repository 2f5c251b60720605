// Which files of a fleet have the same schema, and in what the others differ from most: a tenant
// that missed a migration is what operators want to see before a move.
#pragma once

#include "engine/source_schema.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace repot::migrate {

struct Shape {
  std::string digest;  ///< Of the schema's text.
  std::size_t tenants = 0;
  std::vector<std::string> sources;      ///< The first few.
  std::vector<std::string> differences;  ///< From the commonest shape, the first few.
  std::size_t differenceCount = 0;
};

/// A line for each column, key, index, foreign key, view and trigger: "column tracks.title TEXT".
std::set<std::string> shapeLines(const SourceSchema& schema);

/// Counts shapes. Its memory does not grow with the number of tenants, but with that of shapes, of
/// which the lines of the first `mostDescribed` are kept.
class Shapes {
 public:
  static constexpr std::size_t mostDescribed = 200, mostSources = 5, mostDifferences = 8;
  void add(const std::string& source, const SourceSchema& schema);
  /// The commonest first.
  std::vector<Shape> finish() const;

 private:
  struct Group {
    std::size_t tenants = 0;
    std::vector<std::string> sources;
    std::set<std::string> lines;
    bool described = false;
  };
  std::map<std::string, Group> groups_;
};

}  // namespace repot::migrate
