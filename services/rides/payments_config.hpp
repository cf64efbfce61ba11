#pragma once

/// What an operator can set about money. The members' values are the defaults.

#include <chrono>
#include <string>

#include "base/money.hpp"
#include "domain/money/wallet.hpp"
#include "platform/config/document.hpp"
#include "platform/config/keys.hpp"

namespace services::rides {

struct PaymentsConfig {
  /// Without a provider there are neither cards nor top-ups nor payouts; cash and wallets work.
  std::string provider_url;
  std::string provider_ca_file;
  std::string provider_api_key;
  std::string webhook_secret;
  std::chrono::milliseconds provider_timeout_ms{10'000};
  std::chrono::milliseconds webhook_window_ms{300'000};
  std::chrono::milliseconds ask_after_ms{1'000};
  std::chrono::milliseconds ask_again_max_ms{60'000};
  std::chrono::milliseconds look_interval_ms{1'000};

  base::Money top_up_min{10'000};
  base::Money top_up_max{10'000'000};
  base::Money payout_min{50'000};
  std::chrono::milliseconds payout_interval_ms{86'400'000};
  std::chrono::milliseconds payout_check_ms{1'000};
  base::Money debt_floor{-100'000};
  std::chrono::milliseconds seal_interval_ms{60'000};

  bool has_provider() const { return !provider_url.empty(); }
  domain::money::TopUpRules top_up_rules() const { return {top_up_min, top_up_max}; }
};

void declare(platform::config::Section payments, PaymentsConfig& config);

/// `currency` is the one of all prices.
platform::config::Problems validate(const PaymentsConfig& config, base::Currency currency);

}  // namespace services::rides
