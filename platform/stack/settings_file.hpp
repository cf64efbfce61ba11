#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace platform::stack {

/// Lines of NAME=value that a shell can source. Names and values here need no quoting.
using Settings = std::map<std::string, std::string>;

/// Empty when there is no such file.
Settings read_settings(const std::filesystem::path& file);

/// Replaces the file in one step; only its owner may read it, since it holds passwords.
void write_settings(const std::filesystem::path& file, const Settings& settings);

void write_lines(const std::filesystem::path& file, const std::vector<std::string>& lines);

/// Replaces a file that only its owner may read.
void write_private(const std::filesystem::path& file, const std::string& text);

}  // namespace platform::stack
