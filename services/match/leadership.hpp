#pragma once

/// Of all instances of match, one does what must not be done twice: whoever holds the lease.

#include <chrono>
#include <optional>
#include <string>

#include "platform/bus/lease.hpp"
#include "services/binding/service.hpp"

namespace services::match {

/// Another instance has taken over: what was about to be committed must not be.
struct LeaseLost {};

class Leadership {
 public:
  Leadership(const binding::Environment& environment, std::string lease_name,
             std::chrono::milliseconds ttl);

  /// Takes or prolongs the lease when that is due, thrice in its lifetime.
  platform::awaitable<bool> confirm();

  /// Throws LeaseLost unless the lease is still ours; then it stays so until the transaction ends.
  platform::awaitable<void> guard(platform::postgres::Session& session);

  void lose() { lease_.reset(); }

  /// Lets another instance take over at once.
  platform::awaitable<void> resign();

 private:
  platform::runtime::Runtime& runtime_;
  platform::postgres::Pool& pool_;
  std::string name_;
  std::chrono::milliseconds ttl_;
  std::optional<platform::bus::Lease> lease_;
  base::Instant due_;
};

}  // namespace services::match
