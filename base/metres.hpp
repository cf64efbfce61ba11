#pragma once

#include <compare>

namespace base {

/// A distance on the ground. Never negative in a total; a difference may be.
struct Metres {
  double value = 0;

  friend constexpr auto operator<=>(Metres, Metres) = default;
  friend constexpr Metres operator+(Metres a, Metres b) { return {a.value + b.value}; }
  friend constexpr Metres operator-(Metres a, Metres b) { return {a.value - b.value}; }
  constexpr Metres& operator+=(Metres other) {
    value += other.value;
    return *this;
  }
};

}  // namespace base
