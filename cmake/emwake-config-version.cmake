# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
#
# find_package(emwake 0.1): the version is package.json's; within one major version a newer one
# serves for an older one.
file(READ "${CMAKE_CURRENT_LIST_DIR}/../package.json" EMWAKE_PACKAGE_JSON)
string(REGEX MATCH "\"version\": *\"([0-9]+)\\.([0-9]+)\\.([0-9]+)" _ "${EMWAKE_PACKAGE_JSON}")
set(PACKAGE_VERSION "${CMAKE_MATCH_1}.${CMAKE_MATCH_2}.${CMAKE_MATCH_3}")
set(EMWAKE_VERSION_MAJOR "${CMAKE_MATCH_1}")

if(PACKAGE_FIND_VERSION_MAJOR EQUAL EMWAKE_VERSION_MAJOR
   AND NOT PACKAGE_VERSION VERSION_LESS PACKAGE_FIND_VERSION)
  set(PACKAGE_VERSION_COMPATIBLE TRUE)
else()
  set(PACKAGE_VERSION_COMPATIBLE FALSE)
endif()
if(PACKAGE_VERSION VERSION_EQUAL PACKAGE_FIND_VERSION)
  set(PACKAGE_VERSION_EXACT TRUE)
endif()
