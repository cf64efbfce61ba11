#include "platform/telemetry/trace.hpp"

#include <algorithm>
#include <cstddef>

namespace platform::telemetry {
namespace {

// version "-" trace id "-" span id "-" flags
constexpr std::size_t trace_id_at = 3;
constexpr std::size_t span_id_at = 36;
constexpr std::size_t flags_at = 53;
constexpr std::size_t version_00_size = 55;
constexpr std::uint8_t sampled_flag = 1;

constexpr std::string_view hex_digits = "0123456789abcdef";

std::string hex(std::span<const std::uint8_t> bytes) {
  std::string text;
  text.reserve(2 * bytes.size());
  for (const auto byte : bytes) {
    text += hex_digits[byte >> 4];
    text += hex_digits[byte & 15];
  }
  return text;
}

/// Fills `bytes` from the hex digits at the front of `text`.
bool read_hex(std::string_view text, std::span<std::uint8_t> bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto high = hex_digits.find(text[2 * i]);
    const auto low = hex_digits.find(text[2 * i + 1]);
    if (high == text.npos || low == text.npos) return false;
    bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return true;
}

bool is_zero(std::span<const std::uint8_t> bytes) {
  return std::ranges::all_of(bytes, [](auto byte) { return byte == 0; });
}

bool has_known_shape(std::string_view text, std::uint8_t version) {
  if (version == 0xff) return false;
  if (text.size() == version_00_size) return true;
  return version > 0 && text[version_00_size] == '-';
}

}  // namespace

TraceContext TraceContext::start(std::span<const std::uint8_t, random_size> random, bool sampled) {
  TraceContext context{.sampled = sampled};
  std::ranges::copy(random.first<16>(), context.trace_id.begin());
  std::ranges::copy(random.last<span_id_size>(), context.span_id.begin());
  return context;
}

TraceContext TraceContext::child(std::span<const std::uint8_t, span_id_size> random) const {
  TraceContext context = *this;
  std::ranges::copy(random, context.span_id.begin());
  return context;
}

std::string TraceContext::trace_id_text() const { return hex(trace_id); }

std::string TraceContext::span_id_text() const { return hex(span_id); }

std::string TraceContext::traceparent() const {
  return "00-" + trace_id_text() + '-' + span_id_text() + (sampled ? "-01" : "-00");
}

std::optional<TraceContext> parse_traceparent(std::string_view text) {
  if (text.size() < version_00_size) return {};
  if (text[2] != '-' || text[span_id_at - 1] != '-' || text[flags_at - 1] != '-') return {};
  TraceContext context;
  std::uint8_t version = 0;
  std::uint8_t flags = 0;
  const bool is_hex = read_hex(text, {&version, 1}) &&
                      read_hex(text.substr(trace_id_at), context.trace_id) &&
                      read_hex(text.substr(span_id_at), context.span_id) &&
                      read_hex(text.substr(flags_at), {&flags, 1});
  if (!is_hex || !has_known_shape(text, version)) return {};
  if (is_zero(context.trace_id) || is_zero(context.span_id)) return {};
  context.sampled = (flags & sampled_flag) != 0;
  return context;
}

}  // namespace platform::telemetry
