#include "tests/system/eventually.hpp"

#include "platform/runtime/deadline.hpp"
#include "sim/phone.hpp"

namespace tests::system {

platform::awaitable<void> eventually(std::string what, std::chrono::milliseconds limit,
                                     std::function<platform::awaitable<bool>()> look,
                                     std::chrono::milliseconds pause) {
  const auto give_up_at = std::chrono::steady_clock::now() + limit;
  while (!co_await look()) {
    if (std::chrono::steady_clock::now() > give_up_at) throw sim::NeverHappened{what};
    co_await platform::runtime::sleep_for(pause);
  }
}

}  // namespace tests::system
