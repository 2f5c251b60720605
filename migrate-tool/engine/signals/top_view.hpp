// One frame of `repot top`: the signals with how far each is from its limit, and the last minutes.
#pragma once

#include "engine/signals/assess.hpp"

#include <cstddef>
#include <string>

namespace repot::migrate {

struct TopOptions {
  std::size_t lines = 24;  ///< Of the terminal.
  bool colour = false;
};

/// Lines that end with a newline each, at most `lines` of them. Pure.
std::string topFrame(const Assessment& assessment, const TopOptions& options);

}  // namespace repot::migrate
