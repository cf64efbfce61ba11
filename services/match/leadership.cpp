#include "services/match/leadership.hpp"

#include <utility>

namespace services::match {

namespace bus = platform::bus;
using platform::awaitable;

Leadership::Leadership(const binding::Environment& environment, std::string lease_name,
                       std::chrono::milliseconds ttl)
    : runtime_(environment.runtime),
      pool_(environment.pool),
      name_(std::move(lease_name)),
      ttl_(ttl) {}

awaitable<bool> Leadership::confirm() {
  if (runtime_.now() < due_) co_return lease_.has_value();
  lease_ = co_await bus::acquire_lease(pool_, name_, runtime_.instance(), ttl_);
  due_ = runtime_.now() + ttl_ / 3;
  co_return lease_.has_value();
}

awaitable<void> Leadership::guard(platform::postgres::Session& session) {
  if (!lease_ || !co_await bus::still_holds(session, *lease_)) throw LeaseLost{};
}

awaitable<void> Leadership::resign() {
  if (!lease_) co_return;
  lease_.reset();
  co_await bus::release_lease(pool_, name_, runtime_.instance());
}

}  // namespace services::match
