// Logging in over real tables: what is counted, what is forgotten, and what a second look finds.

#include "services/users/accounts/login.hpp"

#include <exception>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "contracts/operations.hpp"
#include "platform/bus/migrations.hpp"
#include "platform/runtime/deadline.hpp"
#include "platform/security/jwt.hpp"
#include "services/users/accounts/accounts.hpp"
#include "services/users/accounts/migrations.hpp"
#include "services/users/accounts/sms.hpp"
#include "tests/support/bus_fixture.hpp"

namespace services::users::accounts {
namespace {

namespace fs = std::filesystem;
namespace operations = contracts::operations;
namespace postgres = platform::postgres;
namespace support = tests::support;
using namespace std::chrono_literals;
using platform::runtime::Runtime;

postgres::PoolConfig database() {
  const auto config = support::fresh_database_config("accounts");
  std::vector<postgres::Migration> steps;
  for (const auto part : {platform::bus::migrations(), migrations()}) {
    steps.insert(steps.end(), part.begin(), part.end());
  }
  postgres::migrate(config, steps);
  return config;
}

const std::string& signing_key_file() {
  static const auto file = [] {
    const auto path = fs::path{testing::TempDir()} / ("accounts_key_" + std::to_string(getpid()));
    std::ofstream{path}
        << platform::security::generate_key(platform::security::Algorithm::es256)->private_pem();
    return path.string();
  }();
  return file;
}

UsersConfig quick_config() {
  UsersConfig config;
  config.dev = true;
  config.secret = "a secret of at least 32 characters";
  config.signing_key_files = {signing_key_file()};
  config.otp.resend_first = 0ms;
  return config;
}

/// The room of accounts, and somebody who calls from one address.
class Desk {
 public:
  Desk(Runtime& test, UsersConfig config)
      : instance_(test, "users", database()),
        redis_(platform::redis::make_client(instance_.runtime, support::redis_config())),
        accounts_(make_accounts(
            {instance_.runtime, *instance_.pool, *redis_, *instance_.connection}, config)),
        executor_(binding::make_executor(instance_.runtime, *instance_.pool, accounts_->commands(),
                                         [] {}, {.deadline = 5s})) {}

  awaitable<void> leave() {
    co_await instance_.leave();
    co_await redis_->close();
  }

  /// The answer, or the code of the refusal.
  template <class Request, class Answer>
  awaitable<std::expected<Answer, std::string>> call(
      const contracts::Operation<Request, Answer>& operation, Request request) {
    const auto answer = co_await executor_->execute(
        operation, {.caller = {.user = user_, .session = session_, .address = address},
                    .body = base::json::to_text(request),
                    .idempotency_key = {}});
    if (!answer.ok()) {
      co_return std::unexpected{base::json::from_text<contracts::Problem>(answer.body)->code};
    }
    co_return base::json::from_text<Answer>(answer.body).value();
  }

  template <class Request, class Answer>
  awaitable<std::string> outcome(const contracts::Operation<Request, Answer>& operation,
                                 Request request) {
    const auto answer = co_await call(operation, std::move(request));
    co_return answer ? "ok" : answer.error();
  }

  awaitable<std::string> code_sent_to(std::string msisdn) {
    std::optional<std::string> text;
    co_await support::eventually("a code is sent", [&]() -> awaitable<bool> {
      text = co_await read_dev_inbox(*redis_, msisdn);
      co_return text.has_value();
    });
    co_return text->substr(0, 6);
  }

  awaitable<contracts::Tokens> log_in(std::string msisdn) {
    const auto challenge = co_await call(operations::request_otp, {.msisdn = msisdn});
    const auto code = co_await code_sent_to(msisdn);
    const auto tokens = co_await call(
        operations::verify_otp, {.challenge_id = challenge.value().challenge_id, .code = code});
    user_ = tokens.value().user_id;
    session_ = tokens->session_id;
    co_return *tokens;
  }

  awaitable<std::optional<Principal>> principal() {
    co_return co_await accounts_->principals().find(session_);
  }

  awaitable<void> flush_redis() { co_await redis_->command({"FLUSHALL"}); }

  std::string address = "192.0.2.1";

 private:
  support::Instance instance_;
  std::unique_ptr<platform::redis::Client> redis_;
  std::unique_ptr<Accounts> accounts_;
  std::unique_ptr<binding::CommandExecutor> executor_;
  domain::UserId user_;
  domain::SessionId session_;
};

using Visit = std::function<awaitable<void>(Desk&)>;

void at_desk(const UsersConfig& config, const Visit& visit) {
  support::run([&](Runtime& runtime) -> awaitable<void> {
    Desk desk{runtime, config};
    std::exception_ptr failure;
    try {
      co_await visit(desk);
    } catch (...) {
      failure = std::current_exception();
    }
    co_await desk.leave();
    if (failure) std::rethrow_exception(failure);
  });
}

constexpr auto siti = "+6281234567890";
constexpr auto budi = "+6281234567891";

std::string wrong(const std::string& code) { return code == "000000" ? "000001" : "000000"; }

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
    co_await support::eventually("the session has ended", [&]() -> awaitable<bool> {
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
    co_await support::eventually("the driver may drive", [&]() -> awaitable<bool> {
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
