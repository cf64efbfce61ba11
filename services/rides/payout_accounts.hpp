#pragma once

#include "contracts/operations/users.hpp"
#include "platform/bus/connection.hpp"
#include "services/binding/remote.hpp"
#include "services/rides/money_ports.hpp"

namespace services::rides {

/// As users keeps them. They are asked for when a payout is sent, and not kept here.
class RemotePayoutAccounts final : public PayoutAccounts {
 public:
  explicit RemotePayoutAccounts(platform::bus::Connection& bus) : bus_(bus) {}

  awaitable<contracts::PayoutAccount> of(domain::DriverId driver) override {
    return binding::ask(bus_, contracts::operations::get_payout_account, {.driver_id = driver}, {},
                        limit);
  }

 private:
  static constexpr std::chrono::milliseconds limit{1'000};

  platform::bus::Connection& bus_;
};

}  // namespace services::rides
