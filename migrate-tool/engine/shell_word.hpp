// Commands to be copied into a shell.
#pragma once

#include <string>

namespace repot::migrate {

/// `text` as one word for a shell, quoted where it has to be.
std::string shellWord(const std::string& text);

}  // namespace repot::migrate
