#include "domain/identity/driver.hpp"

namespace domain::identity {
namespace {

constexpr std::string_view separators = " .-";

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }
constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

Outcome<DriverStatus> decide(DriverStatus status, DriverCommand command) {
  for (const auto& step : driver_steps) {
    if (step.from == status && step.command == command) return step.to;
  }
  return rejected(Rejection::illegal_transition);
}

Outcome<void> check_may_drive(DriverStatus status) {
  switch (status) {
    case DriverStatus::approved: return {};
    case DriverStatus::suspended: return rejected(Rejection::driver_suspended);
    case DriverStatus::pending:
    case DriverStatus::rejected: break;
  }
  return domain::rejected(Rejection::driver_not_approved);
}

bool acts_as_driver(DriverStatus status) {
  return status == DriverStatus::approved || status == DriverStatus::suspended;
}

std::optional<std::string> normalised_plate(std::string_view text) {
  constexpr std::size_t size_min = 2;
  constexpr std::size_t size_max = 12;
  std::string plate;
  bool has_digit = false;
  bool has_letter = false;
  for (const char c : text) {
    if (separators.contains(c)) continue;
    plate += upper(c);
    if (!is_digit(plate.back()) && !is_letter(plate.back())) return {};
    (is_digit(plate.back()) ? has_digit : has_letter) = true;
  }
  if (plate.size() < size_min || plate.size() > size_max || !has_digit || !has_letter) return {};
  return plate;
}

}  // namespace domain::identity
