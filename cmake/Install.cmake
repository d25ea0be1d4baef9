# cmake --install: the command, the libraries, the headers (in the same tree as here), the bundled
# model, and what find_package(integrad) needs.
include(CMakePackageConfigHelpers)
set(config_folder ${CMAKE_INSTALL_LIBDIR}/cmake/integrad)

install(TARGETS integrad)
install(TARGETS integrad_base integrad_checkpoint integrad_hub integrad_text integrad_compute
                integrad_layers integrad_models integrad_attribution integrad_render integrad_training integrad_faithfulness integrad_integrad
        EXPORT integradTargets)
install(DIRECTORY integrad/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/integrad
        FILES_MATCHING PATTERN "*.h" PATTERN "families" EXCLUDE)
install(DIRECTORY models/ DESTINATION ${CMAKE_INSTALL_DATADIR}/integrad/models)

install(EXPORT integradTargets NAMESPACE integrad:: DESTINATION ${config_folder})
configure_package_config_file(cmake/integradConfig.cmake.in
  ${PROJECT_BINARY_DIR}/integradConfig.cmake INSTALL_DESTINATION ${config_folder}
  PATH_VARS CMAKE_INSTALL_DATADIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/integradConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/integradConfig.cmake
              ${PROJECT_BINARY_DIR}/integradConfigVersion.cmake DESTINATION ${config_folder})
