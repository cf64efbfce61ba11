#include "tests/support/disk.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/assert.hpp"
#include "platform/stack/descriptor.hpp"
#include "platform/stack/nursery.hpp"
#include "platform/stack/program.hpp"
#include "tests/support/stack_fixture.hpp"

namespace tests::support {
namespace {

namespace fs = std::filesystem;
namespace stack = platform::stack;

// From linux/ext4.h, which Debian 12 has not yet.
constexpr auto ext4_shutdown = _IOR('X', 125, std::uint32_t);
constexpr std::uint32_t without_flushing_the_journal = 2;

constexpr auto unmount_limit = std::chrono::seconds{15};
constexpr auto pause_between_tries = std::chrono::milliseconds{10};

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error{what + ": " + std::strerror(errno)};
}

/// Runs a program of the machine to its end. Throws with what it printed.
void run_program(const std::string& name, std::vector<std::string> arguments) {
  stack::Nursery nursery;
  nursery.run({.program = stack::find_program("", name),
               .arguments = std::move(arguments),
               .log = shared_stack_folder() / "log" / (name + ".log")});
}

fs::path new_folder(const char* name) {
  static int count = 0;
  auto folder = shared_stack_folder() / (name + std::to_string(++count));
  fs::create_directories(folder);
  return folder;
}

class MemoryDisk final : public SmallDisk {
 public:
  explicit MemoryDisk(std::uintmax_t bytes)
      : folder_(new_folder("memory-disk-")), ballast_(folder_ / "ballast") {
    const auto options = "mode=755,size=" + std::to_string(bytes);
    if (mount("none", folder_.c_str(), "tmpfs", 0, options.c_str()) != 0) fail(folder_.string());
  }
  ~MemoryDisk() override { umount2(folder_.c_str(), MNT_DETACH); }

  const fs::path& folder() const override { return folder_; }

  void fill() override {
    const stack::Descriptor file{open(ballast_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600)};
    const std::vector<char> block(block_bytes);
    while (write(file.number(), block.data(), block.size()) > 0) continue;
    if (errno != ENOSPC) fail(ballast_.string());
  }

  void make_room() override { fs::remove(ballast_); }

 private:
  static constexpr std::size_t block_bytes = 4'096;

  fs::path folder_;
  fs::path ballast_;
};

class Ext4Disk final : public PowerDisk {
 public:
  explicit Ext4Disk(std::uintmax_t bytes)
      : folder_(new_folder("power-disk-")), image_(folder_.string() + ".image") {
    std::ofstream{image_};
    fs::resize_file(image_, bytes);
    run_program("mkfs.ext4", {"-q", image_.string()});
    Ext4Disk::restore();
  }
  ~Ext4Disk() override { umount2(folder_.c_str(), MNT_DETACH); }

  const fs::path& folder() const override { return folder_; }

  void cut() override {
    const stack::Descriptor root{open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    auto how = without_flushing_the_journal;
    if (ioctl(root.number(), ext4_shutdown, &how) != 0) fail(folder_.string());
    is_cut_ = true;
  }

  void restore() override {
    if (std::exchange(is_cut_, false)) unmount();
    run_program("mount", {"-o", "loop", image_.string(), folder_.string()});
  }

 private:
  /// Those who were killed take a moment to end.
  void unmount() const {
    const auto give_up_at = std::chrono::steady_clock::now() + unmount_limit;
    while (umount2(folder_.c_str(), 0) != 0) {
      const bool in_use = errno == EBUSY && std::chrono::steady_clock::now() < give_up_at;
      if (!in_use) fail(folder_.string());
      std::this_thread::sleep_for(pause_between_tries);
    }
  }

  fs::path folder_;
  fs::path image_;
  bool is_cut_ = false;
};

std::string folder_of(stack::Server server) {
  switch (server) {
    case stack::Server::postgres: return "postgres";
    case stack::Server::redis: return "redis";
    case stack::Server::nats: return "nats";
  }
  NEBENGJEK_UNREACHABLE("a server without a folder");
}

}  // namespace

std::optional<std::string> why_no_disks() {
  const bool is_private =
      unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  if (is_private) return {};
  return std::string{"this process may not mount disks of its own ("} + std::strerror(errno) +
         "): run it as root, in a container with CAP_SYS_ADMIN";
}

std::unique_ptr<SmallDisk> make_small_disk(std::uintmax_t bytes) {
  return std::make_unique<MemoryDisk>(bytes);
}

std::unique_ptr<PowerDisk> make_power_disk(std::uintmax_t bytes) {
  return std::make_unique<Ext4Disk>(bytes);
}

void keep_on(const Disk& disk, stack::Server server) {
  const auto before = shared_stack_folder() / folder_of(server);
  shared_stack().kill(server);
  run_program("cp", {"-a", before.string(), disk.folder().string()});
  const stack::Descriptor root{open(disk.folder().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (syncfs(root.number()) != 0) fail(disk.folder().string());  // The copy is no part of a test.
  fs::remove_all(before);
  fs::create_directory_symlink(disk.folder() / folder_of(server), before);
  shared_stack().start(server);
}

}  // namespace tests::support
