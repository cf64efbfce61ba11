#pragma once

/// The public HTTP API, typed by the rows of contracts/operations.hpp.

#include <chrono>
#include <expected>
#include <string>

#include <boost/json/object.hpp>

#include "base/json/json.hpp"
#include "contracts/errors.hpp"
#include "contracts/operation.hpp"
#include "platform/http/client.hpp"
#include "platform/runtime/runtime.hpp"

namespace sim {

using platform::awaitable;

template <class T>
using Reply = std::expected<T, contracts::Problem>;

class ApiClient {
 public:
  /// `base_url` is "http://127.0.0.1:8080". The client must outlive this.
  ApiClient(platform::runtime::Runtime& runtime, platform::http::Client& http,
            std::string base_url);

  /// Sends `request` as the row says: path parameters from its members, the rest as query or body.
  /// Every call has an Idempotency-Key of its own, under which it is repeated when the service was
  /// out of reach, until `patience` ends. Throws http::NoAnswer when there never was an answer.
  template <class Request, class Answer>
  awaitable<Reply<Answer>> call(const contracts::Operation<Request, Answer>& operation,
                                Request request) {
    const auto response =
        co_await send(operation, base::json::encode(request).as_object(), fresh_key());
    co_return read<Answer>(response);
  }

  /// The same under a key of the caller's choosing.
  template <class Request, class Answer>
  awaitable<Reply<Answer>> call(const contracts::Operation<Request, Answer>& operation,
                                Request request, std::string idempotency_key) {
    const auto response = co_await send(operation, base::json::encode(request).as_object(),
                                        std::move(idempotency_key));
    co_return read<Answer>(response);
  }

  /// As it is and once, for what is no operation and what no operation would send.
  awaitable<platform::http::Response> get(std::string path);
  awaitable<platform::http::Response> send(platform::http::Method method, std::string path,
                                           std::string body, platform::http::Headers headers = {});

  void use_token(std::string access_token) { access_token_ = std::move(access_token); }
  const std::string& token() const { return access_token_; }
  const std::string& base_url() const { return base_url_; }
  void set_patience(std::chrono::milliseconds patience) { patience_ = patience; }

 private:
  template <class Answer>
  static Reply<Answer> read(const platform::http::Response& response) {
    if (response.status >= 400) return std::unexpected{problem_of(response)};
    const auto& text = response.body.empty() ? empty_object : response.body;
    auto answer = base::json::from_text<Answer>(text);
    if (!answer) throw std::runtime_error{"an answer breaks the contract: " + answer.error()};
    return *std::move(answer);
  }

  static contracts::Problem problem_of(const platform::http::Response& response);
  static inline const std::string empty_object = "{}";

  awaitable<platform::http::Response> send(const contracts::OperationRow& row,
                                           boost::json::object arguments, std::string key);
  std::string fresh_key();

  platform::runtime::Runtime& runtime_;
  platform::http::Client& http_;
  std::string base_url_;
  std::string access_token_;
  std::chrono::milliseconds patience_{5'000};
};

}  // namespace sim
