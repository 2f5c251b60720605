// A schema as JSON; the format is in docs/formats/schema.md.
#pragma once

#include <repot/schema/model.hpp>

#include <string>
#include <string_view>

namespace repot::schema {

/// Version 1 of the format, indented; equal schemas give equal texts.
std::string toJson(const Schema& schema);
/// Throws Error(data), naming the place, where the text is no schema in a version known here.
Schema fromJson(std::string_view text);

}  // namespace repot::schema
