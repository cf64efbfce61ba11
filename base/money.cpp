#include "base/money.hpp"

#include <array>
#include <utility>

namespace base {
namespace {

constexpr std::array currencies{
    std::pair{Currency::idr, std::string_view{"IDR"}},
    std::pair{Currency::usd, std::string_view{"USD"}},
};

}  // namespace

std::string_view code(Currency currency) {
  for (const auto& [value, iso_code] : currencies) {
    if (value == currency) return iso_code;
  }
  NEBENGJEK_UNREACHABLE("a currency without a row");
}

std::optional<Currency> parse_currency(std::string_view iso_code) {
  for (const auto& [value, text] : currencies) {
    if (text == iso_code) return value;
  }
  return {};
}

std::string to_string(Money money) {
  return std::string{code(money.currency)} + ' ' + std::to_string(money.amount);
}

}  // namespace base
