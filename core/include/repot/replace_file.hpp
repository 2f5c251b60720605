// Files that appear whole or not at all.
#pragma once

#include <string>

namespace repot {

/// Writes `text` into a file of mode 0600 that takes the place of what is there in one step, after
/// its bytes are on the disk. A device or a pipe is written to. Throws Error (resource, permission)
/// that names the file; what was there is then as it was.
void replaceFile(const std::string& path, const std::string& text);

}  // namespace repot
