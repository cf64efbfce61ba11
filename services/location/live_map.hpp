#pragma once

/// Where everybody is now, in memory: every instance follows all positions, and answers from here.
/// On one thread.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>

#include <boost/describe/enum.hpp>

#include "contracts/location.hpp"
#include "domain/geo/spatial_index.hpp"
#include "services/location/config.hpp"
#include "services/location/sighting.hpp"

namespace services::location {

/// What a sighting was good for.
enum class Use : std::uint8_t {
  moved,       ///< It moved its user on the map.
  kept,        ///< True, but too old, too inexact or too sudden to find anybody by.
  invalid,     ///< No phone can mean it.
  replayed,    ///< Its sequence has been passed.
  impossible,  ///< Faster than any flight: dropped as if it had never come.
};
BOOST_DESCRIBE_ENUM(Use, moved, kept, invalid, replayed, impossible)

/// A driver on the map.
struct Whereabouts {
  domain::geo::Point point;
  domain::VehicleType vehicle = domain::VehicleType::motorcycle;
  base::Instant seen_at;
};

class LiveMap {
 public:
  explicit LiveMap(const LocationConfig& config);

  /// Judges the sighting by domain/geo/track.hpp and moves its user where it may.
  Use note(const Sighting& sighting);

  /// Puts a driver where somebody else has seen him, unless he has been seen here.
  void seed(domain::DriverId driver, const Whereabouts& where);

  /// Nearest first, without the silent.
  contracts::FoundDrivers find_drivers(const contracts::FindDrivers& question,
                                       base::Instant now) const;

  /// Without the silent and the unknown.
  contracts::LastPositions where_is(const contracts::WhereIs& question, base::Instant now) const;

  std::optional<Whereabouts> find_driver(domain::DriverId driver) const;

  /// Calls `visit(driver)` for each driver on the map.
  template <class Visit>
  void for_each_driver(Visit&& visit) const {
    for (const auto& [user, place] : places_) {
      if (place.vehicle) visit(user);
    }
  }

  /// Gives the memory of the silent back. Their last sequences are remembered for as long as a
  /// replayed fix could still pass for a new one.
  void forget_silent(base::Instant now);

 private:
  /// The last position kept of a session.
  struct Track {
    domain::geo::Position last;
    base::Instant received_at;
  };
  struct Place {
    domain::geo::Point point;
    base::Instant at;       ///< By the phone's clock, but not after it came in.
    base::Instant seen_at;  ///< When it came in.
    double accuracy_m = 0;
    std::optional<double> heading;
    std::optional<domain::VehicleType> vehicle;
  };
  using Index = domain::geo::SpatialIndex<domain::DriverId, base::Instant>;

  Use judge(const Sighting& sighting);
  void move(domain::UserId user, const Place& place);
  void remove_from_index(domain::UserId user, const Place& place);
  bool is_silent(base::Instant seen_at, base::Instant now) const;

  std::chrono::milliseconds staleness_;
  std::chrono::milliseconds memory_;
  domain::geo::TrackRules rules_;
  std::unordered_map<domain::SessionId, Track> tracks_;
  std::unordered_map<domain::UserId, Place> places_;
  std::map<domain::VehicleType, Index> drivers_;
};

}  // namespace services::location
