#include "platform/stack/settings_file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <unistd.h>

#include "platform/stack/stack.hpp"

namespace platform::stack {
namespace {

void create_private(const std::filesystem::path& file) {
  const int created = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (created < 0) throw CannotStart{file.string() + ": " + std::strerror(errno)};
  close(created);
}

}  // namespace

Settings read_settings(const std::filesystem::path& file) {
  Settings settings;
  std::ifstream lines{file};
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find('=');
    if (equals != std::string::npos) settings[line.substr(0, equals)] = line.substr(equals + 1);
  }
  return settings;
}

void write_settings(const std::filesystem::path& file, const Settings& settings) {
  std::string text;
  for (const auto& [name, value] : settings) text.append(name).append("=").append(value) += '\n';
  write_private(file, text);
}

void write_lines(const std::filesystem::path& file, const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text.append(line) += '\n';
  write_private(file, text);
}

void write_private(const std::filesystem::path& file, const std::string& text) {
  const auto fresh = file.string() + ".new";
  create_private(fresh);
  std::ofstream out{fresh};
  if (!(out << text).flush()) throw CannotStart{fresh + ": can't be written"};
  std::filesystem::rename(fresh, file);
}

}  // namespace platform::stack
