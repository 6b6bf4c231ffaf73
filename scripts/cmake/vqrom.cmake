# SPDX-License-Identifier: Apache-2.0
# vqrom.cmake: the flags, packages and target helpers that every folder uses.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(VQROM_CCACHE ccache)
if(VQROM_CCACHE)  # the sloppiness is what ccache needs for precompiled headers
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${VQROM_CCACHE})
endif()

option(VQROM_SANITIZE "Build with address and undefined-behaviour sanitizers" OFF)
add_compile_options(-Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Werror)
if(VQROM_SANITIZE)  # what is added makes g++ 12 warn of its own <regex>
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all
                      -fno-omit-frame-pointer -Wno-maybe-uninitialized)
  add_link_options(-fsanitize=address,undefined)
endif()

find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Boost 1.74 REQUIRED COMPONENTS filesystem system)
find_package(PkgConfig REQUIRED)
pkg_check_modules(NETTLE REQUIRED IMPORTED_TARGET nettle)
find_package(TBB REQUIRED)
find_package(Protobuf REQUIRED)
find_package(ONNX CONFIG REQUIRED)
find_package(OpenBLAS CONFIG REQUIRED)
find_package(GTest REQUIRED)
include(GoogleTest)
include(embed)

# The large headers are compiled once, for libraries and programs, and once more with GoogleTest's for
# tests: half of the building time. The debug preset does without, so that every file is seen to include
# what it uses.
file(WRITE ${PROJECT_BINARY_DIR}/precompiled/empty.cpp "")
foreach(kind product test)
  add_library(vqrom_precompiled_${kind} OBJECT ${PROJECT_BINARY_DIR}/precompiled/empty.cpp)
  target_compile_options(vqrom_precompiled_${kind} PRIVATE -fpch-preprocess)
  target_link_libraries(vqrom_precompiled_${kind} PRIVATE
    fmt::fmt nlohmann_json::nlohmann_json Threads::Threads)
  target_precompile_headers(vqrom_precompiled_${kind} PRIVATE
    <algorithm> <array> <cstdint> <filesystem> <functional> <map> <optional> <set> <span> <string>
    <string_view> <variant> <vector> <fmt/format.h> <nlohmann/json.hpp>)
endforeach()
target_compile_options(vqrom_precompiled_test PRIVATE -O1)
target_link_libraries(vqrom_precompiled_test PRIVATE GTest::gmock GTest::gtest)
target_precompile_headers(vqrom_precompiled_test PRIVATE <gmock/gmock.h> <gtest/gtest.h>)

# Files of a target are compiled eight at a time: what they share of templates is instantiated once. The
# debug preset compiles each file by itself.
set(CMAKE_UNITY_BUILD_BATCH_SIZE 8)

# vqrom_batch(name batch files...): those files of library vqrom_<name> are compiled together, and no
# others with them. A program that needs one file takes its whole batch, and the shared libraries that
# the batch calls: this keeps OpenBLAS and protobuf out of those that start in a millisecond.
function(vqrom_batch name batch)
  set_target_properties(vqrom_${name} PROPERTIES UNITY_BUILD_MODE GROUP)
  set_source_files_properties(${ARGN} PROPERTIES UNITY_GROUP ${batch})
endfunction()

function(vqrom_precompiled target kind)
  target_compile_options(${target} PRIVATE -fpch-preprocess)
  target_precompile_headers(${target} REUSE_FROM vqrom_precompiled_${kind})
endfunction()

# vqrom_library(name [COLD] SOURCES ... [LIBS ...]): target vqrom_<name>, included from the project's
# root. COLD: what it does takes no time, so compiling it should not either.
function(vqrom_library name)
  cmake_parse_arguments(ARG "COLD" "" "SOURCES;LIBS" ${ARGN})
  add_library(vqrom_${name} STATIC ${ARG_SOURCES})
  target_include_directories(vqrom_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(vqrom_${name} PUBLIC ${ARG_LIBS})
  if(ARG_COLD)
    target_compile_options(vqrom_${name} PRIVATE -O1)
  endif()
  vqrom_precompiled(vqrom_${name} product)
endfunction()

# Everything that the main job runs, without the tests: `cmake --build --preset release -t programs`.
add_custom_target(programs)

# vqrom_program(command SOURCES ... LIBS ...): the stage `vqrom <command>`, built as bin/vqrom-<command>.
function(vqrom_program command)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(vqrom-${command} ${ARG_SOURCES})
  target_link_libraries(vqrom-${command} PRIVATE ${ARG_LIBS})
  target_compile_options(vqrom-${command} PRIVATE -O1)  # options and little else
  add_dependencies(programs vqrom-${command})
  vqrom_precompiled(vqrom-${command} product)
endfunction()

# vqrom_test(name SOURCES ... LIBS ... [LABELS ...]): a GoogleTest program; each case is one ctest
# entry. LABELS: data (needs ../shared/data, skipped without), slow.
function(vqrom_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LIBS;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(test_${name} ${ARG_SOURCES})
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(test_${name} PRIVATE ${ARG_LIBS} GTest::gmock_main GTest::gtest)
  target_compile_options(test_${name} PRIVATE -O1)
  vqrom_precompiled(test_${name} test)
  target_compile_definitions(test_${name} PRIVATE
    VQROM_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    VQROM_BINARY_DIR="${PROJECT_BINARY_DIR}"
    VQROM_DATA_DIR="${PROJECT_SOURCE_DIR}/../shared/data")
  set_target_properties(test_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  set(properties TIMEOUT ${ARG_TIMEOUT})
  if(ARG_LABELS)
    list(APPEND properties LABELS "${ARG_LABELS}")
  endif()
  gtest_discover_tests(test_${name} TEST_PREFIX ${name}. PROPERTIES ${properties}
                       DISCOVERY_TIMEOUT 60)
endfunction()
