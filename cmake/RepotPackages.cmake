# Debian packages: `cpack` in the build directory of the preset `package` makes repot (the tool) and
# librepot-dev (the libraries, which are static, so that there is no third package; docs/versions.md).
# In that of the preset `portable` it makes an archive with the tool.
set(CPACK_PACKAGE_NAME repot)
set(CPACK_PACKAGE_VENDOR "Repot")
set(CPACK_PACKAGE_CONTACT "Repot maintainers <maintainers@repot.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_STRIP_FILES ON)
if(REPOT_PORTABLE)
  set(CPACK_GENERATOR TGZ)
  set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)
  set(CPACK_ARCHIVE_TOOL_FILE_NAME "repot-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR}")
  set(CPACK_COMPONENTS_ALL tool)
else()
  set(CPACK_GENERATOR DEB)
  set(CPACK_COMPONENTS_ALL tool dev)
endif()
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS OFF)
set(CPACK_DEBIAN_PACKAGE_SECTION database)

set(CPACK_DEBIAN_TOOL_PACKAGE_NAME repot)
set(CPACK_DEBIAN_TOOL_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_TOOL_PACKAGE_RECOMMENDS "postgresql-client")  # pg_dump, for backups.
set(CPACK_DEBIAN_TOOL_DESCRIPTION "The command repot plans, carries out and verifies the move of an SQLite
database into PostgreSQL, takes backups, and migrates schemas on both.")

set(CPACK_DEBIAN_DEV_PACKAGE_NAME librepot-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "libsoci-dev (>= 4.0), libboost1.81-dev | libboost-dev (>= 1.81), libboost-json1.81-dev | libboost-json-dev (>= 1.81), libpq-dev, libsqlite3-dev (>= 3.37), libicu-dev, libxxhash-dev, libzstd-dev, pkg-config")
set(CPACK_DEBIAN_DEV_DESCRIPTION "Libraries and headers for C++20: an application is written once against
entities and units of work, and its URL picks SQLite or PostgreSQL.")
include(CPack)
