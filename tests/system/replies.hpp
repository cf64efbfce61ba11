#pragma once

/// What a test makes of an answer. Coroutines can't use ASSERT, so what must be is an exception.

#include <stdexcept>
#include <string>
#include <utility>

#include "sim/api_client.hpp"

namespace tests::system {

/// The answer; a refusal throws, and is named.
template <class T>
T granted(sim::Reply<T> reply) {
  if (!reply) throw std::runtime_error{"refused: " + base::json::to_text(reply.error())};
  return *std::move(reply);
}

/// "403 wrong_role", or "granted".
template <class T>
std::string refusal(const sim::Reply<T>& reply) {
  if (reply) return "granted";
  return std::to_string(reply.error().status) + ' ' + reply.error().code;
}

/// The same of a raw response: "422 invalid pickup.latitude destination", with the fields that are
/// named; "200" where nothing was refused.
inline std::string refusal(const platform::http::Response& response) {
  auto text = std::to_string(response.status);
  if (response.status < 400) return text;
  const auto problem = base::json::from_text<contracts::Problem>(response.body);
  if (!problem) throw std::runtime_error{text + " without a problem: " + response.body};
  text += ' ' + problem->code;
  if (problem->errors) {
    for (const auto& each : *problem->errors) text += ' ' + each.field;
  }
  return text;
}

}  // namespace tests::system
