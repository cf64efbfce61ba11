#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace CLI {
class App;
}

namespace apps::nebengjek {

struct ChaosOptions {
  int kills = 100;
  std::uint64_t seed = 1;
  int drivers = 12;
  int passengers = 12;
  std::filesystem::path data_folder = ".dev/chaos";
  std::filesystem::path sysroot = ".dev/sysroot";
  std::optional<std::filesystem::path> json_file;
};

void declare(CLI::App& command, ChaosOptions& options);

/// Starts two of each service on servers of its own in an empty data folder, breaks them, and
/// checks all that was promised meanwhile. Prints a page; returns the exit status: 0 only when
/// every promise held.
int chaos(const ChaosOptions& options);

}  // namespace apps::nebengjek
