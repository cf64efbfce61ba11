# What is not ours. `./dev` puts packages that would disturb the machine (Boost 1.81 replaces 1.74, the headers of
# libphonenumber conflict with it) into NEBENGJEK_SYSROOT, unpacked and not installed; the rest comes from the system.

set(NEBENGJEK_SYSROOT ${PROJECT_SOURCE_DIR}/.dev/sysroot CACHE PATH "Where ./dev unpacks packages")
if(EXISTS ${NEBENGJEK_SYSROOT}/usr/include/boost)
  include_directories(SYSTEM ${NEBENGJEK_SYSROOT}/usr/include)
else()
  message(FATAL_ERROR "${NEBENGJEK_SYSROOT} has no Boost headers. Run ./dev build, which unpacks them.")
endif()

find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(simdjson REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(GTest REQUIRED)
find_package(rapidcheck REQUIRED)
find_package(benchmark REQUIRED)

# Debian's CMake files for hiredis and cnats name folders that do not exist, and those of prometheus-cpp want what its
# push and pull libraries need; their pkg-config files are right.
find_package(PkgConfig REQUIRED)
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(hiredis REQUIRED IMPORTED_TARGET hiredis)
pkg_check_modules(libnats REQUIRED IMPORTED_TARGET libnats)
pkg_check_modules(libsodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(yaml_cpp REQUIRED IMPORTED_TARGET yaml-cpp)
pkg_check_modules(prometheus REQUIRED IMPORTED_TARGET prometheus-cpp-core)

# Headers from the sysroot, libraries from the system: the -dev packages, whose links these would be, stay uninstalled.
find_library(PHONENUMBER_LIBRARY NAMES libphonenumber.so.8 REQUIRED)
find_library(PROTOBUF_LIBRARY NAMES libprotobuf.so.32 REQUIRED)
add_library(phonenumber INTERFACE)
target_link_libraries(phonenumber INTERFACE ${PHONENUMBER_LIBRARY} ${PROTOBUF_LIBRARY})

# Boost libraries that can be compiled in one place are, once, from third_party/.
function(nebengjek_third_party name)
  add_library(${name} STATIC third_party/${name}.cpp)
  target_compile_options(${name} PRIVATE -w)
  target_link_libraries(${name} PUBLIC ${ARGN})
endfunction()

nebengjek_third_party(boost_json)
nebengjek_third_party(boost_asio Threads::Threads)
nebengjek_third_party(boost_asio_ssl boost_asio OpenSSL::SSL)
nebengjek_third_party(boost_beast boost_asio)
