// What to write in PostgreSQL in place of SQL that has no exact equal there. Proposals are near,
// not equal: whoever takes one has to know that.
#pragma once

#include "source_schema.hpp"

#include <string>
#include <string_view>

namespace repot::migrate {

/// "in PostgreSQL: strftime() → to_char(…); …" for what `sql` uses; empty where nothing is known.
std::string proposalFor(std::string_view sql);

/// CREATE FUNCTION and CREATE TRIGGER around the body of a trigger, for the table `target`; empty
/// where the trigger was not understood.
std::string triggerProposal(const SourceObject& trigger, const std::string& target);

}  // namespace repot::migrate
