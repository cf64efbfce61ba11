#include "domain/geo/track.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace domain::geo {
namespace {

using namespace std::chrono_literals;

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr auto now = base::from_unix_ms(1'700'000'000'000);

/// `metres` up a street, `age` ago.
Position position_at(double metres, base::Duration age, Sequence sequence) {
  return {.point = {-6.2 + metres / 111'195.08, 106.8}, .at = now - age, .sequence = sequence};
}

TEST(Position, IsCheckedForWhatNoPhoneCanMean) {
  EXPECT_TRUE(check(position_at(0, 0s, 1)));
  const auto is_refused = [](auto&& spoil) {
    auto position = position_at(0, 0s, 1);
    spoil(position);
    const auto outcome = check(position);
    return !outcome && outcome.error() == Rejection::invalid_value;
  };
  EXPECT_TRUE(is_refused([](Position& position) { position.point = {0, 0}; }));
  EXPECT_TRUE(is_refused([](Position& position) { position.point = {-91, 106}; }));
  EXPECT_TRUE(is_refused([](Position& position) { position.point = {not_a_number, 106}; }));
  EXPECT_TRUE(is_refused([](Position& position) { position.sequence = 0; }));
  EXPECT_TRUE(is_refused([](Position& position) { position.accuracy = {-1}; }));
  EXPECT_TRUE(is_refused([](Position& position) { position.accuracy = {not_a_number}; }));
  EXPECT_TRUE(is_refused([](Position& position) { position.speed_mps = -1; }));
  EXPECT_TRUE(is_refused([](Position& position) { position.heading_degrees = 360; }));
  EXPECT_TRUE(is_refused([](Position& position) { position.heading_degrees = not_a_number; }));
}

TEST(Movement, IsJudgedByMeanSpeed) {
  const TrackRules rules;
  const auto judged = [&](double metres, base::Duration elapsed) {
    return judge_movement(position_at(0, elapsed, 1), position_at(metres, 0s, 2), rules);
  };
  EXPECT_EQ(judged(0, 0s), Movement::plausible);
  EXPECT_EQ(judged(199, 3600ms), Movement::plausible);
  EXPECT_EQ(judged(201, 3600ms), Movement::suspicious);
  EXPECT_EQ(judged(999, 3600ms), Movement::suspicious);
  EXPECT_EQ(judged(1'001, 3600ms), Movement::impossible);
  EXPECT_EQ(judged(50, 0s), Movement::plausible) << "less than a second counts as one";
  EXPECT_EQ(judged(10, -5s), Movement::suspicious) << "the clock was set back";
  EXPECT_EQ(judged(1'000, -5s), Movement::impossible);
}

TEST(Verdict, OfAGoodPosition) {
  const Verdict good{.kept = true, .for_dispatch = true};
  EXPECT_EQ(judge({}, position_at(0, 0s, 1), {}, now), good);
  EXPECT_EQ(judge(position_at(0, 10s, 1), position_at(100, 0s, 2), {}, now), good);
  EXPECT_EQ(judge({}, position_at(0, 60s, 1), {}, now), good);
  EXPECT_EQ(judge({}, position_at(0, -30s, 1), {}, now), good);
}

TEST(Verdict, OfWhatIsNotForDispatch) {
  const Verdict history{.kept = true};
  EXPECT_EQ(judge({}, position_at(0, 61s, 1), {}, now), history);
  EXPECT_EQ(judge({}, position_at(0, -31s, 1), {}, now), history);
  auto inexact = position_at(0, 0s, 1);
  inexact.accuracy = {100.1};
  EXPECT_EQ(judge({}, inexact, {}, now), history);
}

TEST(Verdict, OfJumpsAndReplays) {
  const auto last = position_at(0, 10s, 7);
  EXPECT_EQ(judge(last, position_at(1'000, 0s, 8), {}, now),
            (Verdict{.kept = true, .flagged = true}));
  EXPECT_EQ(judge(last, position_at(3'000, 0s, 8), {}, now), Verdict{});
  EXPECT_EQ(judge(last, position_at(10, 0s, 7), {}, now), Verdict{}) << "replayed";
  EXPECT_EQ(judge(last, position_at(10, 0s, 6), {}, now), Verdict{}) << "out of order";
}

}  // namespace
}  // namespace domain::geo
