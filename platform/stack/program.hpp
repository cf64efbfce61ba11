#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace platform::stack {

/// A server's program, and where it finds the libraries that were unpacked beside it.
struct Program {
  std::filesystem::path path;
  std::string library_path;  ///< For LD_LIBRARY_PATH; empty when the system's own will do.
};

/// Looks in the sysroot, then in PATH, then where Debian keeps servers. Throws CannotStart.
Program find_program(const std::filesystem::path& sysroot, std::string_view name);

}  // namespace platform::stack
