// Parts of a schema that was read from one kind of database, on their way to another.
#pragma once

#include "repot/schema/changes.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace repot::schema {

/// Without the names of types and collations that only one kind of database knows; the nearest type
/// of the library's own stays.
Schema portable(Schema schema);
Change portable(Change change);

struct Remark {
  std::string object;  ///< "column tracks.title", "view loud", …
  std::string text;
};
/// What a person should look at in the file for another kind of database than `scheme`: collations
/// that portable() leaves out, and SQL as that database spells it.
std::vector<Remark> remarksOn(const Change& change, std::string_view scheme);

}  // namespace repot::schema
