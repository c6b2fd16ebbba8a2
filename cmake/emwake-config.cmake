# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
#
# find_package(emwake): the target emwake::emwake. With Emscripten it passes the port to whatever
# links to it; with any other toolchain it does nothing, so that one CMakeLists.txt serves both.
#
#   emcmake cmake -S . -B build -Demwake_DIR=node_modules/emwake/cmake
#
# emwake_DIR has to be given because Emscripten's toolchain file keeps CMake from searching outside
# of its sysroot.
set(EMWAKE_NET "auto" CACHE STRING "What carries emwake's sockets: auto, node, loopback or none")
set_property(CACHE EMWAKE_NET PROPERTY STRINGS auto node loopback none)

if(NOT TARGET emwake::emwake)
  # GLOBAL: whoever calls find_package in a subdirectory may use the target anywhere.
  add_library(emwake::emwake INTERFACE IMPORTED GLOBAL)
  if(EMSCRIPTEN)
    get_filename_component(EMWAKE_ROOT "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
    set(EMWAKE_USE_PORT "--use-port=${EMWAKE_ROOT}/emwake.port.py:net=${EMWAKE_NET}")
    set_property(TARGET emwake::emwake PROPERTY INTERFACE_COMPILE_OPTIONS "${EMWAKE_USE_PORT}")
    set_property(TARGET emwake::emwake PROPERTY INTERFACE_LINK_OPTIONS "${EMWAKE_USE_PORT}")
    # A changed JS library or C source relinks the program.
    file(GLOB_RECURSE EMWAKE_LINK_DEPENDS CONFIGURE_DEPENDS
      "${EMWAKE_ROOT}/src/lib/*.js" "${EMWAKE_ROOT}/system/lib/*.[ch]")
    set_property(TARGET emwake::emwake PROPERTY INTERFACE_LINK_DEPENDS "${EMWAKE_LINK_DEPENDS}")
  endif()
endif()
