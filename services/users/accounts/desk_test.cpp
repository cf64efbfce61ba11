#include "services/users/accounts/desk_test.hpp"

#include <exception>
#include <filesystem>
#include <fstream>
#include <vector>

#include <gtest/gtest.h>

#include "platform/bus/migrations.hpp"
#include "platform/security/jwt.hpp"
#include "services/users/accounts/accounts.hpp"
#include "services/users/accounts/migrations.hpp"
#include "services/users/accounts/sms.hpp"
#include "tests/support/bus_fixture.hpp"

namespace services::users::accounts {
namespace {

namespace fs = std::filesystem;
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

}  // namespace

UsersConfig quick_config() {
  UsersConfig config;
  config.dev = true;
  config.secret = "a secret of at least 32 characters";
  config.signing_key_files = {signing_key_file()};
  config.otp.resend_first = 0ms;
  return config;
}

std::string wrong(const std::string& code) { return code == "000000" ? "000001" : "000000"; }

struct Desk::Parts {
  Parts(Runtime& test, const UsersConfig& config)
      : instance(test, "users", database()),
        redis(platform::redis::make_client(instance.runtime, support::redis_config())),
        accounts(make_accounts({instance.runtime, *instance.pool, *redis, *instance.connection},
                               config)),
        executor(binding::make_executor(instance.runtime, *instance.pool, accounts->commands(),
                                        [] {}, {.deadline = 5s})) {}

  support::Instance instance;
  std::unique_ptr<platform::redis::Client> redis;
  std::unique_ptr<Accounts> accounts;
  std::unique_ptr<binding::CommandExecutor> executor;
};

Desk::Desk(Runtime& test, UsersConfig config) : parts_(std::make_unique<Parts>(test, config)) {}

Desk::~Desk() = default;

awaitable<void> Desk::leave() {
  co_await parts_->accounts->stop();
  co_await parts_->instance.leave();
  co_await parts_->redis->close();
}

awaitable<std::string> Desk::code_sent_to(std::string msisdn) {
  std::optional<std::string> text;
  co_await support::eventually("a code is sent", [&]() -> awaitable<bool> {
    text = co_await read_dev_inbox(*parts_->redis, msisdn);
    co_return text.has_value();
  });
  co_return text->substr(0, 6);
}

awaitable<contracts::Tokens> Desk::log_in(std::string msisdn) {
  const auto challenge = co_await call(operations::request_otp, {.msisdn = msisdn});
  const auto code = co_await code_sent_to(msisdn);
  const auto tokens = co_await call(operations::verify_otp,
                                    {.challenge_id = challenge.value().challenge_id, .code = code});
  user_ = tokens.value().user_id;
  session_ = tokens->session_id;
  co_return *tokens;
}

awaitable<std::optional<Principal>> Desk::principal() {
  co_return co_await parts_->accounts->principals().find(session_);
}

awaitable<std::optional<Principal>> Desk::looked_up_principal() {
  co_return co_await parts_->accounts->principals().look_up(session_);
}

awaitable<void> Desk::flush_redis() { co_await parts_->redis->command({"FLUSHALL"}); }

postgres::Pool& Desk::pool() { return *parts_->instance.pool; }
platform::bus::Connection& Desk::bus() { return *parts_->instance.connection; }

awaitable<binding::Answer> Desk::send(const contracts::OperationRow& row, std::string body) {
  return parts_->executor->execute(
      row, {.caller = {.user = user_, .session = session_, .address = address, .scopes = scopes},
            .body = std::move(body),
            .idempotency_key = {}});
}

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

}  // namespace services::users::accounts
