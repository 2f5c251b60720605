# Compiler settings that every target of the project shares.
find_program(REPOT_CCACHE ccache)
if(REPOT_CCACHE AND PROJECT_IS_TOP_LEVEL AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${REPOT_CCACHE}")
  if(REPOT_PRECOMPILE)  # Without it ccache leaves files alone that use such headers.
    list(PREPEND CMAKE_CXX_COMPILER_LAUNCHER
         "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_DEPEND=1)
  endif()
endif()

add_library(repot_compiler INTERFACE)
target_compile_options(repot_compiler INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wcast-qual
  # False alarms on concatenated strings (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # And in headers of the system that were parsed before; other builds have these warnings.
  "$<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:${REPOT_PRECOMPILE}>>:-Wno-array-bounds;-Wno-stringop-overflow;-Wno-stringop-overread>"
  $<$<BOOL:${REPOT_WARNINGS_AS_ERRORS}>:-Werror>)

# repot_library(name SOURCES...): a library with the project's settings and the alias repot::<name>.
function(repot_library name)
  add_library(repot_${name} STATIC ${ARGN})
  add_library(repot::${name} ALIAS repot_${name})
  set_target_properties(repot_${name} PROPERTIES EXPORT_NAME ${name})
  target_link_libraries(repot_${name} PRIVATE $<BUILD_INTERFACE:repot_compiler>)
  if(REPOT_COVERAGE)  # Of the libraries only: what is compiled into tests and the command is as ever.
    target_compile_options(repot_${name} PRIVATE -O0 --coverage -fprofile-update=atomic -fprofile-abs-path)
    target_link_options(repot_${name} INTERFACE $<BUILD_INTERFACE:--coverage>)
  endif()
endfunction()
