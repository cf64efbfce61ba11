#include "services/rides/payments_config.hpp"

namespace services::rides {
namespace {

using platform::config::at_least;
using platform::config::between;
using platform::config::Problems;
using platform::config::Section;

constexpr double amount_max = 1e12;
constexpr std::size_t secret_size_min = 16;

void declare_provider(Section payments, PaymentsConfig& config) {
  payments
      .key("provider_url", config.provider_url,
           "Of the payment provider's API; empty: no cards, top-ups and payouts")
      .key("provider_ca_file", config.provider_ca_file,
           "PEM of the authority behind an https:// url; empty: the system's")
      .secret("provider_api_key", config.provider_api_key, "By which the provider knows us")
      .secret("webhook_secret", config.webhook_secret, "With which the provider signs webhooks")
      .key("provider_timeout_ms", config.provider_timeout_ms, "For an answer of the provider",
           between(100, 60'000))
      .key("webhook_window_ms", config.webhook_window_ms, "How old a webhook may be",
           between(1'000, 3'600'000))
      .key("ask_after_ms", config.ask_after_ms,
           "First wait before an order is asked for that the provider has not decided",
           between(10, 600'000))
      .key("ask_again_max_ms", config.ask_again_max_ms, "Longest such wait, after many",
           between(10, 3'600'000))
      .key("look_interval_ms", config.look_interval_ms, "Between two looks for orders that are due",
           between(10, 60'000));
}

void declare_amounts(Section payments, PaymentsConfig& config) {
  payments
      .key("top_up_min", config.top_up_min, "Smallest top-up of a wallet", between(1, amount_max))
      .key("top_up_max", config.top_up_max, "Largest top-up of a wallet", between(1, amount_max))
      .key("payout_min", config.payout_min, "Smallest payout to a driver", between(1, amount_max))
      .key("debt_floor", config.debt_floor,
           "How far below zero cash rides may take a driver; then cash waits for a settlement",
           between(-amount_max, 0));
}

void declare_rounds(Section payments, PaymentsConfig& config) {
  payments
      .key("payout_interval_ms", config.payout_interval_ms, "Between two payouts to all drivers",
           at_least(60'000))
      .key("payout_check_ms", config.payout_check_ms, "Between two looks whether there is a run",
           between(10, 60'000))
      .key("seal_interval_ms", config.seal_interval_ms, "Between two seals on the books",
           between(10, 3'600'000));
}

}  // namespace

void declare(Section payments, PaymentsConfig& config) {
  declare_provider(payments, config);
  declare_amounts(payments, config);
  declare_rounds(payments, config);
}

Problems validate(const PaymentsConfig& config, base::Currency currency) {
  Problems problems;
  for (const auto money :
       {config.top_up_min, config.top_up_max, config.payout_min, config.debt_floor}) {
    if (money.currency == currency) continue;
    problems.emplace_back("rides.payments: all amounts must be in the currency of the prices");
    break;
  }
  if (config.top_up_max.amount < config.top_up_min.amount) {
    problems.emplace_back("rides.payments.top_up_min must not exceed top_up_max");
  }
  if (config.has_provider() && config.webhook_secret.size() < secret_size_min) {
    problems.emplace_back("rides.payments.webhook_secret must have at least 16 characters");
  }
  return problems;
}

}  // namespace services::rides
