#pragma once

#include "base/id.hpp"

namespace domain {

using TopUpId = base::Id<struct TopUpTag>;
using RefundId = base::Id<struct RefundTag>;
using PayoutId = base::Id<struct PayoutTag>;
/// All payouts that were made at one go.
using PayoutRunId = base::Id<struct PayoutRunTag>;
/// Cash that a driver handed in at an office.
using SettlementId = base::Id<struct SettlementTag>;

}  // namespace domain
