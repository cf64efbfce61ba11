#pragma once

/// What the program is configured with in these tests: the defaults, but for waiting less where not
/// speed itself is tested.

#include <optional>
#include <string>
#include <vector>

#include "platform/stack/stack.hpp"

namespace tests::system {

/// One process of the program: which roles it serves, and where.
struct Process {
  std::string name;  ///< "rides-2": of its files.
  std::vector<std::string> roles;
  int public_port = 0;
  std::vector<int> admin_ports;  ///< Of each role.
};

/// On ports that are free.
Process make_process(std::string name, std::vector<std::string> roles);

/// What a process needs to be told unless `up` finds it out by itself.
struct Servers {
  platform::stack::Addresses addresses;
  std::string signing_key_file;
  int payments_port = 0;  ///< Where the payment provider is played.
  /// Where the first and the second SMS provider are played; 0: there is the development inbox.
  int sms_port = 0;
  int second_sms_port = 0;
  bool hurries = true;
  bool behind_balancer = false;  ///< Of this machine, which asks four times a second who is ready.
};

/// What the sandbox and the program share.
inline constexpr const char* provider_key = "known to these tests and the sandbox";

/// TOML.
std::string config_of(const Process& process, const std::optional<Servers>& servers);

}  // namespace tests::system
