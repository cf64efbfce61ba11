#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/nebengjek/settings.hpp"

namespace apps::nebengjek {

/// Prints the new key, which can't be shown again.
void create_api_key(const Settings& settings, const std::string& name,
                    const std::vector<std::string>& scopes, std::optional<int> expires_in_days);

void list_api_keys(const Settings& settings);

/// Returns false when there is no such key.
bool revoke_api_key(const Settings& settings, const std::string& key_id);

}  // namespace apps::nebengjek
