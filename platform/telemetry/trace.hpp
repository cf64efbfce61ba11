#pragma once

/// W3C Trace Context, level 1: which request a piece of work belongs to, carried from process to
/// process in the header or column `traceparent`.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace platform::telemetry {

struct TraceContext {
  static constexpr std::size_t span_id_size = 8;
  static constexpr std::size_t random_size = 24;

  std::array<std::uint8_t, 16> trace_id{};
  std::array<std::uint8_t, span_id_size> span_id{};
  bool sampled = false;

  friend bool operator==(const TraceContext&, const TraceContext&) = default;

  /// The first span of a new trace. The caller brings the randomness.
  static TraceContext start(std::span<const std::uint8_t, random_size> random, bool sampled);

  /// A span of the same trace, sampled as its parent is. `random` becomes its id.
  TraceContext child(std::span<const std::uint8_t, span_id_size> random) const;

  /// 32 lower-case hex digits.
  std::string trace_id_text() const;
  /// 16 lower-case hex digits.
  std::string span_id_text() const;
  /// "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
  std::string traceparent() const;
};

/// Reads a traceparent of version 00, or the part that version 00 knows of a later one. Empty on
/// anything else, which includes upper case, ids of zeros, and version ff.
std::optional<TraceContext> parse_traceparent(std::string_view text);

}  // namespace platform::telemetry
