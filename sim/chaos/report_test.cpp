#include "sim/chaos/report.hpp"

#include <gmock/gmock.h>

namespace sim::chaos {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Suffered suffered(std::int64_t times, double p99_ms) {
  return {.times = times, .recovery_ms = {.count = times, .p99 = p99_ms, .max = p99_ms}};
}

TEST(ChaosReport, WhatIsKilledOftenMustComeBackWithinItsBound) {
  EXPECT_THAT(beyond_bounds({{"kill match", suffered(77, 2'000)}}), IsEmpty());
  EXPECT_THAT(beyond_bounds({{"kill match", suffered(77, 2'001)}}),
              ElementsAre(HasSubstr("kill match")));
  EXPECT_THAT(beyond_bounds({{"kill postgres", suffered(77, 2'001)}}), IsEmpty());
}

TEST(ChaosReport, AFewTimesAreNotJudged) {
  EXPECT_THAT(beyond_bounds({{"kill match", suffered(49, 9'000)}}), IsEmpty());
}

TEST(ChaosReport, EveryKindOfBreachIsOne) {
  EXPECT_TRUE(ChaosReport{}.every_promise_held());
  for (auto list :
       {&ChaosReport::lost, &ChaosReport::doubled, &ChaosReport::books_faults,
        &ChaosReport::illegal, &ChaosReport::unfinished, &ChaosReport::ended_by_themselves,
        &ChaosReport::never_recovered, &ChaosReport::slow_to_recover}) {
    ChaosReport report;
    (report.*list).emplace_back("something");
    EXPECT_FALSE(report.every_promise_held());
    EXPECT_THAT(page(report), HasSubstr("PROMISES WERE BROKEN."));
    EXPECT_THAT(page(report), HasSubstr("something"));
  }
}

}  // namespace
}  // namespace sim::chaos
