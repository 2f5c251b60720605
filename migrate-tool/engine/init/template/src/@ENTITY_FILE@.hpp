// @ENTITY@: a plain struct, and how it is stored.
#pragma once

#include <repot/mapping.hpp>

#include <cstdint>
#include <string>

namespace app {

struct @ENTITY@ {
  std::int64_t id = 0;  // The database hands it out.
  std::string title;
  bool done = false;
};

}  // namespace app

template <>
struct repot::Mapping<app::@ENTITY@> {
  static EntityMap<app::@ENTITY@> map() {
    return EntityMap<app::@ENTITY@>("@TABLE@")
        .generatedKey("id", &app::@ENTITY@::id)
        .unique("title", &app::@ENTITY@::title)
        .field("done", &app::@ENTITY@::done);
  }
};
