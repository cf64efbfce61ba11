#pragma once

/// The public HTTP API, typed by the rows of contracts/operations.hpp.

#include <chrono>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

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

/// One try of a call, for who keeps count.
struct Exchange {
  const contracts::OperationRow& operation;
  int status = 0;    ///< 0: there was no answer.
  std::string code;  ///< Of a refusal: "proposal_closed", "no_answer"; else empty.
  std::chrono::microseconds took{0};
};

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
        co_await send(operation, base::json::encode(request).as_object(), new_key());
    co_return read<Answer>(response);
  }

  /// The same under a key of the caller's choosing, to be repeated when there was no answer.
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
  const std::string& base_url() const { return edges_.front(); }
  void set_patience(std::chrono::milliseconds patience) { patience_ = patience; }
  /// How long one try may take.
  void set_answer_limit(std::chrono::milliseconds limit) { answer_limit_ = limit; }

  /// Where the same API is served, too: turned to when one does not answer.
  void add_edge(std::string base_url) { edges_.push_back(std::move(base_url)); }
  void turn_to_next_edge();

  /// Is told of every try of an operation.
  void watch(std::function<void(const Exchange&)> watcher) { watcher_ = std::move(watcher); }

  /// An Idempotency-Key that nobody has used.
  std::string new_key();

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
  awaitable<std::optional<platform::http::Response>> try_once(
      const contracts::OperationRow& row, const std::string& target,
      const platform::http::Headers& headers, const std::string& body);
  void tell_watcher(const contracts::OperationRow& row,
                    const std::optional<platform::http::Response>& response,
                    std::chrono::steady_clock::time_point begin) const;

  platform::runtime::Runtime& runtime_;
  platform::http::Client& http_;
  std::vector<std::string> edges_;  ///< The first is in use.
  std::string access_token_;
  std::chrono::milliseconds patience_{5'000};
  std::chrono::milliseconds answer_limit_{10'000};
  std::function<void(const Exchange&)> watcher_;
};

}  // namespace sim
