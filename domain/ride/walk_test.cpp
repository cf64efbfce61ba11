// A random walk through the lives of rides, a million steps from one seed: whatever anybody tries
// at whatever moment, the decisions are those of a second model that shares no line with them. It
// knows no table and no order of rows; it says in plain ifs what each side was promised.

#include <cstdint>
#include <optional>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "domain/ride/lifecycle.hpp"
#include "tests/support/scenario.hpp"

namespace domain::ride {
namespace {

using namespace std::chrono_literals;
using tests::support::id_of;

constexpr int steps_count = 1'000'000;
constexpr std::uint32_t seed = 20'260'301;

constexpr geo::Point pickup{-6.2, 106.8};
const auto passenger = id_of<UserId>(1);
const auto stranger = id_of<UserId>(9);
constexpr auto first_driver = 2;

geo::Point north_of_pickup(double metres) {
  return {pickup.latitude + metres / 111'195.08, pickup.longitude};
}

/// What somebody tries, with all that it may depend on.
struct Try {
  enum class What : std::uint8_t {
    arrive,
    start,
    complete,
    no_show,
    cancel,
    reassign,
    complete_by_system,
    cancel_by_system,
    finalize,
    pay,
  };
  static constexpr int whats = 10;
  enum class By : std::uint8_t { driver, passenger, stranger };

  What what = What::arrive;
  By by = By::driver;
  base::Instant now;
  bool map_is_there = true;
  std::optional<double> driver_m;     ///< North of the pickup; freshly seen.
  std::optional<double> passenger_m;  ///< Likewise.
  bool right_pin = true;
  std::int64_t sequence = 0;
  int adjustment_bp = 10'000;
  bool good_reason = true;
  int new_driver = first_driver;  ///< Of a reassignment; 1 is the passenger.
};

/// The second model.
class Reference {
 public:
  enum class Phase : std::uint8_t { coming, there, driving, arrived_at_the_end, paid, off };

  explicit Reference(base::Instant now) : agreed_at_(now) {}

  /// Empty when it happens.
  std::optional<Rejection> answer(const Try& tried) {
    using What = Try::What;
    switch (tried.what) {
      case What::arrive: return arrive(tried);
      case What::start: return start(tried);
      case What::complete: return complete(tried);
      case What::no_show: return no_show(tried);
      case What::cancel: return cancel(tried);
      case What::reassign: return reassign(tried);
      case What::complete_by_system: return complete_by_system(tried);
      case What::cancel_by_system: return cancel_by_system(tried);
      case What::finalize: return finalize();
      case What::pay: return pay();
    }
    return {};
  }

  Phase phase() const { return phase_; }
  int driver() const { return driver_; }
  int wrong_pins() const { return wrong_pins_; }
  std::int64_t fee() const { return fee_; }
  bool is_over() const { return phase_ == Phase::paid || phase_ == Phase::off; }
  bool has_fare() const { return has_fare_; }

 private:
  static std::optional<Rejection> for_the_driver(const Try& tried) {
    if (tried.by == Try::By::stranger) return Rejection::not_found;
    if (tried.by == Try::By::passenger) return Rejection::wrong_role;
    return {};
  }
  bool not_yet_driving() const { return phase_ == Phase::coming || phase_ == Phase::there; }

  std::optional<Rejection> arrive(const Try& tried) {
    if (const auto no = for_the_driver(tried)) return no;
    if (phase_ != Phase::coming) return Rejection::illegal_transition;
    const bool near = tried.driver_m && *tried.driver_m < 200;
    if (tried.map_is_there && !near) return Rejection::too_far;
    phase_ = Phase::there;
    there_since_ = tried.now;
    return {};
  }

  std::optional<Rejection> start(const Try& tried) {
    if (const auto no = for_the_driver(tried)) return no;
    if (phase_ != Phase::there) return Rejection::illegal_transition;
    if (wrong_pins_ == 5) return Rejection::pin_locked;
    if (tried.map_is_there) {
      if (!tried.driver_m) return Rejection::too_far;
      const double apart = *tried.driver_m - tried.passenger_m.value_or(0);
      if (apart > 100 || apart < -100) return Rejection::too_far;
    }
    if (!tried.right_pin) {
      ++wrong_pins_;
      return Rejection::wrong_pin;
    }
    phase_ = Phase::driving;
    begins_at_ = tried.sequence;
    return {};
  }

  std::optional<Rejection> complete(const Try& tried) {
    if (const auto no = for_the_driver(tried)) return no;
    if (phase_ != Phase::driving) return Rejection::illegal_transition;
    if (tried.adjustment_bp < 1 || tried.adjustment_bp > 10'000) {
      return Rejection::adjustment_out_of_range;
    }
    if (tried.sequence < begins_at_) return Rejection::sequence_regressed;
    phase_ = Phase::arrived_at_the_end;
    return {};
  }

  std::optional<Rejection> complete_by_system(const Try& tried) {
    if (phase_ != Phase::driving) return Rejection::illegal_transition;
    if (tried.sequence < begins_at_) return Rejection::sequence_regressed;
    phase_ = Phase::arrived_at_the_end;
    return {};
  }

  std::optional<Rejection> no_show(const Try& tried) {
    if (const auto no = for_the_driver(tried)) return no;
    if (phase_ != Phase::there) return Rejection::illegal_transition;
    if (tried.now - there_since_ < 5min) return Rejection::too_early;
    phase_ = Phase::off;
    fee_ = 5'000;
    return {};
  }

  std::optional<Rejection> cancel(const Try& tried) {
    if (tried.by == Try::By::stranger) return Rejection::not_found;
    if (!not_yet_driving()) return Rejection::illegal_transition;
    if (!tried.good_reason) return Rejection::invalid_value;
    phase_ = Phase::off;
    const bool at_leisure = tried.now - agreed_at_ >= 2min;
    if (tried.by == Try::By::passenger && at_leisure) fee_ = 5'000;
    return {};
  }

  std::optional<Rejection> cancel_by_system(const Try& tried) {
    if (!not_yet_driving()) return Rejection::illegal_transition;
    if (!tried.good_reason) return Rejection::invalid_value;
    phase_ = Phase::off;
    return {};
  }

  std::optional<Rejection> reassign(const Try& tried) {
    if (phase_ != Phase::coming) return Rejection::illegal_transition;
    if (tried.new_driver == driver_ || tried.new_driver == 1) return Rejection::invalid_value;
    driver_ = tried.new_driver;
    agreed_at_ = tried.now;
    return {};
  }

  std::optional<Rejection> finalize() {
    if (phase_ != Phase::arrived_at_the_end || has_fare_) return Rejection::illegal_transition;
    has_fare_ = true;
    return {};
  }

  std::optional<Rejection> pay() {
    if (phase_ != Phase::arrived_at_the_end) return Rejection::illegal_transition;
    if (!has_fare_) return Rejection::fare_not_final;
    phase_ = Phase::paid;
    return {};
  }

  Phase phase_ = Phase::coming;
  int driver_ = first_driver;
  int wrong_pins_ = 0;
  std::int64_t fee_ = 0;
  bool has_fare_ = false;
  std::int64_t begins_at_ = 0;
  base::Instant agreed_at_;
  base::Instant there_since_;
};

UserId user_of(Try::By by, const Ride& ride) {
  if (by == Try::By::stranger) return stranger;
  return by == Try::By::driver ? ride.driver_id : ride.passenger_id;
}

std::optional<Whereabouts> seen_in(const Try& tried) {
  if (!tried.map_is_there) return {};
  Whereabouts seen;
  if (tried.driver_m) seen.driver = Sighting{north_of_pickup(*tried.driver_m), tried.now - 5s};
  if (tried.passenger_m) {
    seen.passenger = Sighting{north_of_pickup(*tried.passenger_m), tried.now - 5s};
  }
  return seen;
}

Outcome<RideChange> decided(const Ride& ride, const Try& tried) {
  using What = Try::What;
  const RideRules rules;
  const auto by = user_of(tried.by, ride);
  const std::string reason = tried.good_reason ? "rain" : "a\tb";
  switch (tried.what) {
    case What::arrive: return decide(ride, by, Arrive{}, seen_in(tried), rules, tried.now);
    case What::start:
      return decide(ride, by, Start{tried.right_pin ? "0427" : "0428", tried.sequence},
                    seen_in(tried), rules, tried.now);
    case What::complete:
      return decide(ride, by, Complete{tried.adjustment_bp, tried.sequence}, rules, tried.now);
    case What::no_show: return decide(ride, by, ReportNoShow{}, rules, tried.now);
    case What::cancel: return decide(ride, by, Cancel{reason}, rules, tried.now);
    case What::reassign:
      return decide(ride, Reassign{id_of<UserId>(static_cast<std::uint8_t>(tried.new_driver))},
                    tried.now);
    case What::complete_by_system: return decide(ride, CompleteBySystem{tried.sequence}, tried.now);
    case What::cancel_by_system: return decide(ride, CancelBySystem{reason}, rules, tried.now);
    case What::finalize: return decide(ride, FinalizeFare{{4'000}}, tried.now);
    case What::pay: return decide(ride, Pay{}, tried.now);
  }
  return rejected(Rejection::invalid_value);
}

Ride new_ride(base::Instant now) {
  return begin({.id = id_of<RideId>(9),
                .passenger_id = passenger,
                .driver_id = id_of<UserId>(first_driver),
                .pickup = pickup,
                .destination = north_of_pickup(5'000),
                .tariff = {},
                .pin = "0427"},
               {}, now)
      ->ride;
}

class Walk {
 public:
  Walk() : ride_(new_ride(now_)), reference_(now_) {}

  /// False once the two differ.
  bool step() {
    if (reference_.is_over() && below(4) == 0) begin_anew();
    const auto tried = something();
    const auto outcome = decided(ride_, tried);
    const auto expected = reference_.answer(tried);
    last_ = tried;
    if (!agree(outcome, expected)) return false;
    if (outcome) ride_ = outcome->ride;
    return agree();
  }

  /// What was tried last, for a message.
  std::string last() const {
    return "try " + std::to_string(static_cast<int>(last_.what)) + " by " +
           std::to_string(static_cast<int>(last_.by)) + " in phase " +
           std::to_string(static_cast<int>(reference_.phase())) + " of the second model";
  }

  int lives = 1;
  int paid = 0;

 private:
  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
  bool one_in(int times) { return below(times) == 0; }

  void begin_anew() {
    ++lives;
    paid += static_cast<int>(reference_.phase() == Reference::Phase::paid);
    ride_ = new_ride(now_);
    reference_ = Reference{now_};
  }

  std::optional<double> somewhere() {
    // No two of them exactly as far apart as some rule allows.
    constexpr double metres[] = {0, 40, 99, 102, 147, 198, 203, 400};
    if (one_in(6)) return {};
    return metres[below(std::size(metres))];
  }

  Try something() {
    constexpr int adjustments[] = {10'000, 9'000, 1, 0, -1, 10'001};
    now_ += std::chrono::seconds{below(90)};
    return {.what = static_cast<Try::What>(below(Try::whats)),
            .by = static_cast<Try::By>(one_in(3) ? below(3) : 0),
            .now = now_,
            .map_is_there = !one_in(5),
            .driver_m = somewhere(),
            .passenger_m = somewhere(),
            .right_pin = !one_in(3),
            .sequence = below(200),
            .adjustment_bp = adjustments[below(std::size(adjustments))],
            .good_reason = !one_in(4),
            .new_driver = 1 + below(4)};
  }

  static bool agree(const Outcome<RideChange>& outcome, std::optional<Rejection> expected) {
    if (!outcome) return outcome.error() == expected;
    return outcome->refusal == expected;
  }

  /// What can be seen of both.
  bool agree() const {
    static_assert(static_cast<int>(RideState::cancelled) ==
                  static_cast<int>(Reference::Phase::off));
    const auto fee = ride_.cancellation ? ride_.cancellation->fee.amount : 0;
    return static_cast<int>(ride_.state) == static_cast<int>(reference_.phase()) &&
           ride_.driver_id.uuid.bytes[15] == reference_.driver() &&
           ride_.pin_failures == reference_.wrong_pins() && fee == reference_.fee() &&
           ride_.fare.has_value() == reference_.has_fare();
  }

  std::mt19937 random_{seed};
  base::Instant now_ = base::from_unix_ms(1'700'000'000'000);
  Ride ride_;
  Reference reference_;
  Try last_;
};

TEST(RideWalk, AgreesWithASecondModelAllTheWay) {
  Walk walk;
  for (int i = 0; i < steps_count; ++i)
    ASSERT_TRUE(walk.step()) << "at step " << i << ": " << walk.last();
  EXPECT_GT(walk.lives, 10'000);
  EXPECT_GT(walk.paid, 500) << "the walk comes to the end of the road";
}

}  // namespace
}  // namespace domain::ride
