#pragma once

/// Who is behind a session: what every request and socket is checked against. The tables decide;
/// Redis holds copies for a few seconds, which a change deletes.

#include <chrono>
#include <memory>
#include <optional>

#include "domain/ids.hpp"
#include "domain/vehicle.hpp"
#include "services/binding/service.hpp"
#include "services/users/accounts/ports.hpp"

namespace services::users::accounts {

struct Principal {
  domain::UserId user;
  domain::SessionId session;
  std::optional<domain::VehicleType> drives;  ///< Of a driver, approved or suspended.
};

class Principals {
 public:
  virtual ~Principals() = default;

  /// Empty when the session has ended. Throws postgres::Unavailable when nobody can tell.
  virtual awaitable<std::optional<Principal>> find(domain::SessionId session) = 0;

  /// The same past the copies, for whoever would be refused by what one of them says.
  virtual awaitable<std::optional<Principal>> look_up(domain::SessionId session) = 0;
};

std::unique_ptr<Principals> make_principals(const binding::Environment& environment);

/// Deletes the copies and tells every edge, in the background.
std::unique_ptr<SessionNotices> make_session_notices(const binding::Environment& environment);

}  // namespace services::users::accounts
