// Whether two parts of schemas are the same, whatever the database makes of their spelling.
#pragma once

#include <repot/schema/diff.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace repot::schema {

class Comparison {
 public:
  explicit Comparison(const DiffOptions& options) : options_(options) {}

  bool everything() const { return options_.scope == DiffScope::everything; }
  bool sameSql(const Sql& a, const Sql& b) const;
  /// How two columns of the same name differ: "type integer, wanted text(20)"; empty: in nothing.
  std::vector<std::string> columnDifferences(const Column& from, const Column& to) const;
  bool sameGenerated(const Column& from, const Column& to) const;
  bool sameForeignKey(const ForeignKey& a, const ForeignKey& b) const;
  bool sameIndexParts(const Index& a, const Index& b) const;
  bool sameIndex(const Index& a, const Index& b) const;
  /// Nothing but columns in ascending order: what the mapping of an entity can say.
  static bool isPlain(const Index& index);
  const std::string& textOf(const Sql& sql) const { return sql.of(options_.scheme); }

 private:
  bool sameType(const Type& a, const Type& b) const;
  bool sameDefault(const Column& from, const Column& to) const;

  DiffOptions options_;
};

/// True where `name` was not chosen by anybody: empty, made by a database, or made by Changes.
bool isAutomaticName(std::string_view name, std::string_view table,
                     const std::vector<std::string>& columns);

std::string describe(const Type& type);
std::string describe(const Column& column);
std::string describe(const ForeignKey& key);
std::string describe(const Index& index);
std::string list(const std::vector<std::string>& columns);

}  // namespace repot::schema
