#pragma once

/// A body in chunks, decoded without I/O. Extensions and trailers are read past, within a bound.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "platform/http/fault.hpp"

namespace platform::http {

class ChunkedBody {
 public:
  explicit ChunkedBody(std::size_t body_max_bytes) : body_max_bytes_(body_max_bytes) {}

  /// Takes what it can from the beginning of `received` and says how many bytes that was; what it
  /// left belongs in front of what arrives next.
  std::expected<std::size_t, Fault> take(std::string_view received);

  bool complete() const { return state_ == State::complete; }
  std::string& body() { return body_; }

 private:
  enum class State : std::uint8_t { size, data, data_end, trailer, complete };
  using Taken = std::expected<std::size_t, Fault>;

  Taken take_one(std::string_view received);
  Taken take_size(std::string_view received);
  Taken take_data(std::string_view received);
  Taken take_data_end(std::string_view received);
  Taken take_trailer(std::string_view received);

  std::size_t body_max_bytes_;
  State state_ = State::size;
  std::size_t chunk_left_ = 0;
  std::size_t trailer_bytes_ = 0;
  std::string body_;
};

}  // namespace platform::http
