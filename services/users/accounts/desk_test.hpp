#pragma once

/// The room of accounts over real servers, and somebody who calls, for its tests.

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "contracts/operations.hpp"
#include "services/binding/commands.hpp"
#include "services/users/accounts/principals.hpp"
#include "services/users/config.hpp"

namespace services::users::accounts {

namespace operations = contracts::operations;

/// Development, with codes as often as one likes.
UsersConfig quick_config();

/// "000000", unless that is the code.
std::string wrong(const std::string& code);

class Desk {
 public:
  Desk(platform::runtime::Runtime& test, UsersConfig config);
  ~Desk();

  awaitable<void> leave();

  /// The answer, or the code of the refusal.
  template <class Request, class Answer>
  awaitable<std::expected<Answer, std::string>> call(
      const contracts::Operation<Request, Answer>& operation, Request request) {
    const auto answer = co_await send(operation, base::json::to_text(request));
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

  /// What a call that fails is answered.
  template <class Request, class Answer>
  awaitable<contracts::Problem> refusal_of(const contracts::Operation<Request, Answer>& operation,
                                           Request request) {
    const auto answer = co_await send(operation, base::json::to_text(request));
    co_return base::json::from_text<contracts::Problem>(answer.body).value();
  }

  /// Waits until there is a text.
  awaitable<std::string> code_sent_to(std::string msisdn);

  /// Calls as the new session from then on.
  awaitable<contracts::Tokens> log_in(std::string msisdn);

  awaitable<std::optional<Principal>> principal();
  /// Past the copies.
  awaitable<std::optional<Principal>> looked_up_principal();
  awaitable<void> flush_redis();

  platform::postgres::Pool& pool();
  platform::bus::Connection& bus();

  std::string address = "192.0.2.1";
  std::string scopes;  ///< Of the API key, when staff calls.

 private:
  struct Parts;

  awaitable<binding::Answer> send(const contracts::OperationRow& row, std::string body);

  std::unique_ptr<Parts> parts_;
  domain::UserId user_;
  domain::SessionId session_;
};

using Visit = std::function<awaitable<void>(Desk&)>;
void at_desk(const UsersConfig& config, const Visit& visit);

}  // namespace services::users::accounts
