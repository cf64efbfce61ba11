#include "platform/bus/arrivals.hpp"

#include <gtest/gtest.h>

namespace platform::bus {
namespace {

using Positions = std::vector<std::int64_t>;

Arrivals with(const Positions& positions) {
  Arrivals arrivals;
  for (const auto position : positions) {
    arrivals.add({.position = position, .event{}}, "ack " + std::to_string(position));
  }
  return arrivals;
}

Positions run_after(const Arrivals& arrivals, std::int64_t position, std::size_t limit = 100) {
  Positions positions;
  for (const auto* numbered : arrivals.run_after(position, limit)) {
    positions.push_back(numbered->position);
  }
  return positions;
}

TEST(Arrivals, AreARunAsFarAsNothingIsMissing) {
  const auto arrivals = with({7, 3, 2, 4, 3});
  EXPECT_EQ(run_after(arrivals, 1), (Positions{2, 3, 4}));
  EXPECT_EQ(run_after(arrivals, 1, 2), (Positions{2, 3}));
  EXPECT_EQ(run_after(arrivals, 3), (Positions{4}));
  EXPECT_EQ(run_after(arrivals, 0), (Positions{}));
  EXPECT_EQ(run_after(arrivals, 6), (Positions{7}));
  EXPECT_EQ(run_after(arrivals, 7), (Positions{}));
}

TEST(Arrivals, TellWhatIsMissingBeforeTheFirst) {
  const auto arrivals = with({7, 3});
  EXPECT_EQ(arrivals.missing_after(0), 2);
  EXPECT_EQ(arrivals.missing_after(2), 0);
  EXPECT_EQ(arrivals.missing_after(3), 3);
  EXPECT_EQ(arrivals.missing_after(7), 0) << "nothing is known of what follows";
}

TEST(Arrivals, AreAcknowledgedOnceWhenDropped) {
  auto arrivals = with({1, 2, 3});
  arrivals.add({.position = 2, .event{}}, "ack 2 again");
  arrivals.add({.position = 2, .event{}}, "");
  arrivals.add({.position = 4, .event{}}, "");
  EXPECT_EQ(arrivals.drop_through(2), (std::vector<std::string>{"ack 1", "ack 2 again"}));
  EXPECT_EQ(arrivals.size(), 2u);
  EXPECT_EQ(arrivals.drop_through(4), (std::vector<std::string>{"ack 3"}));
  EXPECT_EQ(arrivals.size(), 0u);
}

TEST(Arrivals, StayWhereTheyAreWhileOthersCome) {
  auto arrivals = with({1, 2});
  const auto run = arrivals.run_after(0, 100);
  for (std::int64_t position = 1; position < 500; ++position) {
    arrivals.add({.position = position, .event{.type = "another"}}, "");
  }
  EXPECT_EQ(run[1]->position, 2);
  EXPECT_EQ(run[1]->event.type, "") << "the first to come is kept";
}

}  // namespace
}  // namespace platform::bus
