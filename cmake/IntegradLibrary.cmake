# integrad_options(TARGET): warnings, sanitizers and the include root, the same for every target.
function(integrad_options target)
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wshadow -Wnon-virtual-dtor
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)  # false alarms of g++ 12 on string sums
  if(INTEGRAD_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(INTEGRAD_SANITIZE)
    target_compile_options(${target} PUBLIC
      $<BUILD_INTERFACE:-fsanitize=${INTEGRAD_SANITIZE};-fno-omit-frame-pointer;-fno-sanitize-recover=all>
      $<BUILD_INTERFACE:-D_GLIBCXX_ASSERTIONS>)
    target_link_options(${target} PUBLIC $<BUILD_INTERFACE:-fsanitize=${INTEGRAD_SANITIZE}>)
  endif()
endfunction()

# integrad_library(ROOM SOURCES a.cpp … [PUBLIC libs …] [PRIVATE libs …]): one static library a
# folder, named integrad_ROOM and integrad::ROOM. What a room may link is what it may include.
function(integrad_library room)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(integrad_${room} STATIC ${ARG_SOURCES})
  add_library(integrad::${room} ALIAS integrad_${room})
  set_target_properties(integrad_${room} PROPERTIES EXPORT_NAME ${room}
                        POSITION_INDEPENDENT_CODE ON)
  target_link_libraries(integrad_${room} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
  integrad_options(integrad_${room})
endfunction()

# integrad_test(ROOM SOURCES a_test.cpp … [LINK libs …]): one test program a folder.
function(integrad_test room)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${room}_test ${ARG_SOURCES})
  target_link_libraries(${room}_test PRIVATE ${ARG_LINK} GTest::gtest_main nlohmann_json::nlohmann_json)
  target_compile_definitions(${room}_test PRIVATE
    INTEGRAD_FIXTURES="${PROJECT_SOURCE_DIR}/tests/fixtures"
    INTEGRAD_MODELS="${PROJECT_SOURCE_DIR}/models"
    INTEGRAD_REFERENCE_DATA="${INTEGRAD_REFERENCE_DATA}")
  integrad_options(${room}_test)
  # Most of a build's time would go into optimising tests; what they call is optimised as ever.
  target_compile_options(${room}_test PRIVATE $<IF:$<CONFIG:Debug>,-O0,-O1>)
  # Tests run side by side: threads that wait must not spin.
  gtest_discover_tests(${room}_test TEST_PREFIX "${room}." DISCOVERY_TIMEOUT 60
    PROPERTIES ENVIRONMENT "OMP_WAIT_POLICY=passive")
endfunction()
