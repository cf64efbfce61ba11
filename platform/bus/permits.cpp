#include "platform/bus/permits.hpp"

namespace platform::bus {
namespace {

using namespace std::chrono_literals;

constexpr auto a_long_time = 1h;

}  // namespace

/// A place in the line. Who leaves it, with a permit or cancelled, passes on a call that was his.
struct Permits::Place {
  explicit Place(Permits& of_permits)
      : of(of_permits), bell(of.line_.emplace(of.line_.end(), of.executor_)) {}
  ~Place() {
    of.line_.erase(bell);
    of.call_next();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  Permits& of;
  std::list<Bell>::iterator bell;
};

Permits::Permits(boost::asio::any_io_executor executor, std::size_t count)
    : executor_(std::move(executor)), free_(count) {}

awaitable<Permits::Permit> Permits::take() {
  const Place place{*this};
  while (free_ == 0) co_await place.bell->wait_for(a_long_time);
  --free_;
  co_return Permit{*this};
}

void Permits::give_back() {
  ++free_;
  call_next();
}

void Permits::call_next() {
  if (free_ > 0 && !line_.empty()) line_.front().ring();
}

}  // namespace platform::bus
