#pragma once

/// Who gives a command, as the edge vouches for it: from the token, never from a payload.

#include <string>
#include <string_view>

#include "domain/ids.hpp"
#include "platform/bus/connection.hpp"

namespace services::binding {

struct Caller {
  domain::UserId user;        ///< Nil for other services and staff.
  domain::SessionId session;  ///< Nil likewise.
  bool driver = false;        ///< Has an approved vehicle.
  std::string address;        ///< Where the request came from.
  std::string staff;          ///< The API key's name, for staff.
  std::string scopes;         ///< The API key's, separated by spaces.
  std::string trace;          ///< W3C traceparent.

  bool has_scope(std::string_view scope) const;
};

/// The caller as headers of a NATS request, and back.
platform::bus::MessageHeaders to_headers(const Caller& caller);
Caller caller_of(const platform::bus::Message& message);

}  // namespace services::binding
