#pragma once

/// Disks of their own for the data of servers, which tests fill up or cut the power of. Mounted in
/// a namespace of this process, so nobody else sees them, and they end with it, however it ends.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "platform/stack/stack.hpp"

namespace tests::support {

/// Gives this process mounts of its own, which it needs before it has threads. A sentence for the
/// person at the terminal where that is not permitted.
std::optional<std::string> why_no_disks();

class Disk {
 public:
  virtual ~Disk() = default;  ///< Nobody may use it any more; all that was on it is gone.
  virtual const std::filesystem::path& folder() const = 0;
};

/// In memory.
class SmallDisk : public Disk {
 public:
  /// Takes all that is left, to the last block; again, when somebody has given up some of it.
  virtual void fill() = 0;
  /// Gives back what was taken.
  virtual void make_room() = 0;
};
std::unique_ptr<SmallDisk> make_small_disk(std::uintmax_t bytes);

/// ext4 in a file of so many bytes.
///
/// A power cut is the file system's own: EXT4_IOC_SHUTDOWN without a flush of its journal, as file
/// systems are tested with. From that moment nothing reaches the device; what programs had written
/// and the kernel had not, is gone, and everything that they try is refused with EIO. So what is
/// left is one moment's state of the device: what was fsynced, and what the kernel happened to have
/// written besides. Kinder than a real cut in one thing: what the device was given but not told to
/// flush is kept. Copying the file while servers write would be neither of one moment nor, with
/// them frozen or flushed, what a cut leaves.
class PowerDisk : public Disk {
 public:
  virtual void cut() = 0;
  /// Mounts what is left, whose journal is replayed. Nobody may have a file open from before.
  virtual void restore() = 0;
};
std::unique_ptr<PowerDisk> make_power_disk(std::uintmax_t bytes);

/// The server of the shared stack keeps its data on the disk from now on. It is killed for that,
/// and started again.
void keep_on(const Disk& disk, platform::stack::Server server);

}  // namespace tests::support
