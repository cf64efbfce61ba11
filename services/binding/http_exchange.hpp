#pragma once

/// A call and its answer as HTTP carries them, on the public port and on every admin port.

#include <optional>
#include <string>

#include "contracts/errors.hpp"
#include "platform/http/message.hpp"
#include "platform/runtime/entropy.hpp"
#include "services/binding/commands.hpp"

namespace services::binding {

/// What is wrong with a request's form, before anybody asks who sent it: 406, 413, 415, and 422 for
/// an Idempotency-Key that is empty or long.
std::optional<contracts::Problem> form_problem(const platform::http::Request& request);

/// The token of a request: of the Authorization header, else of the subprotocol "bearer.<token>",
/// since browsers can't set headers on WebSockets. Never of the URL.
std::optional<std::string> bearer_token(const platform::http::Request& request);

/// The trace a request belongs to, begun here if it names none.
std::string trace_of(const platform::http::Request& request, platform::runtime::Entropy& entropy);

/// An answer as an HTTP response: problem+json for errors, Retry-After where waiting helps.
platform::http::Response response_of(const Answer& answer);
platform::http::Response response_of(const contracts::Problem& problem);

}  // namespace services::binding
