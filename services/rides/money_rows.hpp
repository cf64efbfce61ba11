#pragma once

/// Rows of the tables about money as values.

#include "domain/money/closing.hpp"
#include "platform/postgres/session.hpp"
#include "services/rides/money_ports.hpp"

namespace services::rides {

/// Columns `amount` and `currency`.
base::Money amount_of(const platform::postgres::Row& row);

/// Of rows with the columns that queries of that name give.
domain::money::Order order_of(const platform::postgres::Row& row);
domain::money::TopUp top_up_of(const platform::postgres::Row& row);
domain::money::Refund refund_of(const platform::postgres::Row& row);
domain::money::Payout payout_of(const platform::postgres::Row& row);
domain::money::Settlement settlement_of(const platform::postgres::Row& row);
domain::money::Closing closing_of(const platform::postgres::Row& row);
PayoutRun payout_run_of(const platform::postgres::Row& row, base::Currency currency);
contracts::LedgerEntry entry_of(const platform::postgres::Row& row);

}  // namespace services::rides
