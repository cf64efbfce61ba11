#include "platform/config/keys.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace platform::config {
namespace {

bool is_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  // Two underscores are a dot in the name of an environment variable.
  return !name.empty() && name.find("__") == name.npos && std::ranges::all_of(name, allowed);
}

bool is_duration(const Target& target) {
  return std::holds_alternative<std::chrono::milliseconds*>(target);
}

std::string joined(std::string_view path, std::string_view name) {
  return std::string{path} + '.' + std::string{name};
}

}  // namespace

Section Section::section(std::string_view name, std::string_view help) const {
  return keys_->section(joined(path_, name), help);
}

Section& Section::add(std::string_view name, Target target, std::string_view help, Limits limits,
                      bool secret) {
  NEBENGJEK_ASSERT(is_name(name));
  NEBENGJEK_ASSERT(!is_duration(target) || name.ends_with("_ms"));
  auto path = joined(path_, name);
  NEBENGJEK_ASSERT(std::ranges::find(keys_->keys_, path, &Key::path) == keys_->keys_.end());
  keys_->keys_.push_back({.path = std::move(path),
                          .help = std::string{help},
                          .target = target,
                          .limits = limits,
                          .secret = secret});
  return *this;
}

Section Keys::section(std::string_view name, std::string_view help) {
  sections_.push_back({.path = std::string{name}, .help = std::string{help}});
  return {*this, std::string{name}};
}

}  // namespace platform::config
