# Headers that nearly every file includes are parsed once, which takes a third off a build from nothing.
# Only those of the standard library and of GoogleTest, as one of Repot's own would make everything be
# built anew whenever it changes. Every file still includes what it uses: builds with this switched off
# (the sanitizers', the fuzzers') would fail otherwise.
set(repot_precompiled_headers
  <algorithm> <array> <atomic> <charconv> <chrono> <cmath> <condition_variable> <cstdint> <cstdio> <cstring>
  <filesystem> <fstream> <functional> <limits> <map> <memory> <mutex> <optional> <set> <span> <sstream>
  <stdexcept> <string> <string_view> <thread> <tuple> <utility> <variant> <vector>)

# repot_add_precompiled(NAME LIBRARIES|PROGRAMS HEADER...): what targets of the kind take these headers from.
# A compiler takes them only where its options are those that they were parsed with.
function(repot_add_precompiled name kind)
  set(source "${PROJECT_BINARY_DIR}/${name}.cpp")
  if(NOT EXISTS "${source}")
    file(WRITE "${source}" "")
  endif()
  add_library(${name} OBJECT "${source}")
  target_link_libraries(${name} PRIVATE repot_compiler)
  target_precompile_headers(${name} PRIVATE ${ARGN})
  if(kind STREQUAL PROGRAMS)
    set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(${name} PRIVATE -fPIE)
  endif()
endfunction()

# repot_precompile_in(FOLDER): has all targets of the folder and those below it take them.
function(repot_precompile_in folder)
  get_property(targets DIRECTORY "${folder}" PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    get_target_property(libraries ${target} LINK_LIBRARIES)
    if(target MATCHES "^repot_precompiled" OR NOT type MATCHES "STATIC_LIBRARY|EXECUTABLE")
      continue()
    elseif(REPOT_COVERAGE AND target MATCHES "^repot_" AND type STREQUAL "STATIC_LIBRARY")
      # Built with other options.
      continue()
    elseif(libraries MATCHES "GTest")
      target_precompile_headers(${target} REUSE_FROM repot_precompiled_tests)
    elseif(type STREQUAL "EXECUTABLE")
      target_precompile_headers(${target} REUSE_FROM repot_precompiled_programs)
    else()
      target_precompile_headers(${target} REUSE_FROM repot_precompiled)
    endif()
  endforeach()
  get_property(folders DIRECTORY "${folder}" PROPERTY SUBDIRECTORIES)
  foreach(below IN LISTS folders)
    repot_precompile_in("${below}")
  endforeach()
endfunction()

function(repot_precompile)
  repot_add_precompiled(repot_precompiled LIBRARIES ${repot_precompiled_headers})
  repot_add_precompiled(repot_precompiled_programs PROGRAMS ${repot_precompiled_headers})
  if(REPOT_BUILD_TESTS)
    find_package(GTest REQUIRED)
    repot_add_precompiled(repot_precompiled_tests PROGRAMS ${repot_precompiled_headers} <gtest/gtest.h>)
    target_link_libraries(repot_precompiled_tests PRIVATE GTest::gtest)
  endif()
  repot_precompile_in("${PROJECT_SOURCE_DIR}")
endfunction()
