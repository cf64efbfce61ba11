#pragma once

/// A trip that is being measured: its meter, and how far the driver's trail is read into it. Pure:
/// what the tables and the trails hold comes as an argument, and so does the time.

#include <cstdint>
#include <optional>

#include "domain/ride/meter.hpp"
#include "services/location/trail.hpp"

namespace services::location {

struct Trip {
  domain::RideId ride_id;
  domain::DriverId driver_id;
  domain::PassengerId passenger_id;
  /// Whose numbers the meter goes by; empty until the first reading.
  std::optional<domain::SessionId> session_id;
  std::optional<base::Instant> completed_at;
  domain::ride::Meter meter;
  bool closed = false;       ///< Nothing more will be billed.
  std::int64_t version = 0;  ///< Of the row that it was read from.
};

struct ReadingRules {
  domain::ride::MeterRules meter;
  /// How long a fix waits for those that are missing before it. Then the way is straight there.
  std::chrono::milliseconds gap_wait;
};

/// The trip with everything read that can be read at `now`.
Trip read_on(Trip trip, const Trails& trails, const ReadingRules& rules, base::Instant now);

/// Whether the trip has ended and nothing more will be billed.
bool is_final(const Trip& trip, const ReadingRules& rules, base::Instant now);

/// Whether the meter has read the trip to the phone's last number of it.
bool is_complete(const Trip& trip);

}  // namespace services::location
