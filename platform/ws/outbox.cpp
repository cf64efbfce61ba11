#include "platform/ws/outbox.hpp"

#include <algorithm>
#include <utility>

namespace platform::ws {

bool Outbox::push(std::string text) {
  if (frames_.size() >= frames_max_) return false;
  frames_.push_back({{}, std::move(text)});
  return true;
}

bool Outbox::push_latest(std::string_view slot, std::string text) {
  const auto waiting = std::ranges::find(frames_, slot, &Frame::slot);
  if (waiting != frames_.end()) {
    waiting->text = std::move(text);
    return true;
  }
  if (!push(std::move(text))) return false;
  frames_.back().slot = slot;
  return true;
}

std::optional<std::string> Outbox::pop() {
  if (frames_.empty()) return {};
  auto text = std::move(frames_.front().text);
  frames_.pop_front();
  return text;
}

}  // namespace platform::ws
