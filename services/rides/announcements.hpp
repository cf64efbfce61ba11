#pragma once

/// What the domain calls an event, and what the world is told.

#include "contracts/events.hpp"
#include "domain/ride/lifecycle.hpp"
#include "domain/ride/payment.hpp"

namespace services::rides {

using RideEventKind = contracts::EventKind<contracts::RideChanged>;

const RideEventKind& announcement_of(domain::ride::RideEvent event);
const RideEventKind& announcement_of(domain::ride::PaymentEvent event);

}  // namespace services::rides
