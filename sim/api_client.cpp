#include "sim/api_client.hpp"

#include <algorithm>
#include <utility>

#include "platform/runtime/deadline.hpp"

namespace sim {
namespace {

namespace http = platform::http;
using boost::json::object;
using boost::json::value;

constexpr auto first_pause = std::chrono::milliseconds{100};
constexpr auto longest_pause = std::chrono::milliseconds{1'000};

http::Method method_of(contracts::Method method) {
  switch (method) {
    case contracts::Method::get: return http::Method::get;
    case contracts::Method::post: return http::Method::post;
    case contracts::Method::put: return http::Method::put;
    case contracts::Method::patch: return http::Method::patch;
    case contracts::Method::del: return http::Method::del;
  }
  NEBENGJEK_UNREACHABLE("a method without a case");
}

std::string plain_text(const value& argument) {
  return argument.is_string() ? std::string{argument.as_string()}
                              : base::json::serialized(argument);
}

/// The path with its parameters filled from `arguments`, which lose them.
std::string filled_path(std::string_view pattern, object& arguments) {
  std::string path;
  while (!pattern.empty()) {
    const auto open = pattern.find('{');
    path += pattern.substr(0, open);
    if (open == pattern.npos) break;
    const auto close = pattern.find('}', open);
    const auto name = pattern.substr(open + 1, close - open - 1);
    path += plain_text(arguments.at(name));
    arguments.erase(name);
    pattern.remove_prefix(close + 1);
  }
  return path;
}

std::string query_of(const object& arguments) {
  std::string query;
  for (const auto& [name, argument] : arguments) {
    query += query.empty() ? '?' : '&';
    query += std::string{name} + '=' + plain_text(argument);
  }
  return query;
}

bool is_worth_repeating(const http::Response& response) {
  return response.status == 503 || response.status == 429;
}

}  // namespace

ApiClient::ApiClient(platform::runtime::Runtime& runtime, http::Client& http, std::string base_url)
    : runtime_(runtime), http_(http), edges_{std::move(base_url)} {}

awaitable<http::Response> ApiClient::get(std::string path) {
  return send(http::Method::get, std::move(path), {});
}

awaitable<http::Response> ApiClient::send(http::Method method, std::string path, std::string body,
                                          http::Headers headers) {
  if (!access_token_.empty()) headers.set("Authorization", "Bearer " + access_token_);
  if (!body.empty()) headers.set("Content-Type", "application/json");
  co_return co_await http_.send(method, base_url() + path, std::move(headers), std::move(body),
                                answer_limit_);
}

awaitable<http::Response> ApiClient::send(const contracts::OperationRow& row, object arguments,
                                          std::string key) {
  auto target = filled_path(row.path, arguments);
  http::Headers headers;
  if (!access_token_.empty()) headers.set("Authorization", "Bearer " + access_token_);
  std::string body;
  if (row.changes_something()) {
    headers.set("Content-Type", "application/json");
    headers.set("Idempotency-Key", std::move(key));
    body = base::json::serialized(arguments);
  } else {
    target += query_of(arguments);
  }
  const auto give_up_at = runtime_.now() + patience_;
  for (auto pause = first_pause;; pause = std::min(2 * pause, longest_pause)) {
    auto response = co_await try_once(row, target, headers, body);
    const bool at_the_end = runtime_.now() >= give_up_at;
    if (response && (at_the_end || !is_worth_repeating(*response))) co_return *std::move(response);
    if (!response && at_the_end) throw http::NoAnswer{"no answer to " + std::string{row.name}};
    co_await platform::runtime::sleep_for(pause);
  }
}

awaitable<std::optional<http::Response>> ApiClient::try_once(const contracts::OperationRow& row,
                                                             const std::string& target,
                                                             const http::Headers& headers,
                                                             const std::string& body) {
  const auto begin = std::chrono::steady_clock::now();
  std::optional<http::Response> response;
  try {
    response = co_await http_.send(method_of(row.method), base_url() + target, headers, body,
                                   answer_limit_);
  } catch (const http::NoAnswer&) {
    turn_to_next_edge();
  }
  tell_watcher(row, response, begin);
  co_return response;
}

void ApiClient::tell_watcher(const contracts::OperationRow& row,
                             const std::optional<http::Response>& response,
                             std::chrono::steady_clock::time_point begin) const {
  if (!watcher_) return;
  const auto took = std::chrono::steady_clock::now() - begin;
  Exchange exchange{.operation = row,
                    .status = response ? static_cast<int>(response->status) : 0,
                    .code = response ? "" : "no_answer",
                    .took = std::chrono::duration_cast<std::chrono::microseconds>(took)};
  if (response && response->status >= 400) exchange.code = problem_of(*response).code;
  watcher_(exchange);
}

void ApiClient::turn_to_next_edge() { std::ranges::rotate(edges_, edges_.begin() + 1); }

contracts::Problem ApiClient::problem_of(const http::Response& response) {
  auto problem = base::json::from_text<contracts::Problem>(response.body);
  if (!problem) {
    throw std::runtime_error{"status " + std::to_string(response.status) +
                             " without a problem: " + problem.error()};
  }
  return *std::move(problem);
}

std::string ApiClient::new_key() { return runtime_.new_id<base::Id<struct CallTag>>().text(); }

}  // namespace sim
