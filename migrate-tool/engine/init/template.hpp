// The files of the folder template/, as the build embeds them.
#pragma once

#include <string_view>
#include <vector>

namespace repot::init {

struct TemplateFile {
  std::string_view name;  ///< Relative; with @PLACEHOLDERS@ as the text has.
  std::string_view text;
};

const std::vector<TemplateFile>& templateFiles();

}  // namespace repot::init
