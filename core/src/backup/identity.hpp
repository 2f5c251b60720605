// By what the backups of one database are told from those of others.
#pragma once

#include "repot/url.hpp"

#include <string>

namespace repot::backup {

/// Its URL without what does not say where it is; safe to print. Throws Error(invalidUrl).
std::string identityOf(const DatabaseUrl& url);

}  // namespace repot::backup
