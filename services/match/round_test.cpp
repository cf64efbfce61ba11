#include "services/match/round.hpp"

#include <gmock/gmock.h>

namespace services::match {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr base::Instant start{std::chrono::hours{1}};

template <class Id>
Id id(std::uint8_t number) {
  Id made;
  made.uuid.bytes[15] = number;
  return made;
}

Waiting waiting(std::uint8_t number) {
  const auto request_id = id<domain::RequestId>(number);
  return {.request = {.id = request_id,
                      .passenger_id = id<domain::UserId>(number),
                      .pickup = {-6.2, 106.8},
                      .searching_since = start,
                      .version = number},
          .search = {.id = request_id, .searching_since = start}};
}

DriverRecord free_driver(std::uint8_t number) {
  DriverRecord record;
  record.slot = {.driver_id = id<domain::DriverId>(number), .beacon_on = true};
  record.idle_since = start;
  return record;
}

contracts::FoundDrivers found(std::initializer_list<contracts::FoundDriver> drivers) {
  return {.drivers = drivers};
}

contracts::FoundDriver at(std::uint8_t driver, double metres) {
  return {.driver_id = id<domain::DriverId>(driver), .metres = metres};
}

TEST(Round, AsksWithinARadiusThatGrows) {
  const MatchConfig config;
  const auto asked = questions({waiting(1)}, config, start + std::chrono::seconds{25});
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].radius_m, 3'000);
  EXPECT_EQ(asked[0].latitude, -6.2);
  EXPECT_EQ(asked[0].limit, 100);
}

TEST(Round, KnowsEverybodyOnce) {
  const auto both = everybody({found({at(7, 10), at(8, 20)}), found({at(8, 5)})});
  EXPECT_THAT(both, UnorderedElementsAre(id<domain::DriverId>(7), id<domain::DriverId>(8)));
}

TEST(Round, ConsidersOnlyFreeDriversWhoMayBeHeld) {
  auto car = free_driver(9);
  car.slot.vehicle_type = domain::VehicleType::car;
  const auto own_passenger = free_driver(1);
  const auto could = candidates({waiting(1)}, {found({at(1, 1), at(7, 1'000), at(8, 5), at(9, 5)})},
                                {own_passenger, free_driver(7), car}, 36);
  ASSERT_EQ(could.size(), 1U);
  EXPECT_EQ(could[0].driver_id, id<domain::DriverId>(7));
  EXPECT_EQ(could[0].eta, std::chrono::seconds{100});
  EXPECT_EQ(could[0].idle_since, start);
}

TEST(Round, CarriesVersionAndDistanceToTheCommit) {
  const std::vector both{waiting(1), waiting(2)};
  const auto could =
      candidates(both, {found({at(7, 100)}), found({at(7, 200)})}, {free_driver(7)}, 20);
  const auto chosen = choices({{id<domain::RequestId>(2), id<domain::DriverId>(7)}}, both, could);
  ASSERT_EQ(chosen.size(), 1U);
  EXPECT_EQ(chosen[0].version, 2);
  EXPECT_EQ(chosen[0].distance.value, 200);
  EXPECT_THAT(choices({}, both, could), IsEmpty());
}

}  // namespace
}  // namespace services::match
