#include "services/location/trip.hpp"

#include <gtest/gtest.h>

#include "tests/support/scenario.hpp"

namespace services::location {
namespace {

using namespace std::chrono_literals;
using domain::VehicleType;
using domain::geo::Sequence;
using tests::support::id_of;

constexpr auto noon = base::from_unix_ms(1'700'000'000'000);
const auto driver = id_of<domain::DriverId>(1);
const auto phone = id_of<domain::SessionId>(1);
const ReadingRules rules{.meter = {}, .gap_wait = 5s};

/// The driver goes north 10 m a second, whichever phone tells.
Sighting step(Sequence sequence, base::Instant received_at, domain::SessionId session = phone) {
  return {.user = driver,
          .session = session,
          .vehicle = VehicleType::motorcycle,
          .position = {.point = {-6.2 + static_cast<double>(sequence) * 10 / 111'195.08, 106.8},
                       .at = noon + std::chrono::seconds{sequence},
                       .sequence = sequence,
                       .accuracy = {1}},
          .received_at = received_at};
}

class TripTest : public testing::Test {
 protected:
  Trails trails{LocationConfig{}};
  Trip trip = from(10);

  static Trip from(Sequence start) {
    Trip begun;
    begun.driver_id = driver;
    begun.meter.start_sequence = start;
    begun.meter.last_sequence = start;
    return begun;
  }

  void arrive(Sequence first, Sequence last, base::Instant received_at = noon,
              domain::SessionId session = phone) {
    for (auto sequence = first; sequence <= last; ++sequence) {
      trails.add(step(sequence, received_at, session));
    }
  }

  void complete(Sequence end) {
    trip.meter = domain::ride::end_meter(trip.meter, end);
    trip.completed_at = noon;
  }

  double read(base::Instant now = noon) {
    trip = read_on(trip, trails, rules, now);
    return trip.meter.metres.value;
  }
};

TEST_F(TripTest, CountsFromTheStartToTheEnd) {
  arrive(1, 40);
  complete(30);
  EXPECT_NEAR(read(), 200, 0.5);
  EXPECT_EQ(trip.meter.last_sequence, 30);
  EXPECT_TRUE(is_complete(trip));
  EXPECT_TRUE(is_final(trip, rules, noon));
}

TEST_F(TripTest, IsTheSameHoweverItsPositionsCome) {
  arrive(21, 30);
  EXPECT_EQ(read(), 0);
  arrive(5, 15);
  EXPECT_NEAR(read(), 50, 0.5);
  arrive(10, 22);
  EXPECT_NEAR(read(), 200, 0.5);
  arrive(1, 30);
  EXPECT_NEAR(read(), 200, 0.5);
}

TEST_F(TripTest, WaitsAtAGapAndThenGoesStraight) {
  arrive(10, 15);
  arrive(20, 25);
  EXPECT_NEAR(read(noon + 4999ms), 50, 0.5);
  EXPECT_EQ(trip.meter.last_sequence, 15);
  EXPECT_NEAR(read(noon + 5s), 150, 0.5);
}

TEST_F(TripTest, WithoutTheLastPositionBeforeItATripBeginsWithItsFirst) {
  arrive(11, 20);
  EXPECT_EQ(read(), 0);
  EXPECT_FALSE(trip.session_id);
  EXPECT_NEAR(read(noon + 5s), 90, 0.5);
}

TEST_F(TripTest, GoesByThePhoneThatReachesBeyondTheStart) {
  const auto other_phone = id_of<domain::SessionId>(2);
  arrive(1, 4, noon, other_phone);
  arrive(1, 20);
  EXPECT_NEAR(read(), 100, 0.5);
  arrive(21, 90, noon, other_phone);
  EXPECT_NEAR(read(noon + 10s), 100, 0.5);
  EXPECT_EQ(trip.session_id, phone);
}

TEST_F(TripTest, TakesTheRestAsItIsWhenItGivesUp) {
  arrive(10, 15);
  complete(30);
  EXPECT_NEAR(read(noon + 59s), 50, 0.5);
  EXPECT_FALSE(is_final(trip, rules, noon + 59s));
  arrive(20, 25, noon + 59s);
  EXPECT_NEAR(read(noon + 60s), 150, 0.5);
  EXPECT_TRUE(is_final(trip, rules, noon + 60s));
  EXPECT_FALSE(is_complete(trip));
}

TEST_F(TripTest, ATripWithoutAnyPositionEndsAtZero) {
  complete(30);
  EXPECT_EQ(read(noon + 60s), 0);
  EXPECT_TRUE(is_final(trip, rules, noon + 60s));
}

TEST(Trails, KeepWhatIsYoungAndNotTooMuch) {
  Trails trails{LocationConfig{.trail_fixes_max = 100}};
  for (Sequence sequence = 1; sequence <= 150; ++sequence) {
    trails.add(step(sequence, noon + std::chrono::seconds{sequence}));
  }
  EXPECT_EQ(trails.find(driver, phone)->begin()->first, 51);
  trails.forget_old(noon + 250s);
  EXPECT_EQ(trails.find(driver, phone)->begin()->first, 130);
  trails.forget_old(noon + 1h);
  EXPECT_EQ(trails.find(driver, phone), nullptr);
}

TEST(Trails, AreNotOfPassengers) {
  Trails trails{LocationConfig{}};
  auto passenger = step(1, noon);
  passenger.vehicle = {};
  trails.add(passenger);
  EXPECT_EQ(trails.find(driver, phone), nullptr);
}

}  // namespace
}  // namespace services::location
