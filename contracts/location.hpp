#pragma once

/// What location promises to the other services, and how positions travel.

#include <vector>

#include "contracts/values.hpp"

namespace contracts {

/// One fix of a phone, as the phone sends it.
struct Fix {
  double latitude = 0;
  double longitude = 0;
  base::Instant at;
  std::int64_t sequence = 0;         ///< Strictly rising per session; from 1.
  std::optional<double> accuracy_m;  ///< Radius of 68 % confidence.
  std::optional<double> speed_mps;
  std::optional<double> heading;  ///< Degrees clockwise from north, [0, 360).
};
BOOST_DESCRIBE_STRUCT(Fix, (), (latitude, longitude, at, sequence, accuracy_m, speed_mps, heading))
void check(const Fix& fix, base::json::Check& check);

/// Frame "position.report": one fix, or the points that a phone has buffered, oldest first.
struct ReportPositions {
  /// So many fit a frame of 16 KB, with all their fields and however many digits.
  static constexpr std::size_t fixes_max = 64;
  std::vector<Fix> fixes;
};
BOOST_DESCRIBE_STRUCT(ReportPositions, (), (fixes))
void check(const ReportPositions& report, base::json::Check& check);

/// A fix with whose it is, as the edge vouches from the token.
struct UserFix {
  domain::UserId user_id;
  domain::SessionId session_id;
  std::optional<domain::VehicleType> vehicle_type;  ///< Set for drivers.
  Fix fix;
};
BOOST_DESCRIBE_STRUCT(UserFix, (), (user_id, session_id, vehicle_type, fix))

/// Signal `subjects::positions`.
struct PositionBatch {
  std::vector<UserFix> fixes;
};
BOOST_DESCRIBE_STRUCT(PositionBatch, (), (fixes))

struct FindDrivers {
  double latitude = 0;
  double longitude = 0;
  double radius_m = 1000;
  domain::VehicleType vehicle_type = domain::VehicleType::motorcycle;
  int limit = 64;  ///< 1 to 500.
};
BOOST_DESCRIBE_STRUCT(FindDrivers, (), (latitude, longitude, radius_m, vehicle_type, limit))
void check(const FindDrivers& request, base::json::Check& check);

struct FoundDriver {
  domain::DriverId driver_id;
  double latitude = 0;
  double longitude = 0;
  double metres = 0;  ///< Great-circle distance from the point asked about.
  std::int64_t age_ms = 0;
  std::optional<double> heading;
};
BOOST_DESCRIBE_STRUCT(FoundDriver, (), (driver_id, latitude, longitude, metres, age_ms, heading))

/// Nearest first; drivers silent for longer than the staleness bound are not among them.
struct FoundDrivers {
  std::vector<FoundDriver> drivers;
};
BOOST_DESCRIBE_STRUCT(FoundDrivers, (), (drivers))

struct WhereIs {
  std::vector<domain::UserId> user_ids;
};
BOOST_DESCRIBE_STRUCT(WhereIs, (), (user_ids))

struct LastPosition {
  domain::UserId user_id;
  double latitude = 0;
  double longitude = 0;
  std::int64_t age_ms = 0;
  double accuracy_m = 0;
};
BOOST_DESCRIBE_STRUCT(LastPosition, (), (user_id, latitude, longitude, age_ms, accuracy_m))

/// Those that are known and not stale.
struct LastPositions {
  std::vector<LastPosition> positions;
};
BOOST_DESCRIBE_STRUCT(LastPositions, (), (positions))

/// Signal `subjects::meters`: a running trip's meter after each advance.
struct MeterReading {
  domain::RideId ride_id;
  domain::DriverId driver_id;
  domain::PassengerId passenger_id;
  double metres = 0;
  std::int64_t metered_through = 0;  ///< The last sequence that counted: the phone may drop it.
};
BOOST_DESCRIBE_STRUCT(MeterReading, (), (ride_id, driver_id, passenger_id, metres, metered_through))
void check(const MeterReading& reading, base::json::Check& check);

/// Asked by rides: how far is a trip metered, when its driver is silent?
struct ReadMeter {
  domain::RideId ride_id;
};
BOOST_DESCRIBE_STRUCT(ReadMeter, (), (ride_id))

struct TripMeter {
  double metres = 0;
  std::int64_t metered_through = 0;  ///< The last sequence that was read.
};
BOOST_DESCRIBE_STRUCT(TripMeter, (), (metres, metered_through))

/// Empty while no trip of that id is known.
struct TripMeters {
  std::vector<TripMeter> meters;
};
BOOST_DESCRIBE_STRUCT(TripMeters, (), (meters))

}  // namespace contracts
