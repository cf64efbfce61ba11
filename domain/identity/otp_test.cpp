#include "domain/identity/otp.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/scenario.hpp"

namespace domain::identity {
namespace {

using namespace std::chrono_literals;
using tests::support::id_of;
using tests::support::Scenario;
using tests::support::to_duration;
using tests::support::to_integer;

constexpr auto now = base::from_unix_ms(1'700'000'000'000);

NumberGuard guard_in(const Scenario& scenario) {
  NumberGuard guard{.failures = static_cast<int>(to_integer(scenario.value("failures", "0"))),
                    .window_started_at = now - to_duration(scenario.value("since", "1h"))};
  const auto locked = scenario.value("locked");
  if (!locked.empty()) guard.locked_until = now + to_duration(locked);
  return guard;
}

/// "ago=29s,2m": commas part words, so the later ages stand alone.
std::vector<base::Instant> sent_in(const Scenario& scenario) {
  std::vector<base::Instant> sent_at;
  for (const auto& word : scenario.given) {
    const bool is_age = word.starts_with("ago=") || std::isdigit(word.front()) != 0;
    if (is_age) sent_at.push_back(now - to_duration(word.substr(word.find('=') + 1)));
  }
  return sent_at;
}

void expect_send(const Scenario& scenario) {
  const auto outcome = check_send(sent_in(scenario), guard_in(scenario), {}, now);
  if (scenario.expected.at(0) == "sent") {
    EXPECT_TRUE(outcome);
    return;
  }
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().why, tests::support::to_enum<Rejection>(scenario.expected[0]));
  EXPECT_EQ(outcome.error().until - now, to_duration(scenario.expected_value("wait").value()));
}

Challenge challenge_in(const Scenario& scenario) {
  Challenge challenge{.id = id_of<ChallengeId>(1),
                      .issued_at = now - to_duration(scenario.value("age", "1m")),
                      .failed_checks = static_cast<int>(to_integer(scenario.value("failed", "0")))};
  if (scenario.value("used") == "yes") challenge.used_at = now - 1s;
  return challenge;
}

void expect_check(const Scenario& scenario) {
  const auto before = challenge_in(scenario);
  const auto guard = guard_in(scenario);
  const auto check = check_code(before, guard, scenario.value("code") == "right", {}, now);
  if (scenario.expected.at(0) == "passed") {
    EXPECT_EQ(check.refusal, std::nullopt);
    EXPECT_EQ(check.challenge.used_at, now);
    EXPECT_EQ(check.guard, NumberGuard{}) << "the failures are forgotten";
    return;
  }
  EXPECT_EQ(check.refusal, tests::support::to_enum<Rejection>(scenario.expected[0]));
  EXPECT_EQ(check.challenge.used_at, before.used_at);
  if (const auto failed = scenario.expected_value("failed")) {
    EXPECT_EQ(check.challenge.failed_checks, to_integer(*failed));
  }
  if (const auto failures = scenario.expected_value("failures")) {
    EXPECT_EQ(check.guard.failures, to_integer(*failures));
  }
  if (const auto locked = scenario.expected_value("locked")) {
    EXPECT_EQ(check.guard.locked_until, now + to_duration(*locked));
  }
}

TEST(Otp, FollowsTheTable) {
  for (const auto& scenario : tests::support::read_scenarios("tests/scenarios/otp_limits.txt")) {
    SCOPED_TRACE(scenario.where);
    scenario.given.at(0) == "send" ? expect_send(scenario) : expect_check(scenario);
  }
}

TEST(Otp, GuessingForADayIsHopeless) {
  NumberGuard guard;
  int guesses = 0;
  for (auto at = now; at < now + 24h; at += 1min) {
    const Challenge fresh{.id = id_of<ChallengeId>(1), .issued_at = at};
    const auto check = check_code(fresh, guard, false, {}, at);
    if (check.refusal != Rejection::otp_locked) ++guesses;
    guard = check.guard;
  }
  EXPECT_LE(guesses, 50);
}

RC_GTEST_PROP(OtpProperty, NoWindowHoldsMoreThanItsLimit, ()) {
  const OtpRules rules;
  std::vector<base::Instant> sent_at;
  auto at = now;
  for (int tries = *rc::gen::inRange(0, 200); tries > 0; --tries) {
    at += std::chrono::seconds{*rc::gen::inRange(0, 1'000)};
    if (check_send(sent_at, {}, rules, at)) sent_at.push_back(at);
  }
  for (const auto& limit : rules.per_number) {
    const auto count = static_cast<std::size_t>(limit.count);
    for (std::size_t i = count; i < sent_at.size(); ++i) {
      RC_ASSERT(sent_at[i] - sent_at[i - count] >= limit.window);
    }
  }
}

RC_GTEST_PROP(OtpProperty, WaitingAsToldIsEnough, ()) {
  std::vector<base::Instant> sent_at;
  for (int i = *rc::gen::inRange(0, 12); i > 0; --i) {
    sent_at.push_back(now - std::chrono::seconds{*rc::gen::inRange(0, 90'000)});
  }
  const auto outcome = check_send(sent_at, {}, {}, now);
  if (!outcome) RC_ASSERT(check_send(sent_at, {}, {}, outcome.error().until).has_value());
}

}  // namespace
}  // namespace domain::identity
