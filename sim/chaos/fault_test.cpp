#include "sim/chaos/fault.hpp"

#include <map>
#include <set>

#include <gmock/gmock.h>

namespace sim::chaos {
namespace {

using testing::SizeIs;

TEST(Schedule, TheSameSeedBreaksTheSameThings) {
  EXPECT_EQ(schedule(7, 100), schedule(7, 100));
  EXPECT_NE(schedule(7, 100), schedule(8, 100));
}

TEST(Schedule, AShortOneIsTheBeginningOfALongOne) {
  auto beginning = schedule(7, 60);
  beginning.resize(20);
  EXPECT_EQ(schedule(7, 20), beginning);
}

TEST(Schedule, EvenAShortOneHitsEveryComponentAndInEveryWay) {
  std::set<Component> components;
  std::set<Blow> blows;
  for (const auto& fault : schedule(12, 20)) {
    components.insert(fault.component);
    blows.insert(fault.blow);
  }
  EXPECT_THAT(components, SizeIs(7));
  EXPECT_THAT(blows, SizeIs(7));
}

TEST(Schedule, AServerHasNoInstances) {
  for (const auto& fault : schedule(1, 200)) {
    if (!is_service(fault.component)) EXPECT_FALSE(fault.instance) << sentence(fault);
  }
}

TEST(Schedule, AFaultReadsAsASentence) {
  EXPECT_EQ(sentence({.component = Component::rides,
                      .instance = 0,
                      .blow = Blow::kill,
                      .lasts = std::chrono::milliseconds{340}}),
            "kill rides-1 for 340 ms");
  EXPECT_EQ(sentence({.component = Component::nats, .instance = {}, .blow = Blow::pause}),
            "pause nats for 0 ms");
  EXPECT_EQ(sentence({.component = Component::match,
                      .instance = 1,
                      .link_to = Component::nats,
                      .blow = Blow::mute}),
            "mute match-2 to nats for 0 ms");
}

}  // namespace
}  // namespace sim::chaos
