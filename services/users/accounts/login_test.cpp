// Logging in over real tables: what is counted, what is forgotten, and what a second look finds.

#include "services/users/accounts/login.hpp"

#include <gtest/gtest.h>

#include "services/users/accounts/desk_test.hpp"
#include "tests/support/bus_fixture.hpp"

namespace services::users::accounts {
namespace {

using namespace std::chrono_literals;

constexpr auto siti = "+6281234567890";
constexpr auto budi = "+6281234567891";

TEST(Login, TheSameNumberIsTheSameUser) {
  at_desk(quick_config(), [](Desk& desk) -> awaitable<void> {
    const auto first = co_await desk.log_in(siti);
    const auto second = co_await desk.log_in(siti);
    const auto other = co_await desk.log_in(budi);
    EXPECT_EQ(second.user_id, first.user_id);
    EXPECT_NE(second.session_id, first.session_id);
    EXPECT_NE(other.user_id, first.user_id);
  });
}

TEST(Login, GuessesAreCountedAlthoughRedisForgets) {
  at_desk(quick_config(), [](Desk& desk) -> awaitable<void> {
    const auto challenge =
        (co_await desk.call(operations::request_otp, {.msisdn = siti})).value().challenge_id;
    const auto code = co_await desk.code_sent_to(siti);
    for (int guess = 0; guess < 5; ++guess) {
      EXPECT_EQ(co_await desk.outcome(operations::verify_otp,
                                      {.challenge_id = challenge, .code = wrong(code)}),
                "otp_refused");
      co_await desk.flush_redis();
    }
    EXPECT_EQ(
        co_await desk.outcome(operations::verify_otp, {.challenge_id = challenge, .code = code}),
        "otp_refused");
  });
}

TEST(Login, ManyWrongCodesLockTheNumberWhicheverChallengeTheyWereFor) {
  auto config = quick_config();
  config.otp.failures_max = 3;
  at_desk(config, [](Desk& desk) -> awaitable<void> {
    for (int i = 0; i < 3; ++i) {
      const auto challenge =
          (co_await desk.call(operations::request_otp, {.msisdn = siti})).value();
      co_await desk.outcome(operations::verify_otp,
                            {.challenge_id = challenge.challenge_id,
                             .code = wrong(co_await desk.code_sent_to(siti))});
    }
    EXPECT_EQ(co_await desk.outcome(operations::request_otp, {.msisdn = siti}), "otp_locked");
    EXPECT_EQ(co_await desk.outcome(operations::request_otp, {.msisdn = budi}), "ok");
  });
}

/// What is remembered of codes and guesses is so much older from now on.
awaitable<void> let_time_pass(Desk& desk, std::chrono::minutes passed) {
  const auto by = std::to_string(passed.count());
  co_await desk.pool().run({"test.age_codes",
                            "update otp_codes set issued_at = issued_at - $1 *"
                            " interval '1 minute'"},
                           by);
  co_await desk.pool().run({"test.age_guards",
                            "update otp_guards set window_started_at = window_started_at - $1 *"
                            " interval '1 minute', locked_until = locked_until - $1 *"
                            " interval '1 minute'"},
                           by);
}

TEST(Login, GuessingForADayFromEverywhereIsHopeless) {
  auto config = quick_config();
  config.otp = {};
  at_desk(config, [](Desk& desk) -> awaitable<void> {
    constexpr auto pause = 30min;
    constexpr int guesses_at_each = 6;
    for (auto passed = 0min; passed < 24h; passed += pause) {
      desk.address = "192.0.2." + std::to_string(passed / pause);
      const auto challenge = co_await desk.call(operations::request_otp, {.msisdn = siti});
      for (int i = 0; challenge && i < guesses_at_each; ++i) {
        const auto answer = co_await desk.outcome(
            operations::verify_otp, {.challenge_id = challenge->challenge_id, .code = "000000"});
        EXPECT_TRUE(answer == "otp_refused" || answer == "otp_locked") << answer;
      }
      co_await desk.flush_redis();
      co_await let_time_pass(desk, pause);
    }
    const auto tried = co_await desk.pool().run(
        {"test.guesses", "select sum(failed_checks) as guesses from otp_codes"});
    EXPECT_GE(tried.front().get<int>("guesses"), 5);
    EXPECT_LE(tried.front().get<int>("guesses"), 50);
  });
}

TEST(Login, ANumberGetsSoManyCodes) {
  auto config = quick_config();
  config.otp.per_number[0].count = 2;
  at_desk(config, [](Desk& desk) -> awaitable<void> {
    EXPECT_EQ(co_await desk.outcome(operations::request_otp, {.msisdn = siti}), "ok");
    EXPECT_EQ(co_await desk.outcome(operations::request_otp, {.msisdn = "081234567890"}), "ok");
    EXPECT_EQ(co_await desk.outcome(operations::request_otp, {.msisdn = siti}), "otp_throttled");
    EXPECT_EQ(co_await desk.outcome(operations::request_otp, {.msisdn = budi}), "ok");
  });
}

TEST(Login, AnAddressAsksForSoManyCodes) {
  auto config = quick_config();
  config.otp.per_address.count = 1;
  at_desk(config, [](Desk& desk) -> awaitable<void> {
    EXPECT_EQ(co_await desk.outcome(operations::request_otp, {.msisdn = siti}), "ok");
    EXPECT_EQ(co_await desk.outcome(operations::request_otp, {.msisdn = budi}), "otp_throttled");
    desk.address = "192.0.2.2";
    EXPECT_EQ(co_await desk.outcome(operations::request_otp, {.msisdn = budi}), "ok");
  });
}

TEST(Login, NumbersThatBeginAlikeGetSoManyCodes) {
  auto config = quick_config();
  config.otp.per_prefix.count = 1;
  at_desk(config, [](Desk& desk) -> awaitable<void> {
    EXPECT_EQ(co_await desk.outcome(operations::request_otp, {.msisdn = siti}), "ok");
    EXPECT_EQ(co_await desk.outcome(operations::request_otp, {.msisdn = budi}), "otp_throttled");
    EXPECT_EQ(co_await desk.outcome(operations::request_otp, {.msisdn = "+6285234567890"}), "ok");
  });
}

TEST(Login, ARepeatedRefreshWithinTheGraceGetsTheSameSuccessor) {
  at_desk(quick_config(), [](Desk& desk) -> awaitable<void> {
    const contracts::RefreshTokens first{(co_await desk.log_in(siti)).refresh_token};
    const auto second = (co_await desk.call(operations::refresh_tokens, first)).value();
    const auto again = (co_await desk.call(operations::refresh_tokens, first)).value();
    EXPECT_EQ(again.refresh_token, second.refresh_token);
    EXPECT_TRUE(co_await desk.principal());
  });
}

TEST(Login, AReusedRefreshTokenEndsTheSessionForGood) {
  auto config = quick_config();
  config.refresh_grace = 0ms;
  at_desk(config, [](Desk& desk) -> awaitable<void> {
    const contracts::RefreshTokens first{(co_await desk.log_in(siti)).refresh_token};
    const contracts::RefreshTokens second{
        (co_await desk.call(operations::refresh_tokens, first)).value().refresh_token};
    EXPECT_TRUE(co_await desk.principal());
    EXPECT_EQ(co_await desk.outcome(operations::refresh_tokens, first), "refresh_refused");
    EXPECT_EQ(co_await desk.outcome(operations::refresh_tokens, second), "refresh_refused");
    co_await tests::support::eventually("the session has ended", [&]() -> awaitable<bool> {
      co_return !co_await desk.principal();
    });
  });
}

TEST(Login, AForgedRefreshTokenEndsNothing) {
  at_desk(quick_config(), [](Desk& desk) -> awaitable<void> {
    const auto tokens = co_await desk.log_in(siti);
    const contracts::RefreshTokens forged{tokens.session_id.text() + ".7.mac"};
    EXPECT_EQ(co_await desk.outcome(operations::refresh_tokens, forged), "refresh_refused");
    EXPECT_EQ(co_await desk.outcome(operations::refresh_tokens, {tokens.refresh_token}), "ok");
  });
}

TEST(Login, LoggingOutEndsTheSession) {
  at_desk(quick_config(), [](Desk& desk) -> awaitable<void> {
    const auto tokens = co_await desk.log_in(siti);
    EXPECT_EQ(co_await desk.outcome(operations::logout, {}), "ok");
    EXPECT_EQ(co_await desk.outcome(operations::refresh_tokens, {tokens.refresh_token}),
              "refresh_refused");
    EXPECT_EQ(co_await desk.outcome(operations::logout, {}), "ok");
  });
}

contracts::RegisterDriver application(std::string plate) {
  return {.vehicle_type = domain::VehicleType::car,
          .vehicle = "Toyota Avanza",
          .plate = std::move(plate),
          .payout_account = {.bank = "BCA", .number = "1234567890", .holder = "Siti"}};
}

TEST(Profile, ADriverIsPendingUntilAnOperatorApproves) {
  at_desk(quick_config(), [](Desk& desk) -> awaitable<void> {
    const auto siti_is = co_await desk.log_in(siti);
    const auto applied =
        (co_await desk.call(operations::register_driver, application("b 1234-xyz"))).value();
    EXPECT_EQ(applied.status, domain::identity::DriverStatus::pending);
    EXPECT_EQ(applied.plate, "B1234XYZ");
    EXPECT_FALSE((co_await desk.principal())->drives);

    EXPECT_EQ(co_await desk.outcome(operations::approve_driver, {siti_is.user_id}), "ok");
    co_await tests::support::eventually("the driver may drive", [&]() -> awaitable<bool> {
      co_return (co_await desk.principal())->drives == domain::VehicleType::car;
    });
    EXPECT_EQ(co_await desk.outcome(operations::approve_driver, {siti_is.user_id}),
              "illegal_transition");
  });
}

TEST(Profile, APlateIsRegisteredOnce) {
  at_desk(quick_config(), [](Desk& desk) -> awaitable<void> {
    co_await desk.log_in(siti);
    EXPECT_EQ(co_await desk.outcome(operations::register_driver, application("B 1234 XYZ")), "ok");
    co_await desk.log_in(budi);
    EXPECT_EQ(co_await desk.outcome(operations::register_driver, application("b1234xyz")),
              "plate_taken");
    EXPECT_EQ(co_await desk.outcome(operations::register_driver, application("---")),
              "invalid_value");
  });
}

TEST(Profile, AnAccountNumberIsShownByItsEndAlone) {
  at_desk(quick_config(), [](Desk& desk) -> awaitable<void> {
    co_await desk.log_in(siti);
    const auto driver =
        (co_await desk.call(operations::register_driver, application("B 1 AB"))).value();
    EXPECT_EQ(driver.payout_account.number, "******7890");
    const auto me = (co_await desk.call(operations::get_me, {})).value();
    EXPECT_EQ(me.driver.value().payout_account.number, "******7890");
  });
}

}  // namespace
}  // namespace services::users::accounts
