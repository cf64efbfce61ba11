#pragma once

/// What people are shown of money on its way.

#include <string>

#include "contracts/payments.hpp"

namespace services::rides {

contracts::TopUpView view_of(const domain::money::TopUp& top_up);
contracts::RefundView view_of(const domain::money::Refund& refund);
contracts::PayoutView view_of(const domain::money::Payout& payout);

/// A row of the ledger as the holder of `account` sees it.
contracts::WalletEntry view_of(const contracts::LedgerEntry& entry, const std::string& account);

}  // namespace services::rides
