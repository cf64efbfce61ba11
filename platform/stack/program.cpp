#include "platform/stack/program.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <ranges>
#include <vector>

#include <unistd.h>

#include "platform/stack/stack.hpp"

namespace platform::stack {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> subfolders(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator{folder, missing}) found.push_back(entry.path());
  std::ranges::sort(found, std::greater{});
  return found;
}

/// Where Debian installs servers below `root`, PostgreSQL's newest version first.
std::vector<fs::path> program_folders(const fs::path& root) {
  std::vector<fs::path> folders;
  for (const auto& version : subfolders(root / "usr/lib/postgresql")) {
    folders.push_back(version / "bin");
  }
  folders.insert(folders.end(), {root / "usr/bin", root / "usr/sbin", root / "usr/local/bin"});
  return folders;
}

std::vector<fs::path> path_folders() {
  const char* path = std::getenv("PATH");
  std::vector<fs::path> folders;
  for (const auto part : std::views::split(std::string_view{path ? path : ""}, ':')) {
    folders.emplace_back(std::string_view{part});
  }
  return folders;
}

std::optional<fs::path> find_in(const std::vector<fs::path>& folders, std::string_view name) {
  for (const auto& folder : folders) {
    if (access((folder / name).c_str(), X_OK) == 0) return folder / name;
  }
  return {};
}

/// The sysroot's folders of libraries, whatever the architecture: usr/lib/x86_64-linux-gnu.
std::string library_path(const fs::path& sysroot) {
  std::string joined = (sysroot / "usr/lib").string();
  for (const auto& folder : subfolders(sysroot / "usr/lib")) {
    if (folder.filename().string().contains("-linux-gnu")) joined += ":" + folder.string();
  }
  return joined;
}

}  // namespace

Program find_program(const fs::path& sysroot, std::string_view name) {
  if (!sysroot.empty()) {
    const auto root = fs::absolute(sysroot);
    if (auto path = find_in(program_folders(root), name)) return {*path, library_path(root)};
  }
  if (auto path = find_in(path_folders(), name)) return {*path, ""};
  if (auto path = find_in(program_folders("/"), name)) return {*path, ""};
  throw CannotStart{std::string{name} + " was found neither in '" + sysroot.string() +
                    "' nor on this machine. ./dev build unpacks it; or install its package."};
}

}  // namespace platform::stack
