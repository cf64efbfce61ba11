#include "domain/ride/meter.hpp"

#include <cmath>
#include <random>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/scenario.hpp"

namespace domain::ride {
namespace {

using namespace std::chrono_literals;
using geo::Position;
using geo::Sequence;

constexpr auto noon = base::from_unix_ms(1'700'000'000'000);
constexpr double metres_per_degree = 111'195.08;
constexpr geo::Point street_end{-6.2, 106.8};

geo::Point along_street(double metres) {
  return {street_end.latitude + metres / metres_per_degree, street_end.longitude};
}

Position position_at(double metres, base::Duration after, Sequence sequence, double accuracy_m) {
  return {.point = along_street(metres),
          .at = noon + after,
          .sequence = sequence,
          .accuracy = {accuracy_m}};
}

/// The text between `mark` and the next mark of a word such as "100m@10s#3~20".
std::string marked(const std::string& word, char mark, std::string otherwise) {
  const auto begin = word.find(mark);
  if (begin == std::string::npos) return otherwise;
  return word.substr(begin + 1, word.find_first_of("#~", begin + 1) - begin - 1);
}

Position position_in(const std::string& word, Sequence next_sequence) {
  using tests::support::to_number;
  return position_at(to_number(word), tests::support::to_duration(marked(word, '@', "")),
                     tests::support::to_integer(marked(word, '#', std::to_string(next_sequence))),
                     to_number(marked(word, '~', "5")));
}

std::vector<Position> positions_in(const tests::support::Scenario& scenario) {
  std::vector<Position> positions;
  for (const auto& word : scenario.given) {
    if (!word.contains('@')) continue;
    positions.push_back(position_in(word, std::ssize(positions) + 1));
  }
  return positions;
}

/// The meter of a trip; what came before it is known as its origin.
Meter meter_for(const tests::support::Scenario& scenario, const std::vector<Position>& positions) {
  const auto start = tests::support::to_integer(scenario.value("start", "0"));
  std::optional<Position> origin;
  for (const auto& position : positions) {
    if (position.sequence <= start) origin = position;
  }
  auto meter = start_meter(start, origin, {});
  const auto end = scenario.value("end");
  return end.empty() ? meter : end_meter(meter, tests::support::to_integer(end));
}

TEST(Meter, FollowsTheTable) {
  for (const auto& scenario : tests::support::read_scenarios("tests/scenarios/meter.txt")) {
    SCOPED_TRACE(scenario.where);
    const auto positions = positions_in(scenario);
    const auto meter = advance(meter_for(scenario, positions), positions, {});
    EXPECT_NEAR(meter.metres.value,
                tests::support::to_number(scenario.expected_value("metres").value()), 0.5);
    EXPECT_EQ(meter.flagged,
              tests::support::to_integer(scenario.expected_value("flagged").value_or("0")));
  }
}

/// 20 km at 36 km/h in equal hops.
double metered_drive(double hop_m, double accuracy_m) {
  constexpr double length_m = 20'000;
  constexpr double speed_mps = 10;
  auto meter = start_meter(0, {}, {});
  for (Sequence i = 0; static_cast<double>(i) * hop_m <= length_m; ++i) {
    const double metres = static_cast<double>(i) * hop_m;
    const auto after = std::chrono::milliseconds{std::llround(metres / speed_mps * 1000)};
    meter = advance(meter, position_at(metres, after, i + 1, accuracy_m), {});
  }
  return meter.metres.value;
}

TEST(Meter, ShortHopsAddUp) {
  for (const double hop_m : {1.0, 3.0, 7.5, 10.0, 50.0, 500.0}) {
    for (const double accuracy_m : {0.0, 5.0, 20.0}) {
      SCOPED_TRACE(hop_m);
      EXPECT_NEAR(metered_drive(hop_m, accuracy_m), 20'000, 100) << "accuracy " << accuracy_m;
    }
  }
}

/// A position with noise whose 68 % circle is as large as the phone says.
Position noisy(Position position, std::mt19937& random) {
  std::normal_distribution noise{0.0, position.accuracy.value / 1.51 / metres_per_degree};
  position.point.latitude += noise(random);
  position.point.longitude += noise(random);
  return position;
}

/// What ten minutes of standing cost, at a position a second.
double metered_standing(double accuracy_m, std::mt19937& random) {
  auto meter = start_meter(0, {}, {});
  for (Sequence i = 1; i <= 600; ++i) {
    const auto position = position_at(0, std::chrono::seconds{i}, i, accuracy_m);
    meter = advance(meter, noisy(position, random), {});
  }
  return meter.metres.value;
}

TEST(Meter, StandingForTenMinutesIsNextToFree) {
  std::mt19937 random{20'231'114};
  for (const double accuracy_m : {3.0, 5.0, 10.0}) {
    double sum = 0;
    for (int i = 0; i < 50; ++i) sum += metered_standing(accuracy_m, random);
    EXPECT_LT(sum / 50, 20) << "accuracy " << accuracy_m;
  }
}

TEST(Meter, NoiseHardlyLengthensADrive) {
  std::mt19937 random{20'231'114};
  auto meter = start_meter(0, {}, {});
  for (Sequence i = 0; i <= 2'000; ++i) {
    const auto position =
        position_at(10.0 * static_cast<double>(i), std::chrono::seconds{i}, i + 1, 5);
    meter = advance(meter, noisy(position, random), {});
  }
  EXPECT_NEAR(meter.metres.value, 20'000, 400);
}

TEST(Meter, IsFinalAtTheEndOrAfterAMinute) {
  const auto completed_at = noon + 10min;
  auto meter = advance(start_meter(0, {}, {}), position_at(0, 0s, 1, 5), {});
  EXPECT_FALSE(is_final(meter, completed_at, {}, completed_at)) << "the end is not known yet";
  meter = end_meter(meter, 2);
  EXPECT_FALSE(is_final(meter, completed_at, {}, completed_at + 59s));
  EXPECT_TRUE(is_final(meter, completed_at, {}, completed_at + 60s));
  meter = advance(meter, position_at(100, 10s, 2, 5), {});
  EXPECT_TRUE(is_final(meter, completed_at, {}, completed_at));
  EXPECT_EQ(meter, advance(meter, position_at(200, 20s, 3, 5), {})) << "after the end";
}

TEST(Meter, TripThatEndsWhereItStartedIsFinalAtOnce) {
  const auto meter = end_meter(start_meter(5, {}, {}), 5);
  EXPECT_TRUE(is_final(meter, noon, {}, noon));
}

/// Positions as a confused phone could send them: noisy, jumping, doubled, out of order.
std::vector<Position> any_positions() {
  return *rc::gen::container<std::vector<Position>>(rc::gen::exec([] {
    return position_at(*rc::gen::inRange(0, 20'000),
                       std::chrono::seconds{*rc::gen::inRange(0, 600)},
                       *rc::gen::inRange<Sequence>(1, 200), *rc::gen::inRange(0, 150));
  }));
}

RC_GTEST_PROP(MeterProperty, NeverFalls, ()) {
  auto meter = start_meter(*rc::gen::inRange<Sequence>(0, 50), {}, {});
  for (const auto& position : any_positions()) {
    const auto before = meter;
    meter = advance(meter, position, {});
    RC_ASSERT(meter.metres >= before.metres);
    RC_ASSERT(meter.flagged >= before.flagged);
    RC_ASSERT(meter.last_sequence >= before.last_sequence);
  }
}

RC_GTEST_PROP(MeterProperty, DoesNotDependOnBatches, ()) {
  const auto positions = any_positions();
  const auto cut = *rc::gen::inRange<std::size_t>(0, positions.size() + 1);
  const auto whole = advance(start_meter(0, {}, {}), positions, {});
  const std::span all{positions};
  const auto head = advance(start_meter(0, {}, {}), all.first(cut), {});
  RC_ASSERT(advance(head, all.subspan(cut), {}) == whole);
  RC_ASSERT(advance(whole, positions, {}) == whole);
}

}  // namespace
}  // namespace domain::ride
