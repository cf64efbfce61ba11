#pragma once

#include <filesystem>

#include "platform/stack/descriptor.hpp"

namespace platform::stack {

/// The right to run servers in a data folder. Ends with this process, however it ends.
class FolderLock {
 public:
  /// Throws CannotStart, naming the process that holds it.
  explicit FolderLock(const std::filesystem::path& folder);

 private:
  Descriptor file_;
};

}  // namespace platform::stack
