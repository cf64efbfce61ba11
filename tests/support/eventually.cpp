#include "tests/support/eventually.hpp"

#include "platform/runtime/deadline.hpp"

namespace tests::support {

platform::awaitable<void> eventually(std::string what, std::chrono::milliseconds limit,
                                     std::function<platform::awaitable<bool>()> look,
                                     std::chrono::milliseconds pause) {
  const auto give_up_at = std::chrono::steady_clock::now() + limit;
  while (!co_await look()) {
    if (std::chrono::steady_clock::now() > give_up_at) throw NeverHappened{what};
    co_await platform::runtime::sleep_for(pause);
  }
}

}  // namespace tests::support
