#include "platform/http/chunked_body.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/assert.hpp"
#include "platform/http/fields.hpp"

namespace platform::http {
namespace {

constexpr std::size_t size_line_max_bytes = 256;
constexpr std::size_t trailer_max_bytes = 2'048;
constexpr std::size_t size_digits_max = 8;

using Failed = std::unexpected<Fault>;

/// The line at the beginning of `received` with its CRLF: nothing while it is incomplete.
std::expected<std::optional<std::string_view>, Fault> line_of(std::string_view received,
                                                              std::size_t max_bytes) {
  const auto end = std::min(received.find('\n'), received.size());
  if (end > max_bytes || !has_only_crlf(received.substr(0, end + 1)))
    return Failed(faults::malformed_body);
  if (end == received.size()) return std::nullopt;
  return received.substr(0, end + 1);
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; }

/// Reads "1f", "1f;name=value".
std::optional<std::size_t> parse_size(std::string_view line) {
  const auto digits = line.substr(0, line.find(';'));
  const auto extension = line.substr(digits.size());
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), size, 16);
  if (error != std::errc{} || end != digits.end() || digits.size() > size_digits_max) return {};
  if (std::ranges::any_of(extension, is_control)) return {};
  return size;
}

}  // namespace

std::expected<std::size_t, Fault> ChunkedBody::take(std::string_view received) {
  std::size_t total = 0;
  while (!complete() && total < received.size()) {
    const auto taken = take_one(received.substr(total));
    if (!taken) return taken;
    if (*taken == 0) break;
    total += *taken;
  }
  return total;
}

ChunkedBody::Taken ChunkedBody::take_one(std::string_view received) {
  switch (state_) {
    case State::size: return take_size(received);
    case State::data: return take_data(received);
    case State::data_end: return take_data_end(received);
    case State::trailer: return take_trailer(received);
    case State::complete: return 0;
  }
  NEBENGJEK_UNREACHABLE("a chunked body's state");
}

ChunkedBody::Taken ChunkedBody::take_size(std::string_view received) {
  const auto line = line_of(received, size_line_max_bytes);
  if (!line) return Failed(line.error());
  if (!*line) return 0;
  const auto size = parse_size((*line)->substr(0, (*line)->size() - 2));
  if (!size) return Failed(faults::malformed_body);
  if (*size > body_max_bytes_ - body_.size()) return Failed(faults::body_too_large);
  chunk_left_ = *size;
  state_ = *size == 0 ? State::trailer : State::data;
  return (*line)->size();
}

ChunkedBody::Taken ChunkedBody::take_data(std::string_view received) {
  const auto data = received.substr(0, chunk_left_);
  body_ += data;
  chunk_left_ -= data.size();
  if (chunk_left_ == 0) state_ = State::data_end;
  return data.size();
}

ChunkedBody::Taken ChunkedBody::take_data_end(std::string_view received) {
  if (!std::string_view{"\r\n"}.starts_with(received.substr(0, 2)))
    return Failed(faults::malformed_body);
  if (received.size() < 2) return 0;
  state_ = State::size;
  return 2;
}

ChunkedBody::Taken ChunkedBody::take_trailer(std::string_view received) {
  const auto line = line_of(received, trailer_max_bytes - trailer_bytes_);
  if (!line) return Failed(line.error());
  if (!*line) return 0;
  trailer_bytes_ += (*line)->size();
  if (trailer_bytes_ > trailer_max_bytes) return Failed(faults::malformed_body);
  if (**line == "\r\n") {
    state_ = State::complete;
  } else if (!parse_fields(**line)) {
    return Failed(faults::malformed_body);
  }
  return (*line)->size();
}

}  // namespace platform::http
