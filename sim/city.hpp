#pragma once

/// A city for a while: drivers and passengers who know the backend by its public API alone, what
/// they share, and what they were told.

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "contracts/operations.hpp"
#include "platform/http/client.hpp"
#include "sim/behaviour.hpp"
#include "sim/dice.hpp"
#include "sim/journal.hpp"
#include "sim/samples.hpp"
#include "sim/traffic.hpp"

namespace sim {

class Agent;

struct CityPlan {
  std::vector<std::string> edges;  ///< Where the API is served: "http://127.0.0.1:8080".
  int drivers = 50;
  int passengers = 50;
  std::chrono::milliseconds duration{120'000};  ///< In which passengers set out on trips.
  /// How long, after that, rides under way may take to end.
  std::chrono::milliseconds drain_limit{90'000};
  std::uint64_t seed = 1;

  domain::geo::Point middle{.latitude = -6.1754, .longitude = 106.8272};  ///< Monas, Jakarta.
  double radius_m = 1'200;
  double trip_min_m = 300;
  /// Life here is so many times as fast as outside: traffic of 45 km/h then looks like 135 km/h. At
  /// more than 4.4 the backend takes drivers for jumping and bills nothing.
  double pace = 3;
  Behaviour behaviour;
};

/// Thrown in the people of a city whose time is up.
struct CityEnded : std::runtime_error {
  CityEnded() : std::runtime_error{"the city's time is up"} {}
};

/// For who watches a run: counted as phones notice it.
struct Sights {
  std::int64_t requested = 0;
  std::int64_t matched = 0;
  std::int64_t paid = 0;
  std::int64_t cancelled = 0;
  std::int64_t reconnects = 0;
  /// How sockets ended that were opened again, by close code; 0: a try to open one that failed.
  std::map<std::uint16_t, std::int64_t> closed_with;
  std::int64_t gaps = 0;     ///< Frames that were missing: each took a document anew.
  std::int64_t unheard = 0;  ///< Documents that were newer when a phone looked by itself.
};

/// What the backend answered, at the end, when each was asked what has become of it.
struct Findings {
  std::set<domain::UserId> told_by;  ///< Who has told all there is to be known of their requests.
  std::map<domain::RequestId, contracts::RequestView> requests;
  std::map<domain::RideId, contracts::RideView> rides;
  std::map<domain::RideId, contracts::Receipt> receipts;
  std::map<domain::DriverId, base::Money> balances;
};

class City {
 public:
  City(platform::runtime::Runtime& runtime, CityPlan plan);
  ~City();
  City(const City&) = delete;
  City& operator=(const City&) = delete;

  /// Opens the city, and returns when everybody has gone home. Once. When it is cancelled,
  /// everybody switches off where they are.
  awaitable<void> live();

  /// No new trips from now on.
  void close();
  bool is_closing() const;
  /// Everybody is logged in and about.
  bool has_settled() const { return settled_ == people_.size(); }
  bool has_ended() const { return at_home_ == people_.size(); }
  /// Since it opened.
  std::chrono::milliseconds age() const;

  // For the people.

  const CityPlan& plan() const { return plan_; }
  platform::runtime::Runtime& runtime() { return runtime_; }
  platform::http::Client& http() { return *http_; }
  double speed_kmh() const;
  domain::geo::Point somewhere(Dice& dice) const;
  domain::geo::Point somewhere_else(Dice& dice, domain::geo::Point from) const;
  /// A mobile number that hardly anybody has used.
  std::string new_msisdn() const;
  /// Throws CityEnded when rides have had all the time that they get.
  void check_time() const;

  void settled() { ++settled_; }
  void passenger_left() { --passengers_about_; }
  void went_home() { ++at_home_; }
  bool has_passengers() const { return passengers_about_ > 0; }

  /// What passengers have told their drivers, face to face.
  std::map<domain::RideId, std::string> pins;

  Journal journal;
  Traffic traffic;
  Samples waiting;  ///< From the request to the driver.
  Sights sights;
  Findings findings;

 private:
  platform::runtime::Runtime& runtime_;
  CityPlan plan_;
  std::unique_ptr<platform::http::Client> http_;
  std::vector<std::unique_ptr<Agent>> people_;
  base::Instant opened_at_;
  base::Instant closes_at_;
  std::size_t settled_ = 0;
  std::size_t at_home_ = 0;
  int passengers_about_ = 0;
};

}  // namespace sim
