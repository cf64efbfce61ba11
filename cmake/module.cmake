# A module is a folder. Its path is its namespace and, with _ for /, its target: platform/postgres is the library
# platform_postgres and, from the *_test.cpp beside the sources, the test platform_postgres_test.

# The .cpp files of a folder (not of its subfolders), tests apart.
function(nebengjek_sources folder sources tests)
  file(GLOB all CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} ${folder}/*.cpp)
  set(found_tests ${all})
  list(FILTER found_tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER all EXCLUDE REGEX "_test\\.cpp$")
  set(${sources} ${all} PARENT_SCOPE)
  set(${tests} ${found_tests} PARENT_SCOPE)
endfunction()

# Modules are linked as nebengjek::name, so that CMake, not the linker, reports one that does not exist.
function(nebengjek_targets targets)
  set(names ${ARGN})
  list(TRANSFORM names REPLACE "/" "_")
  list(TRANSFORM names PREPEND "nebengjek::")
  set(${targets} ${names} PARENT_SCOPE)
endfunction()

# nebengjek_module(folder [DEPENDS modules] [LIBS targets seen by users of the module]
#                  [PRIVATE_LIBS targets seen by its .cpp files only] [TEST_DEPENDS modules]
#                  [GENERATED sources that the build makes])
function(nebengjek_module folder)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "DEPENDS;LIBS;PRIVATE_LIBS;TEST_DEPENDS;GENERATED")
  set(generated ${arg_GENERATED})
  string(REPLACE "/" "_" target ${folder})
  nebengjek_sources(${folder} sources tests)
  nebengjek_targets(depends ${arg_DEPENDS})

  file(GLOB migrations CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/migrations/*.sql)
  if(migrations)
    nebengjek_embed(${folder} migrations migrations_source)
    list(APPEND generated ${migrations_source})
  endif()

  if(sources OR generated)
    add_library(${target} STATIC ${sources} ${generated})
    target_link_libraries(${target} PUBLIC ${depends} ${arg_LIBS} PRIVATE ${arg_PRIVATE_LIBS})
  else()
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE ${depends} ${arg_LIBS} ${arg_PRIVATE_LIBS})
  endif()
  add_library(nebengjek::${target} ALIAS ${target})

  if(tests)
    nebengjek_test(${target}_test ${folder} "${tests}" DEPENDS ${folder} ${arg_TEST_DEPENDS})
  endif()
endfunction()

# A gtest program, run whole as one test. Its working directory is the repository, so `tests/scenarios/x.txt` opens.
function(nebengjek_test target folder sources)
  cmake_parse_arguments(PARSE_ARGV 3 arg "" "" "DEPENDS")
  nebengjek_targets(depends ${arg_DEPENDS})
  add_executable(${target} ${sources})
  target_link_libraries(${target} PRIVATE ${depends} GTest::gmock_main rapidcheck)

  set(label integration)
  set(timeout_s 300)
  if(folder MATCHES "^(base|domain|contracts)")
    set(label unit)
  elseif(folder STREQUAL "tests/system")
    set(label system)
    set(timeout_s 1200)
  elseif(folder MATCHES "^tests/(matrix|city|power|disk|events|rolling|overload)$")  # Each is a stage of its own.
    set(label ${CMAKE_MATCH_1})
    set(timeout_s 1200)
  endif()
  if(NEBENGJEK_SANITIZER)
    set(timeout_s 900)
  endif()
  add_test(NAME ${folder} COMMAND ${target} --gtest_brief=1 WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${folder} PROPERTIES
    LABELS ${label} TIMEOUT ${timeout_s} ENVIRONMENT "NEBENGJEK_SYSROOT=${NEBENGJEK_SYSROOT}")
endfunction()

# nebengjek_program(name folder DEPENDS modules LIBS targets)
function(nebengjek_program target folder)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "DEPENDS;LIBS")
  nebengjek_sources(${folder} sources tests)
  nebengjek_targets(depends ${arg_DEPENDS})
  if(sources)
    add_executable(${target} ${sources})
    target_link_libraries(${target} PRIVATE ${depends} ${arg_LIBS})
  endif()
endfunction()

# Embeds <folder>/<symbol>/*.sql into the program. Users include "<folder>/<symbol>.hpp" and call <symbol>() in the
# folder's namespace; the files come in the order of their names.
function(nebengjek_embed folder symbol generated)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/${symbol}/*.sql)
  string(REPLACE "/" "::" namespace ${folder})
  set(stem ${PROJECT_BINARY_DIR}/generated/${folder}/${symbol})
  configure_file(${PROJECT_SOURCE_DIR}/cmake/embedded.hpp.in ${stem}.hpp @ONLY)
  add_custom_command(
    OUTPUT ${stem}.cpp
    COMMAND ${CMAKE_COMMAND} -D FOLDER=${folder} -D NAMESPACE=${namespace} -D SYMBOL=${symbol} -D "FILES=${files}"
            -D OUTPUT=${stem}.cpp -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${files} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    COMMENT "Embedding ${folder}/${symbol}"
    VERBATIM)
  set(${generated} ${stem}.cpp PARENT_SCOPE)
endfunction()

# Collects what the headers say about their types: sets <symbol> to <build>/generated/<folder>/<symbol>.cpp, for which
# the hand-written <folder>/<symbol>.hpp is the header.
function(nebengjek_descriptions folder symbol)
  list(TRANSFORM ARGN PREPEND ${PROJECT_SOURCE_DIR}/)
  file(GLOB headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} ${ARGN})
  set(output ${PROJECT_BINARY_DIR}/generated/${folder}/${symbol}.cpp)
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/generated/${folder})
  add_custom_command(
    OUTPUT ${output}
    COMMAND scripts/${symbol} ${output} ${headers}
    DEPENDS ${headers} scripts/${symbol}
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    COMMENT "Collecting ${folder}/${symbol}"
    VERBATIM)
  set(${symbol} ${output} PARENT_SCOPE)
endfunction()

# Embeds <folder>/<symbol>/* into the program: sets <symbol> to the source of the function that the hand-written
# <folder>/<symbol>.hpp declares.
function(nebengjek_texts folder symbol)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/${symbol}/*)
  string(REPLACE "/" "::" namespace ${folder})
  set(output ${PROJECT_BINARY_DIR}/generated/${folder}/${symbol}.cpp)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -D FOLDER=${folder} -D NAMESPACE=${namespace} -D SYMBOL=${symbol} -D "FILES=${files}"
            -D OUTPUT=${output} -P ${PROJECT_SOURCE_DIR}/cmake/embed_texts.cmake
    DEPENDS ${files} ${PROJECT_SOURCE_DIR}/cmake/embed_texts.cmake
    COMMENT "Embedding ${folder}/${symbol}"
    VERBATIM)
  set(${symbol} ${output} PARENT_SCOPE)
endfunction()
