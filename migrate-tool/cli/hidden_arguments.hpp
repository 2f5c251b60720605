// The command line, copied, and its passwords taken out of what other users of the machine can read
// in the list of processes.
#pragma once

#include <string>
#include <vector>

namespace repot::cli {

/// The arguments as they were given. In `argv` itself each URL with a password is written over by
/// the same URL without it; an unreadable one is written over from its `://` on.
std::vector<std::string> hideArguments(int argc, char** argv);

}  // namespace repot::cli
