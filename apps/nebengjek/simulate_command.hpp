#pragma once

#include <filesystem>
#include <optional>

#include "apps/nebengjek/settings.hpp"
#include "sim/city.hpp"

namespace CLI {
class App;
}

namespace apps::nebengjek {

struct SimulateOptions {
  sim::CityPlan plan{.edges = {}};
  double minutes = 2;
  std::optional<std::filesystem::path> json_file;
};

void declare(CLI::App& command, SimulateOptions& options);

/// Lets people live in a city of this backend, shows how they get on, and prints a report. With
/// settings, it proves the books, too. Returns the exit status: 1 when a promise was broken.
int simulate(const SimulateOptions& options, const std::optional<Settings>& settings);

}  // namespace apps::nebengjek
