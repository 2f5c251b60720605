# What `cmake --install` puts where, and the packages that others find: CMake's Repot with components,
# pkg-config's repot, and Debian packages by CPack.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# The components of find_package(Repot COMPONENTS …) are the targets repot::<component>.
install(TARGETS repot_core repot_sqlite repot_sqlite_grammar repot_postgresql EXPORT RepotTargets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev)
# What only the migration tool includes is no part of the interface.
install(DIRECTORY core/include/repot backends/include/repot
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev
        FILES_MATCHING PATTERN "*.hpp"
        PATTERN "grammar" EXCLUDE
        PATTERN "bulk.hpp" EXCLUDE
        PATTERN "copy_decoder.hpp" EXCLUDE
        PATTERN "silence_watch.hpp" EXCLUDE
        PATTERN "strict_column.hpp" EXCLUDE
        PATTERN "writer_handle.hpp" EXCLUDE)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Repot)
install(EXPORT RepotTargets NAMESPACE repot:: DESTINATION ${package_dir} COMPONENT dev)
configure_package_config_file(cmake/RepotConfig.cmake.in "${PROJECT_BINARY_DIR}/RepotConfig.cmake"
                              INSTALL_DESTINATION ${package_dir})
# Before 1.0 a minor version may break the interface.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/RepotConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/RepotConfig.cmake"
              "${PROJECT_BINARY_DIR}/RepotConfigVersion.cmake" cmake/FindSOCI.cmake
        DESTINATION ${package_dir} COMPONENT dev)

# Relative, so that an installation may be moved, and a package be made for another prefix.
file(RELATIVE_PATH REPOT_PREFIX_FROM_PC "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
configure_file(cmake/repot.pc.in "${PROJECT_BINARY_DIR}/repot.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/repot.pc" DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
        COMPONENT dev)

set(shared_files "${PROJECT_BINARY_DIR}/share")

# The manual page and the shells' completions are the command's own words.
if(REPOT_BUILD_TOOL)
  set(made "${shared_files}/repot.1.gz")
  set(commands COMMAND sh -c "'$<TARGET_FILE:repot_cli>' manual | gzip -9n >'${shared_files}/repot.1.gz'")
  foreach(shell bash zsh fish)
    list(APPEND made "${shared_files}/repot.${shell}")
    list(APPEND commands COMMAND
         sh -c "'$<TARGET_FILE:repot_cli>' completion ${shell} >'${shared_files}/repot.${shell}'")
  endforeach()
  add_custom_command(OUTPUT ${made} COMMAND "${CMAKE_COMMAND}" -E make_directory "${shared_files}" ${commands}
                     DEPENDS repot_cli VERBATIM)
  add_custom_target(repot_shared_files ALL DEPENDS ${made})
  install(FILES "${shared_files}/repot.1.gz" DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT tool)
  install(FILES "${shared_files}/repot.bash" RENAME repot COMPONENT tool
          DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES "${shared_files}/repot.zsh" RENAME _repot COMPONENT tool
          DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
  install(FILES "${shared_files}/repot.fish" COMPONENT tool
          DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
  install(TARGETS repot_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT tool)
endif()

# What Debian wants of each package.
configure_file(cmake/debian/changelog.in "${shared_files}/changelog" @ONLY)
add_custom_command(OUTPUT "${shared_files}/changelog.gz" COMMAND gzip -9nkf "${shared_files}/changelog"
                   DEPENDS "${shared_files}/changelog" VERBATIM)
add_custom_target(repot_changelog ALL DEPENDS "${shared_files}/changelog.gz")
foreach(package repot:tool librepot-dev:dev)
  string(REPLACE ":" ";" package "${package}")
  list(GET package 0 name)
  list(GET package 1 component)
  install(FILES LICENSE cmake/debian/copyright "${shared_files}/changelog.gz"
          DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${name} COMPONENT ${component})
endforeach()
# The notices that the licences of what is linked into the file ask for.
if(REPOT_PORTABLE)
  foreach(library pqxx fmt icu xxhash cli11)
    install(FILES /usr/share/doc/lib${library}-dev/copyright RENAME ${library} COMPONENT tool
            DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/repot/licences)
  endforeach()
endif()
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/librepot-dev COMPONENT dev)
