#include "services/rides/money_rows.hpp"

#include <string>

namespace services::rides {

namespace money = domain::money;
namespace postgres = platform::postgres;
using postgres::Row;

namespace {

base::Money money_of(const Row& row, std::string_view column) {
  const auto text = row.get<std::string>("currency");
  const auto currency = base::parse_currency(text);
  if (!currency) postgres::bad_value(text, "a currency");
  return {row.get<std::int64_t>(column), *currency};
}

}  // namespace

base::Money amount_of(const Row& row) { return money_of(row, "amount"); }

money::Order order_of(const Row& row) {
  const auto key = row.get<std::string>("key");
  const auto purpose = money::Purpose::parse(key);
  if (!purpose) postgres::bad_value(key, "the key of an order");
  return {.purpose = *purpose,
          .kind = row.get<money::OrderKind>("kind"),
          .user_id = row.get<domain::UserId>("user_id"),
          .amount = amount_of(row),
          .charge_key = row.get<std::string>("charge_key"),
          .state = row.get<money::OrderState>("state"),
          .calls = row.get<int>("calls")};
}

money::TopUp top_up_of(const Row& row) {
  return {.id = row.get<domain::TopUpId>("top_up_id"),
          .passenger_id = row.get<domain::PassengerId>("passenger_id"),
          .amount = amount_of(row),
          .state = row.get<money::OrderState>("state"),
          .requested_at = row.get<base::Instant>("requested_at"),
          .decided_at = row.maybe<base::Instant>("decided_at")};
}

money::Refund refund_of(const Row& row) {
  return {.id = row.get<domain::RefundId>("refund_id"),
          .payment_id = row.get<domain::PaymentId>("payment_id"),
          .ride_id = row.get<domain::RideId>("ride_id"),
          .attempt = row.get<int>("attempt"),
          .kind = row.get<money::RefundKind>("kind"),
          .amount = amount_of(row),
          .to = row.get<money::RefundTo>("sent_to"),
          .borne_by = row.get<money::CostBearer>("borne_by"),
          .state = row.get<money::OrderState>("state"),
          .reason = row.get<std::string>("reason"),
          .staff = row.get<std::string>("staff"),
          .created_at = row.get<base::Instant>("created_at"),
          .settled_at = row.maybe<base::Instant>("settled_at")};
}

money::Payout payout_of(const Row& row) {
  return {.id = row.get<domain::PayoutId>("payout_id"),
          .driver_id = row.get<domain::DriverId>("driver_id"),
          .amount = amount_of(row),
          .state = row.get<money::OrderState>("state"),
          .run_id = row.maybe<domain::PayoutRunId>("run_id"),
          .requested_at = row.get<base::Instant>("requested_at"),
          .decided_at = row.maybe<base::Instant>("decided_at")};
}

money::Settlement settlement_of(const Row& row) {
  return {.id = row.get<domain::SettlementId>("settlement_id"),
          .driver_id = row.get<domain::DriverId>("driver_id"),
          .amount = amount_of(row),
          .staff = row.get<std::string>("staff"),
          .received_at = row.get<base::Instant>("received_at")};
}

money::Closing closing_of(const Row& row) {
  return {.user_id = row.get<domain::UserId>("user_id"),
          .wallet = money_of(row, "wallet"),
          .earnings = money_of(row, "earnings"),
          .closed_at = row.get<base::Instant>("closed_at")};
}

PayoutRun payout_run_of(const Row& row, base::Currency currency) {
  return {.view = {.run_id = row.get<domain::PayoutRunId>("run_id"),
                   .started_by = row.get<std::string>("started_by"),
                   .started_at = row.get<base::Instant>("started_at"),
                   .finished_at = row.maybe<base::Instant>("finished_at"),
                   .payouts = row.get<std::int64_t>("payouts"),
                   .total = {row.get<std::int64_t>("total"), currency}},
          .account = row.get<std::string>("account")};
}

contracts::LedgerEntry entry_of(const Row& row) {
  return {.entry_id = row.get<domain::LedgerEntryId>("entry_id"),
          .kind = row.get<domain::ledger::TransferKind>("kind"),
          .cause = row.get<std::string>("cause"),
          .debit_account = row.get<std::string>("debit_account"),
          .credit_account = row.get<std::string>("credit_account"),
          .amount = amount_of(row),
          .posted_at = row.get<base::Instant>("posted_at")};
}

}  // namespace services::rides
