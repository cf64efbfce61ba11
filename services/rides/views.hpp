#pragma once

/// What people are shown of a ride.

#include "contracts/rides.hpp"
#include "domain/rejection.hpp"
#include "services/rides/ports.hpp"

namespace services::rides {

/// With the PIN, until the ride starts: hide it from all but the passenger by
/// contracts::as_seen_by.
contracts::RideView view_of(const RideRecord& record);

/// Without the PIN.
contracts::StaffRide staff_view_of(const RideRecord& record);

contracts::PaymentView view_of(const domain::ride::Payment& payment);

/// What the passenger is charged for, line by line: the trip, or a cancellation that was not free.
/// Refuses with fare_not_final, and with not_payable what was cancelled for nothing.
domain::Outcome<contracts::Receipt> receipt_of(const RideRecord& record);

}  // namespace services::rides
