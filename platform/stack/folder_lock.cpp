#include "platform/stack/folder_lock.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <sys/file.h>

#include "platform/stack/stack.hpp"

namespace platform::stack {
namespace {

std::string owner_of(const std::filesystem::path& file) {
  std::string pid = "?";
  std::ifstream{file} >> pid;
  return pid;
}

}  // namespace

FolderLock::FolderLock(const std::filesystem::path& folder)
    : file_(open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (file_.number() < 0) throw CannotStart{folder.string() + ": " + std::strerror(errno)};
  if (flock(file_.number(), LOCK_EX | LOCK_NB) != 0) {
    throw CannotStart{folder.string() + " is in use by process " + owner_of(folder / "lock") +
                      ". Stop that one, or choose another data folder."};
  }
  const auto pid = std::to_string(getpid()) + "\n";
  if (ftruncate(file_.number(), 0) == 0) dprintf(file_.number(), "%s", pid.c_str());
}

}  // namespace platform::stack
