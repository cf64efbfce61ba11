#pragma once

/// The frames that wait for a socket's writer, in order. Bounded, and without I/O.

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace platform::ws {

class Outbox {
 public:
  explicit Outbox(std::size_t frames_max) : frames_max_(frames_max) {}

  /// False when it is full.
  bool push(std::string text);

  /// Takes the place of the waiting frame of the same slot, if there is one. False when full.
  bool push_latest(std::string_view slot, std::string text);

  std::optional<std::string> pop();
  void clear() { frames_.clear(); }
  bool empty() const { return frames_.empty(); }

 private:
  struct Frame {
    std::string slot;  ///< Empty: a frame that must arrive.
    std::string text;
  };

  std::size_t frames_max_;
  std::deque<Frame> frames_;
};

}  // namespace platform::ws
