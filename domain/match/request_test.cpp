#include "domain/match/request.hpp"

#include <set>
#include <tuple>

#include <gtest/gtest.h>

#include "tests/support/scenario.hpp"

namespace domain::match {
namespace {

using namespace std::chrono_literals;
using tests::support::id_of;
using tests::support::Scenario;
using tests::support::Words;

constexpr auto searching_since = base::from_unix_ms(1'700'000'000'000);
constexpr auto proposed_at = searching_since + 10s;
constexpr geo::Point pickup{-6.2, 106.8};
constexpr geo::Point destination{-6.2, 106.85};
const auto passenger = id_of<UserId>(1);
const auto driver = id_of<UserId>(2);
const auto another = id_of<UserId>(3);
const auto stranger = id_of<UserId>(4);
const Words users{"passenger", "driver", "stranger"};
const Words answers{"accept", "decline"};
const Words proposal_endings{"expire", "withdraw"};
const Words request_endings{"give_up", "reassign", "reopen", "refuse", "close"};

UserId user(const std::string& name) {
  if (name == "passenger") return passenger;
  return name == "driver" ? driver : stranger;
}

OpenRequest asked_for() {
  return {.id = id_of<RequestId>(9),
          .passenger_id = passenger,
          .pickup = pickup,
          .destination = destination};
}

MatchRequest request_in(RequestState state) {
  auto request = open(asked_for(), {}, searching_since).value();
  request.state = state;
  const bool has_driver = state == RequestState::matched || state == RequestState::closed;
  if (has_driver) request.driver_id = driver;
  return request;
}

Proposal proposal_in(ProposalState state) {
  const auto request = request_in(RequestState::waiting);
  auto proposal = propose(request, id_of<MatchId>(8), driver, {}, proposed_at);
  proposal.state = state;
  return proposal;
}

/// What a command left behind; a part that it does not concern is empty.
struct After {
  std::optional<MatchRequest> request = {};
  std::optional<Proposal> proposal = {};
};

Outcome<After> after(const Outcome<MatchRequest>& outcome) {
  if (!outcome) return rejected(outcome.error());
  return After{.request = *outcome};
}

Outcome<After> after(const Outcome<Proposal>& outcome) {
  if (!outcome) return rejected(outcome.error());
  return After{.proposal = *outcome};
}

Outcome<After> after(const Outcome<Match>& outcome) {
  if (!outcome) return rejected(outcome.error());
  return After{outcome->request, outcome->proposal};
}

/// A dash stands for whatever the command does not look at.
template <class State>
State state_of(const std::string& name) {
  return name == "-" ? State{} : tests::support::to_enum<State>(name);
}

Outcome<After> run(const std::string& request_state, const std::string& proposal_state,
                   const std::string& by, const std::string& command, base::Duration age) {
  const auto request = request_in(state_of<RequestState>(request_state));
  const auto proposal = proposal_in(state_of<ProposalState>(proposal_state));
  const auto now = proposed_at + age;
  if (command == "accept") return after(decide(request, proposal, user(by), AcceptProposal{}, now));
  if (command == "decline") {
    return after(decide(request, proposal, user(by), DeclineProposal{}, now));
  }
  if (command == "expire") return after(decide(proposal, ExpireProposal{}, now));
  if (command == "withdraw") return after(decide(proposal, WithdrawProposal{}, now));
  if (command == "cancel") return after(decide(request, user(by), CancelRequest{}, now));
  if (command == "give_up") return after(decide(request, GiveUp{}, now));
  if (command == "reassign") return after(decide(request, ReassignRequest{another}));
  if (command == "reopen") return after(decide(request, Reopen{}, {}, now));
  if (command == "refuse") return after(decide(request, RefuseRequest{}));
  if (command == "close") return after(decide(request, CloseRequest{}));
  throw std::runtime_error{"no such command: " + command};
}

void expect_outcome(const Words& expected, const Outcome<After>& outcome) {
  if (expected.size() == 1) {
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error(), tests::support::to_enum<Rejection>(expected[0]));
    return;
  }
  ASSERT_TRUE(outcome);
  if (const auto state = tests::support::find_enum<RequestState>(expected.at(0))) {
    EXPECT_EQ(outcome->request.value().state, *state);
    EXPECT_EQ(outcome->request->version, 2);
  }
  if (const auto state = tests::support::find_enum<ProposalState>(expected.at(1))) {
    EXPECT_EQ(outcome->proposal.value().state, *state);
    EXPECT_TRUE(outcome->proposal->answered_at);
  }
}

using Combination = std::tuple<std::string, std::string, std::string, std::string>;

/// All (request, proposal, who, command) that a row speaks for.
std::vector<Combination> combinations(const Scenario& scenario) {
  using tests::support::alternatives;
  std::vector<Combination> found;
  const auto& words = scenario.given;
  for (const auto& request : alternatives(words.at(0), tests::support::names_of<RequestState>())) {
    for (const auto& proposal :
         alternatives(words.at(1), tests::support::names_of<ProposalState>())) {
      for (const auto& command : alternatives(words.at(3), {})) {
        found.emplace_back(request, proposal, words.at(2), command);
      }
    }
  }
  return found;
}

std::vector<Scenario> scenarios() {
  return tests::support::read_scenarios("tests/scenarios/match_request.txt");
}

TEST(MatchRequest, FollowsTheTable) {
  for (const auto& scenario : scenarios()) {
    SCOPED_TRACE(scenario.where);
    const auto age = tests::support::to_duration(scenario.value("age", "5s"));
    for (const auto& [request, proposal, by, command] : combinations(scenario)) {
      SCOPED_TRACE(request + ' ' + proposal + ' ' + by + ' ' + command);
      expect_outcome(scenario.expected, run(request, proposal, by, command, age));
    }
  }
}

TEST(MatchRequest, TableSpeaksOfEveryCombination) {
  std::set<Combination> missing;
  const auto proposals = tests::support::names_of<ProposalState>();
  for (const auto& request : tests::support::names_of<RequestState>()) {
    for (const auto& by : users) {
      missing.emplace(request, "-", by, "cancel");
      for (const auto& proposal : proposals) {
        for (const auto& answer : answers) missing.emplace(request, proposal, by, answer);
      }
    }
    for (const auto& command : request_endings) missing.emplace(request, "-", "system", command);
  }
  for (const auto& proposal : proposals) {
    for (const auto& command : proposal_endings) missing.emplace("-", proposal, "system", command);
  }
  for (const auto& scenario : scenarios()) {
    for (const auto& combination : combinations(scenario)) missing.erase(combination);
  }
  for (const auto& [request, proposal, by, command] : missing) {
    ADD_FAILURE() << "no row for: " << request << ' ' << proposal << ' ' << by << ' ' << command;
  }
}

TEST(MatchRequest, EveryStepIsSeenAndNoOther) {
  std::set<std::pair<RequestState, RequestCommand>> seen;
  std::set<std::pair<ProposalState, ProposalCommand>> seen_proposals;
  for (const auto& scenario : scenarios()) {
    if (scenario.expected.size() == 1) continue;
    for (const auto& [request, proposal, by, command] : combinations(scenario)) {
      const auto on_request = tests::support::find_enum<RequestCommand>(command);
      if (on_request) seen.emplace(state_of<RequestState>(request), *on_request);
      const auto on_proposal = tests::support::find_enum<ProposalCommand>(command);
      if (on_proposal) seen_proposals.emplace(state_of<ProposalState>(proposal), *on_proposal);
    }
  }
  std::set<std::pair<RequestState, RequestCommand>> legal;
  for (const auto& step : request_steps) legal.emplace(step.from, step.command);
  EXPECT_EQ(seen, legal);
  std::set<std::pair<ProposalState, ProposalCommand>> legal_proposals;
  for (const auto& step : proposal_steps) legal_proposals.emplace(step.from, step.command);
  EXPECT_EQ(seen_proposals, legal_proposals);
}

TEST(MatchRequest, OpensWithinReason) {
  const auto refusal = [](geo::Point from, geo::Point to) {
    auto command = asked_for();
    command.pickup = from;
    command.destination = to;
    return open(command, {}, searching_since).error();
  };
  EXPECT_EQ(refusal(pickup, pickup), Rejection::trip_too_short);
  EXPECT_EQ(refusal(pickup, {-6.2, 106.8004}), Rejection::trip_too_short);
  EXPECT_EQ(refusal(pickup, {-6.2, 107.8}), Rejection::trip_too_long);
  EXPECT_EQ(refusal(pickup, {0, 0}), Rejection::invalid_value);
  EXPECT_EQ(refusal({91, 0}, destination), Rejection::invalid_value);
  const auto request = open(asked_for(), {}, searching_since).value();
  EXPECT_EQ(request.state, RequestState::waiting);
  EXPECT_EQ(request.expires_at, searching_since + 120s);
}

TEST(MatchRequest, RemembersWhoDrives) {
  const auto match = decide(request_in(RequestState::waiting), proposal_in(ProposalState::proposed),
                            driver, AcceptProposal{}, proposed_at + 1s);
  ASSERT_TRUE(match);
  EXPECT_EQ(match->request.driver_id, driver);
  EXPECT_EQ(decide(match->request, ReassignRequest{another})->driver_id, another);
}

TEST(MatchRequest, ReopensWithFreshPatience) {
  const auto now = searching_since + 10min;
  const auto reopened = decide(request_in(RequestState::matched), Reopen{}, {}, now);
  ASSERT_TRUE(reopened);
  EXPECT_EQ(reopened->driver_id, std::nullopt);
  EXPECT_EQ(reopened->created_at, searching_since);
  EXPECT_EQ(reopened->searching_since, now);
  EXPECT_EQ(reopened->expires_at, now + 120s);
}

TEST(MatchRequest, ProposalDoesNotOutliveThePatience) {
  const auto request = request_in(RequestState::waiting);
  const auto late = propose(request, id_of<MatchId>(8), driver, {}, searching_since + 110s);
  EXPECT_EQ(late.expires_at, request.expires_at);
}

TEST(MatchRequest, SearchGrowsByAKilometreEveryTenSeconds) {
  const auto request = request_in(RequestState::waiting);
  const auto radius_after = [&](base::Duration waited) {
    return search_radius(request, {}, searching_since + waited).value;
  };
  EXPECT_EQ(radius_after(0s), 1'000);
  EXPECT_EQ(radius_after(9s), 1'000);
  EXPECT_EQ(radius_after(10s), 2'000);
  EXPECT_EQ(radius_after(40s), 5'000);
  EXPECT_EQ(radius_after(120s), 5'000);
  EXPECT_EQ(radius_after(-5s), 1'000) << "a clock that is behind";
}

TEST(DriverSlot, IsHeldByOneRequest) {
  const auto request = request_in(RequestState::waiting);
  const DriverSlot slot{.driver_id = driver, .beacon_on = true};
  const auto held = hold(slot, request);
  ASSERT_TRUE(held);
  EXPECT_EQ(held->held_by, request.id);
  EXPECT_EQ(hold(*held, request), held) << "twice for the same is one hold";

  auto other = request;
  other.id = id_of<RequestId>(7);
  EXPECT_EQ(hold(*held, other).error(), Rejection::driver_busy);
  EXPECT_EQ(release(*held, other.id), *held) << "a late release of another request";
  EXPECT_EQ(release(*held, request.id), slot);
}

TEST(DriverSlot, IsHeldForWhomItSuits) {
  const auto request = request_in(RequestState::waiting);
  EXPECT_EQ(hold({.driver_id = driver}, request).error(), Rejection::beacon_off);
  EXPECT_EQ(
      hold({.driver_id = driver, .vehicle_type = VehicleType::car, .beacon_on = true}, request)
          .error(),
      Rejection::vehicle_not_offered);
  EXPECT_EQ(hold({.driver_id = passenger, .beacon_on = true}, request).error(),
            Rejection::invalid_value);
}

}  // namespace
}  // namespace domain::match
