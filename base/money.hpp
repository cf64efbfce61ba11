#pragma once

/// Money is a whole number of the smallest unit in use: rupiah for IDR, cents for USD. There is no
/// floating point in it anywhere.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/assert.hpp"

namespace base {

enum class Currency : std::uint8_t { idr, usd };

/// ISO 4217 code: "IDR".
std::string_view code(Currency currency);
std::optional<Currency> parse_currency(std::string_view iso_code);

struct Money {
  std::int64_t amount = 0;
  Currency currency = Currency::idr;

  friend constexpr bool operator==(Money, Money) = default;

  /// Sums and differences are of one currency; mixing them, or leaving 64 bits, is a bug of ours.
  friend Money operator+(Money a, Money b) { return combine(a, b, &add); }
  friend Money operator-(Money a, Money b) { return combine(a, b, &subtract); }
  friend bool operator<(Money a, Money b) {
    NEBENGJEK_ASSERT(a.currency == b.currency);
    return a.amount < b.amount;
  }

 private:
  using Checked = bool (*)(std::int64_t, std::int64_t, std::int64_t*);
  static bool add(std::int64_t a, std::int64_t b, std::int64_t* sum) {
    return __builtin_add_overflow(a, b, sum);
  }
  static bool subtract(std::int64_t a, std::int64_t b, std::int64_t* difference) {
    return __builtin_sub_overflow(a, b, difference);
  }
  static Money combine(Money a, Money b, Checked operation) {
    NEBENGJEK_ASSERT(a.currency == b.currency);
    Money result{.amount = 0, .currency = a.currency};
    const bool overflow = operation(a.amount, b.amount, &result.amount);
    NEBENGJEK_ASSERT(!overflow);
    return result;
  }
};

/// "IDR 12000", for logs and messages to people.
std::string to_string(Money money);

}  // namespace base
