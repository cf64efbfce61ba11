#pragma once

/// Who may drive. A user applies with a vehicle; an operator decides.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/describe/enum.hpp>

#include "domain/rejection.hpp"

namespace domain::identity {

enum class DriverStatus : std::uint8_t { pending, approved, rejected, suspended };
BOOST_DESCRIBE_ENUM(DriverStatus, pending, approved, rejected, suspended)

enum class DriverCommand : std::uint8_t { approve, reject, suspend, reinstate, apply_again };
BOOST_DESCRIBE_ENUM(DriverCommand, approve, reject, suspend, reinstate, apply_again)

struct DriverStep {
  DriverStatus from;
  DriverCommand command;
  DriverStatus to;
};

/// Every legal step is one row. All are the operator's but apply_again, which is the driver's.
// clang-format off
inline constexpr DriverStep driver_steps[] = {
    {DriverStatus::pending,   DriverCommand::approve,     DriverStatus::approved},
    {DriverStatus::pending,   DriverCommand::reject,      DriverStatus::rejected},
    {DriverStatus::approved,  DriverCommand::suspend,     DriverStatus::suspended},
    {DriverStatus::rejected,  DriverCommand::apply_again, DriverStatus::pending},
    {DriverStatus::suspended, DriverCommand::reinstate,   DriverStatus::approved},
};
// clang-format on

/// The status after `command`, or illegal_transition.
Outcome<DriverStatus> decide(DriverStatus status, DriverCommand command);

/// Nothing for an approved driver; else driver_suspended or driver_not_approved.
Outcome<void> check_may_drive(DriverStatus status);

/// Whether a user is a driver at all: a suspended one is too, since he may finish his ride.
bool acts_as_driver(DriverStatus status);

/// A licence plate as it is compared and stored: upper case, without spaces, dots and dashes.
/// "b 1234-xyz" is "B1234XYZ". Empty unless 2 to 12 letters A-Z and digits remain, one of each at
/// least.
std::optional<std::string> normalised_plate(std::string_view text);

}  // namespace domain::identity
