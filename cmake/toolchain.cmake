# What every translation unit of ours is compiled with. Included before project(), because it chooses the compiler.

if(NOT CMAKE_CXX_COMPILER AND NOT DEFINED ENV{CXX})
  set(CMAKE_CXX_COMPILER clang++-19)
endif()
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Dev CACHE STRING "Dev (fast to build, asserts, short traces) or Release" FORCE)
endif()
set(NEBENGJEK_SANITIZER "" CACHE STRING "empty, address (with undefined) or thread")

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_FLAGS_DEV "-O1 -g1 -fno-omit-frame-pointer")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -fno-omit-frame-pointer")

# A second checkout of the same sources compiles nothing: paths below the repository are hashed relative to it.
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      env CCACHE_BASEDIR=${CMAKE_CURRENT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
endif()

# Called after project(), when the compiler is known.
macro(nebengjek_compile_settings)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
    message(FATAL_ERROR
      "GCC ${CMAKE_CXX_COMPILER_VERSION} miscompiles coroutines: an aggregate temporary (every capturing lambda is one) "
      "in the same expression as co_await is destroyed twice, which crashes this program at run time. "
      "Use clang++-19 (./dev installs it) or GCC 14.")
  endif()

  # A designated initialiser names what differs from the default; the rest is not forgotten.
  add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
    -Wno-sign-conversion -Wno-missing-designated-field-initializers)
  add_compile_definitions(_GLIBCXX_ASSERTIONS)

  if(NEBENGJEK_SANITIZER STREQUAL "address")
    add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all)
    add_link_options(-fsanitize=address,undefined)
  elseif(NEBENGJEK_SANITIZER STREQUAL "thread")
    add_compile_options(-fsanitize=thread)
    add_link_options(-fsanitize=thread)
  elseif(NEBENGJEK_SANITIZER)
    message(FATAL_ERROR "NEBENGJEK_SANITIZER is '${NEBENGJEK_SANITIZER}'; it may be empty, address or thread.")
  endif()

  find_program(MOLD mold)
  if(MOLD)
    add_link_options(-fuse-ld=mold)
  endif()

  # Asio changes its layout with its macros, so every translation unit sees the same ones.
  add_compile_definitions(
    BOOST_ASIO_SEPARATE_COMPILATION
    BOOST_ASIO_NO_DEPRECATED
    BOOST_ASIO_DISABLE_BOOST_DATE_TIME
    BOOST_ASIO_DISABLE_BOOST_REGEX
    BOOST_BEAST_SEPARATE_COMPILATION)
endmacro()
