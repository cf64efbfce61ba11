#include "domain/match/policy.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/scenario.hpp"

namespace domain::match {
namespace {

using namespace std::chrono_literals;
using tests::support::id_of;

constexpr auto now = base::from_unix_ms(1'700'000'000'000);

RequestId request(std::uint8_t number) { return id_of<RequestId>(number); }
DriverId driver(std::uint8_t number) { return id_of<DriverId>(number); }

WaitingRequest waiting(std::uint8_t number, base::Duration since = 10s) {
  return {.id = request(number), .searching_since = now - since};
}

Candidate candidate(std::uint8_t request_number, std::uint8_t driver_number, base::Duration eta,
                    base::Duration idle = 1min) {
  return {.request_id = request(request_number),
          .driver_id = driver(driver_number),
          .distance = {static_cast<double>(eta / 1s) * 5},
          .eta = eta,
          .idle_since = now - idle};
}

using Pairs = std::vector<Pair>;

TEST(Nearest, AsksWhoIsSoonestThere) {
  const std::vector requests{waiting(1)};
  const std::vector candidates{candidate(1, 1, 90s), candidate(1, 2, 30s), candidate(1, 3, 60s)};
  EXPECT_EQ(make_nearest()->propose(requests, candidates, now), (Pairs{{request(1), driver(2)}}));
}

TEST(Nearest, PrefersTheLongestIdleAmongEqals) {
  const std::vector requests{waiting(1)};
  const std::vector candidates{candidate(1, 1, 30s, 1min), candidate(1, 2, 30s, 9min)};
  EXPECT_EQ(make_nearest()->propose(requests, candidates, now), (Pairs{{request(1), driver(2)}}));
}

TEST(Nearest, LetsTheOldestRequestChooseFirst) {
  const std::vector requests{waiting(1, 5s), waiting(2, 60s)};
  const std::vector candidates{candidate(1, 1, 10s), candidate(1, 2, 90s), candidate(2, 1, 50s)};
  EXPECT_EQ(make_nearest()->propose(requests, candidates, now),
            (Pairs{{request(2), driver(1)}, {request(1), driver(2)}}));
}

TEST(Nearest, WaitsForAnAnswerBeforeAskingTheNext) {
  std::vector requests{waiting(1)};
  requests[0].asked = {driver(1)};
  requests[0].open_proposals = 1;
  const std::vector candidates{candidate(1, 1, 10s), candidate(1, 2, 20s)};
  EXPECT_EQ(make_nearest()->propose(requests, candidates, now), Pairs{});
  requests[0].open_proposals = 0;
  EXPECT_EQ(make_nearest()->propose(requests, candidates, now), (Pairs{{request(1), driver(2)}}));
}

TEST(Broadcast, AsksSeveralAtOnce) {
  std::vector requests{waiting(1)};
  requests[0].asked = {driver(9)};
  requests[0].open_proposals = 1;
  const std::vector candidates{candidate(1, 1, 10s), candidate(1, 2, 20s), candidate(1, 3, 30s)};
  EXPECT_EQ(make_broadcast(3)->propose(requests, candidates, now),
            (Pairs{{request(1), driver(1)}, {request(1), driver(2)}}));
}

TEST(Broadcast, SharesScarceDrivers) {
  const std::vector requests{waiting(1, 60s), waiting(2, 5s)};
  const std::vector candidates{candidate(1, 1, 10s), candidate(1, 2, 20s), candidate(2, 1, 10s),
                               candidate(2, 2, 20s)};
  EXPECT_EQ(make_broadcast(5)->propose(requests, candidates, now),
            (Pairs{{request(1), driver(1)}, {request(2), driver(2)}}));
}

TEST(DispatchPolicy, LeavesOutWhatIsNotWaiting) {
  const std::vector candidates{candidate(1, 1, 10s)};
  EXPECT_EQ(make_nearest()->propose({}, candidates, now), Pairs{});
}

TEST(DispatchPolicy, IsMadeByName) {
  const std::vector requests{waiting(1)};
  const std::vector candidates{candidate(1, 1, 10s), candidate(1, 2, 20s), candidate(1, 3, 30s)};
  const auto asked_by = [&](const PolicyRules& rules) {
    return make_policy(rules)->propose(requests, candidates, now).size();
  };
  EXPECT_EQ(asked_by({.name = PolicyName::nearest}), 1);
  EXPECT_EQ(asked_by({.name = PolicyName::broadcast, .broadcast_to = 2}), 2);
}

/// A round with every kind of trouble: shared drivers, asked drivers, unknown requests.
struct AnyRound {
  std::vector<WaitingRequest> requests;
  std::vector<Candidate> candidates;
};

AnyRound any_round() {
  AnyRound round;
  const auto requests = *rc::gen::inRange<std::uint8_t>(0, 8);
  for (std::uint8_t i = 0; i < requests; ++i) {
    auto one = waiting(i, std::chrono::seconds{*rc::gen::inRange(0, 5)});
    one.asked = {driver(*rc::gen::inRange<std::uint8_t>(0, 12))};
    one.open_proposals = *rc::gen::inRange<std::size_t>(0, 2);
    round.requests.push_back(one);
  }
  std::set<Pair> edges;
  for (auto i = *rc::gen::inRange(0, 60); i > 0; --i) {
    const auto from = *rc::gen::inRange<std::uint8_t>(0, 10);
    const auto to = *rc::gen::inRange<std::uint8_t>(0, 12);
    if (!edges.insert({request(from), driver(to)}).second) continue;
    const auto eta = std::chrono::seconds{*rc::gen::inRange(0, 300)};
    round.candidates.push_back(candidate(from, to, eta));
  }
  return round;
}

RC_GTEST_PROP(DispatchPolicyProperty, KeepsItsPromises, ()) {
  const auto round = any_round();
  const auto at_once = *rc::gen::inRange<std::size_t>(1, 6);
  const auto pairs = make_broadcast(at_once)->propose(round.requests, round.candidates, now);
  std::set<DriverId> promised;
  std::map<RequestId, std::size_t> given;
  for (const auto& pair : pairs) {
    RC_ASSERT(promised.insert(pair.driver_id).second);
    const auto found = std::ranges::find(round.requests, pair.request_id, &WaitingRequest::id);
    RC_ASSERT(found != round.requests.end());
    RC_ASSERT(std::ranges::find(found->asked, pair.driver_id) == found->asked.end());
    RC_ASSERT(++given[pair.request_id] + found->open_proposals <= at_once);
  }
}

RC_GTEST_PROP(DispatchPolicyProperty, DoesNotDependOnTheOrderOfArguments, ()) {
  auto round = any_round();
  const auto policy = make_broadcast(3);
  const auto pairs = policy->propose(round.requests, round.candidates, now);
  std::ranges::reverse(round.requests);
  std::ranges::reverse(round.candidates);
  RC_ASSERT(policy->propose(round.requests, round.candidates, now) == pairs);
}

}  // namespace
}  // namespace domain::match
