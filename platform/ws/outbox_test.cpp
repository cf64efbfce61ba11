#include "platform/ws/outbox.hpp"

#include <gmock/gmock.h>

#include "platform/ws/flood_gate.hpp"

namespace platform::ws {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> drain(Outbox& outbox) {
  std::vector<std::string> all;
  while (auto text = outbox.pop()) all.push_back(std::move(*text));
  return all;
}

TEST(Outbox, keeps_the_order) {
  Outbox outbox{3};
  EXPECT_TRUE(outbox.push("a") && outbox.push("b") && outbox.push("c"));
  EXPECT_FALSE(outbox.push("d"));
  EXPECT_THAT(drain(outbox), testing::ElementsAre("a", "b", "c"));
}

TEST(Outbox, replaces_what_is_waiting_in_the_same_slot) {
  Outbox outbox{3};
  outbox.push_latest("driver", "at 1");
  outbox.push("event");
  outbox.push_latest("fare", "100");
  EXPECT_TRUE(outbox.push_latest("driver", "at 2"));
  EXPECT_FALSE(outbox.push_latest("countdown", "9"));
  EXPECT_THAT(drain(outbox), testing::ElementsAre("at 2", "event", "100"));
}

TEST(Outbox, forgets_slots_that_were_sent) {
  Outbox outbox{3};
  outbox.push_latest("driver", "at 1");
  EXPECT_EQ(outbox.pop(), "at 1");
  outbox.push_latest("driver", "at 2");
  EXPECT_EQ(outbox.pop(), "at 2");
}

TEST(FloodGate, lets_a_second_of_messages_through_at_once) {
  const FloodGate::TimePoint start{};
  FloodGate gate{3, start};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(gate.admit(start));
  EXPECT_FALSE(gate.admit(start));
  EXPECT_TRUE(gate.admit(start + 334ms));
  EXPECT_FALSE(gate.admit(start + 335ms));
}

TEST(FloodGate, saves_up_no_more_than_a_second) {
  const FloodGate::TimePoint start{};
  FloodGate gate{2, start};
  EXPECT_TRUE(gate.admit(start + 1h) && gate.admit(start + 1h));
  EXPECT_FALSE(gate.admit(start + 1h));
}

}  // namespace
}  // namespace platform::ws
