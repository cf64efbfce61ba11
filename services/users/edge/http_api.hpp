#pragma once

/// The public HTTP API: every row of contracts/operations.hpp that has a path and is for users, and
/// a few documents beside them.

#include <memory>

#include "platform/http/server.hpp"
#include "services/binding/presence.hpp"
#include "services/users/edge/gateway.hpp"
#include "services/users/edge/rate_limits.hpp"

namespace services::users::edge {

class HttpApi {
 public:
  virtual ~HttpApi() = default;
  virtual awaitable<platform::http::Response> answer(platform::http::Request request) = 0;
};

std::unique_ptr<HttpApi> make_http_api(const binding::Environment& environment,
                                       const UsersConfig& config, Gateway& gateway,
                                       RateLimits& limits, const accounts::Tokens& tokens,
                                       const binding::Presence& presence);

/// The error that the server found by itself, in the form of all others.
platform::http::Response server_error(int status, std::string_view code, std::string_view detail);

}  // namespace services::users::edge
