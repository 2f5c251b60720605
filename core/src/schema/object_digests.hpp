// A schema as a list of its objects, each with a digest: enough to tell later which have changed.
#pragma once

#include "repot/schema/model.hpp"

#include <map>
#include <string>
#include <string_view>

namespace repot::schema {

/// "table tracks" → digest.
using ObjectDigests = std::map<std::string, std::string>;

/// The objects of the schema as a database of that scheme has them.
ObjectDigests digestsOf(const Schema& schema, std::string_view scheme);
/// One line for each object, and back.
std::string toText(const ObjectDigests& digests);
ObjectDigests digestsFromText(const std::string& text);

}  // namespace repot::schema
