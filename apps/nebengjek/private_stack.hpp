#pragma once

/// What the operator of servers in a data folder of their own need not think of: secrets,
/// addresses, and a configuration by which other processes can join.

#include <filesystem>
#include <string>

#include "apps/nebengjek/settings.hpp"
#include "platform/stack/stack.hpp"

namespace apps::nebengjek {

/// Made on first use, and kept in `data_folder`/secrets, where their owner alone may read them.
void invent_secrets(Settings& settings, const std::filesystem::path& data_folder);

void use_addresses(Settings& settings, const platform::stack::Addresses& addresses);

/// TOML for a second instance of a service, or a command of the terminal. Secrets are named by
/// their files.
std::string config_of(const Settings& settings, const platform::stack::Addresses& servers,
                      const std::filesystem::path& data_folder);

}  // namespace apps::nebengjek
