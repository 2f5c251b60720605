# The option REPOT_PORTABLE: a `repot` that runs on other systems than the one which built it.
#
# Linked into the file is what other systems have in another version or not at all: SOCI, libpqxx, fmt,
# Boost, xxHash, ICU and the compiler's runtime. Shared stays what every system has under the same name
# and repairs itself: libc, SQLite, zstd, and libpq with the TLS and Kerberos behind it (docs/install.md).
if(NOT REPOT_BUILD_TOOL)
  message(FATAL_ERROR "REPOT_PORTABLE is about the command repot: it needs REPOT_BUILD_TOOL=ON")
endif()

# repot_use_archive(TARGET NAME): an imported target, found as a shared library, is libNAME.a from now on.
function(repot_use_archive target name)
  find_library(REPOT_ARCHIVE_${name} lib${name}.a REQUIRED)
  get_target_property(type ${target} TYPE)
  if(type STREQUAL INTERFACE_LIBRARY)  # pkg-config's
    set_property(TARGET ${target} PROPERTY INTERFACE_LINK_LIBRARIES "${REPOT_ARCHIVE_${name}}" ${ARGN})
  else()
    foreach(property IMPORTED_LOCATION IMPORTED_LOCATION_RELEASE)
      set_property(TARGET ${target} PROPERTY ${property} "${REPOT_ARCHIVE_${name}}")
    endforeach()
    set_property(TARGET ${target} APPEND PROPERTY INTERFACE_LINK_LIBRARIES ${ARGN})
  endif()
endfunction()

repot_use_archive(SOCI::core soci_core)
repot_use_archive(SOCI::sqlite3 soci_sqlite3)
repot_use_archive(SOCI::postgresql soci_postgresql)
repot_use_archive(PkgConfig::PQXX pqxx PostgreSQL::PostgreSQL)
repot_use_archive(PkgConfig::XXHASH xxhash)
find_package(ICU REQUIRED COMPONENTS data)
repot_use_archive(ICU::data icudata)
repot_use_archive(ICU::uc icuuc ICU::data)
repot_use_archive(ICU::i18n icui18n ICU::uc)
add_library(repot_fmt ALIAS fmt::fmt-header-only)

set(repot_runtime_options -static-libstdc++ -static-libgcc)
