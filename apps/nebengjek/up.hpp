#pragma once

#include <filesystem>
#include <optional>

#include "apps/nebengjek/settings.hpp"

namespace apps::nebengjek {

struct UpOptions {
  std::filesystem::path data_folder = ".dev/data";
  std::filesystem::path sysroot = ".dev/sysroot";
  std::optional<std::filesystem::path> config_file;
  int port = 8080;
};

/// Starts private servers and all roles, prints addresses and what to try, and serves until SIGINT
/// or SIGTERM. Returns the exit status.
int up(const UpOptions& options);

}  // namespace apps::nebengjek
