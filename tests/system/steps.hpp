#pragma once

/// The steps of a ride, for tests about something else: each is done as a phone would, and throws
/// when it is refused or nothing comes of it.

#include "tests/system/city.hpp"

namespace tests::system {

/// Registers as the driver of a motorcycle. Returns when match, too, knows of the approval, and has
/// switched the beacon off.
awaitable<void> register_driver(Phone& phone, std::string plate);

/// Asks for a ride on a motorcycle.
awaitable<domain::RequestId> request_ride(Phone& passenger, Point pickup, Point destination);

/// Waits until the driver is asked about the request.
awaitable<domain::MatchId> proposal_of(Phone& driver, domain::RequestId request);

/// Waits until `phone` shows the ride in this state.
awaitable<void> until_ride(Phone& phone, domain::RideId ride, domain::ride::RideState state);

/// Requested, proposed, accepted; both phones show the ride.
awaitable<domain::RideId> match(Phone& passenger, Phone& driver, Point pickup, Point destination);

/// The driver goes to the pickup, and the passenger sees it.
awaitable<void> drive_up(Phone& passenger, Phone& driver, Point pickup);

/// Waits until the phone's socket is closed from the other side.
awaitable<void> until_socket_closes(Phone& phone);

/// Waits until the phone's socket is closed because its session has ended.
awaitable<void> until_session_ends(Phone& phone);

/// That, and until its token is refused.
awaitable<void> until_logged_out(Phone& phone);

/// Waits until the phone is told of a fare for so many metres, give or take one.
awaitable<void> until_metered(Phone& phone, double metres);

/// The driver has arrived, and starts with the passenger's PIN.
awaitable<void> set_out(Phone& passenger, Phone& driver, domain::RideId ride);

/// Matched, arrived and under way.
awaitable<domain::RideId> begin_ride(Phone& passenger, Phone& driver, Point pickup,
                                     Point destination);

/// Ends the trip where the driver is; returns the ride with its final fare.
awaitable<contracts::RideView> complete_ride(Phone& driver, domain::RideId ride, double adjustment);

}  // namespace tests::system
