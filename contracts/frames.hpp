#pragma once

/// WebSocket frames. In: {"type","id","data"}. Out: {"type":"ack"|"error","id","data"} to one that
/// came in; {"type","n","data"} for a change of the user's snapshot, where the type is the event's
/// and the data is the whole document; {"type","data"} for what is momentary.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "contracts/values.hpp"

namespace contracts {

struct FrameIn {
  std::string type;
  std::optional<std::string> id;  ///< Echoed in the answer; also the Idempotency-Key. At most 64.
  std::optional<boost::json::value> data;
};
BOOST_DESCRIBE_STRUCT(FrameIn, (), (type, id, data))
void check(const FrameIn& frame, base::json::Check& check);

struct FrameOut {
  std::string type;
  std::optional<std::string> id;
  std::optional<std::int64_t> n;
  std::optional<boost::json::value> data;
};
BOOST_DESCRIBE_STRUCT(FrameOut, (), (type, id, n, data))

/// Signal `subjects::user`: what an edge puts into its user's socket as it is. Frames with a slot
/// replace an unsent one of the same slot.
struct UserFrame {
  FrameOut frame;
  std::optional<std::string> slot;
};
BOOST_DESCRIBE_STRUCT(UserFrame, (), (frame, slot))

/// Signal `subjects::session_changed`: the session has ended, or has a newer socket, whose name
/// this is, so that every other socket of the session closes.
struct SessionChanged {
  std::optional<std::string> newer_socket;
};
BOOST_DESCRIBE_STRUCT(SessionChanged, (), (newer_socket))

/// Momentary frames to a user.
namespace frames {

inline constexpr std::string_view ack = "ack";
inline constexpr std::string_view error = "error";
inline constexpr std::string_view snapshot = "snapshot";  ///< Snapshot; after connecting.
inline constexpr std::string_view degraded = "degraded";  ///< Degraded; when that changes.
inline constexpr std::string_view driver_position = "driver.position";   ///< DriverPosition
inline constexpr std::string_view running_fare = "fare.running";         ///< RunningFare
inline constexpr std::string_view metered = "trip.metered";              ///< Metered
inline constexpr std::string_view renew_token = "token.renew";           ///< In: RenewToken
inline constexpr std::string_view report_positions = "position.report";  ///< In: ReportPositions

}  // namespace frames

/// To the passenger, from acceptance to the end of the ride.
struct DriverPosition {
  domain::RideId ride_id;
  double latitude = 0;
  double longitude = 0;
  std::optional<double> heading;
  base::Instant at;
};
BOOST_DESCRIBE_STRUCT(DriverPosition, (), (ride_id, latitude, longitude, heading, at))

/// To both, while the trip is under way.
struct RunningFare {
  domain::RideId ride_id;
  double metres = 0;
  base::Money fare;
};
BOOST_DESCRIBE_STRUCT(RunningFare, (), (ride_id, metres, fare))

/// To the driver's phone: points up to this sequence need not be kept.
struct Metered {
  domain::RideId ride_id;
  std::int64_t metered_through = 0;
};
BOOST_DESCRIBE_STRUCT(Metered, (), (ride_id, metered_through))

/// What is out of reach, so that what depends on it stands still: services and stores by name.
struct Degraded {
  std::vector<std::string> away;  ///< Empty: all is back.
};
BOOST_DESCRIBE_STRUCT(Degraded, (), (away))

struct RenewToken {
  std::string access_token;
};
BOOST_DESCRIBE_STRUCT(RenewToken, (), (access_token))

}  // namespace contracts
