// Logging in, staying logged in, and being logged out.

#include "tests/system/system_test.hpp"

namespace tests::system {
namespace {

namespace operations = contracts::operations;
using namespace std::chrono_literals;

using Login = SystemTest;

std::string wrong(const std::string& code) { return code == "000000" ? "000001" : "000000"; }

TEST_F(Login, TheFirstLoginMakesTheAccountAndTheNextFindsIt) {
  visit([](City& city) -> awaitable<void> {
    auto* phone = co_await city.passenger();
    const auto me = granted(co_await phone->call(operations::get_me));
    EXPECT_EQ(me.user_id, phone->user());
    EXPECT_FALSE(me.name);
    granted(co_await phone->call(operations::update_me, {.name = "Siti Rahayu"}));
    EXPECT_EQ(granted(co_await phone->call(operations::get_me)).name, "Siti Rahayu");
  });
}

TEST_F(Login, NumbersThatAreNotServedAreNamed) {
  visit([](City& city) -> awaitable<void> {
    auto& phone = city.new_phone();
    EXPECT_EQ(refusal(co_await phone.call(operations::request_otp, {.msisdn = "+62215795000"})),
              "422 msisdn_invalid");
    EXPECT_EQ(refusal(co_await phone.call(operations::request_otp, {.msisdn = "+6591234567"})),
              "422 country_not_allowed");
  });
}

TEST_F(Login, ACodeIsSentAgainAfterAWhileOnly) {
  visit([](City& city) -> awaitable<void> {
    auto& phone = city.new_phone();
    phone.api().set_patience(0ms);
    const auto msisdn = city.new_msisdn();
    const auto challenge =
        granted(co_await phone.call(operations::request_otp, {.msisdn = msisdn}));
    EXPECT_EQ(challenge.resend_after_s, 1);
    EXPECT_EQ(refusal(co_await phone.call(operations::request_otp, {.msisdn = msisdn})),
              "429 otp_throttled");
  });
}

TEST_F(Login, FiveWrongGuessesUseACodeUp) {
  visit([](City& city) -> awaitable<void> {
    auto& phone = city.new_phone();
    const auto msisdn = city.new_msisdn();
    const auto challenge =
        granted(co_await phone.call(operations::request_otp, {.msisdn = msisdn}));
    const auto code = co_await phone.read_code(msisdn);
    for (int guess = 0; guess < 5; ++guess) {
      EXPECT_EQ(refusal(co_await phone.call(
                    operations::verify_otp,
                    {.challenge_id = challenge.challenge_id, .code = wrong(code)})),
                "401 otp_refused");
    }
    EXPECT_EQ(refusal(co_await phone.call(operations::verify_otp,
                                          {.challenge_id = challenge.challenge_id, .code = code})),
              "401 otp_refused");
  });
}

TEST_F(Login, ACodeOpensOneSession) {
  visit([](City& city) -> awaitable<void> {
    auto& phone = city.new_phone();
    const auto msisdn = city.new_msisdn();
    const auto challenge =
        granted(co_await phone.call(operations::request_otp, {.msisdn = msisdn}));
    const contracts::VerifyOtp answer{.challenge_id = challenge.challenge_id,
                                      .code = co_await phone.read_code(msisdn)};
    granted(co_await phone.call(operations::verify_otp, answer));
    EXPECT_EQ(refusal(co_await phone.call(operations::verify_otp, answer)), "401 otp_refused");
  });
}

TEST_F(Login, ARefreshKeepsTheSession) {
  visit([](City& city) -> awaitable<void> {
    auto* phone = co_await city.passenger();
    const auto before = phone->tokens();
    const auto after = granted(co_await phone->refresh());
    EXPECT_EQ(after.session_id, before.session_id);
    EXPECT_NE(after.refresh_token, before.refresh_token);
    granted(co_await phone->call(operations::get_me));
    granted(co_await phone->send(std::string{contracts::frames::renew_token},
                                 base::json::encode(contracts::RenewToken{after.access_token})));
  });
}

TEST_F(Login, ARepeatedRefreshGetsTheSameSuccessor) {
  visit([](City& city) -> awaitable<void> {
    auto* phone = co_await city.passenger();
    const contracts::RefreshTokens request{.refresh_token = phone->tokens().refresh_token};
    const auto first = granted(co_await phone->call(operations::refresh_tokens, request));
    const auto again = granted(co_await phone->call(operations::refresh_tokens, request));
    EXPECT_EQ(again.refresh_token, first.refresh_token);
  });
}

TEST_F(Login, ACopiedRefreshTokenEndsTheSession) {
  visit([](City& city) -> awaitable<void> {
    auto* phone = co_await city.passenger();
    const auto stolen = phone->tokens();
    granted(co_await phone->refresh());
    granted(co_await phone->refresh());
    auto& thief = city.new_phone();
    thief.use(stolen);
    EXPECT_EQ(refusal(co_await thief.refresh()), "401 refresh_refused");
    co_await until_logged_out(*phone);
    EXPECT_EQ(refusal(co_await phone->refresh()), "401 refresh_refused");
  });
}

TEST_F(Login, LoggingOutEndsTheSession) {
  visit([](City& city) -> awaitable<void> {
    auto* phone = co_await city.passenger();
    granted(co_await phone->call(operations::logout));
    co_await until_logged_out(*phone);
  });
}

TEST_F(Login, ADriverIsOneOnceRegistered) {
  visit([](City& city) -> awaitable<void> {
    auto* driver = co_await city.driver(city.place(0));
    const auto me = granted(co_await driver->call(operations::get_me));
    EXPECT_EQ(me.driver.value().status, domain::identity::DriverStatus::approved);
    EXPECT_EQ(me.driver->payout_account.number, "******7890");
    EXPECT_EQ(refusal(co_await driver->call(
                  operations::register_driver,
                  {.vehicle = "Toyota Avanza",
                   .plate = "B 1 NJ",
                   .payout_account = {.bank = "BCA", .number = "1234567890", .holder = "Driver"}})),
              "409 driver_already_registered");
  });
}

}  // namespace
}  // namespace tests::system
