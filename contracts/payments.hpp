#pragma once

/// What rides promises about money: wallets, payouts, refunds, the books. What a payment for a ride
/// looks like is in contracts/rides.hpp.

#include <optional>
#include <string>
#include <vector>

#include "contracts/rides.hpp"
#include "contracts/values.hpp"
#include "domain/ledger/ledger.hpp"
#include "domain/money/order.hpp"
#include "domain/money/payout.hpp"
#include "domain/money/refund.hpp"
#include "domain/money/wallet.hpp"

namespace contracts {

// The books.

/// A row of the ledger: so much went from one account to another.
struct LedgerEntry {
  domain::LedgerEntryId entry_id;
  domain::ledger::TransferKind kind = domain::ledger::TransferKind::fare;
  std::string cause;           ///< "ride:0190...": a ride, payment, refund, top_up or settlement.
  std::string debit_account;   ///< Pays: "passenger:0190...".
  std::string credit_account;  ///< Receives: "platform:fees".
  base::Money amount;          ///< Above zero.
  base::Instant posted_at;
};
BOOST_DESCRIBE_STRUCT(LedgerEntry, (),
                      (entry_id, kind, cause, debit_account, credit_account, amount, posted_at))

/// Of an account, of a ride with its payment and refunds, or of both; newest first.
struct FindLedgerEntries {
  std::optional<std::string> account;
  std::optional<domain::RideId> ride_id;
  std::optional<domain::LedgerEntryId> before;  ///< The `next` of the page before.
  std::optional<int> limit;                     ///< 1 to 200; 50 where absent.
};
BOOST_DESCRIBE_STRUCT(FindLedgerEntries, (), (account, ride_id, before, limit))
void check(const FindLedgerEntries& request, base::json::Check& check);

struct LedgerEntries {
  std::vector<LedgerEntry> entries;
  std::optional<domain::LedgerEntryId> next;  ///< Absent on the last page.
};
BOOST_DESCRIBE_STRUCT(LedgerEntries, (), (entries, next))

// The wallet.

/// A change of the caller's own account.
struct WalletEntry {
  domain::LedgerEntryId entry_id;
  domain::ledger::TransferKind kind = domain::ledger::TransferKind::fare;
  std::string cause;
  base::Money amount;  ///< Above zero: received. Below: paid.
  base::Instant posted_at;
};
BOOST_DESCRIBE_STRUCT(WalletEntry, (), (entry_id, kind, cause, amount, posted_at))

struct Wallet {
  base::Money balance;  ///< What can be paid with. Below zero: owed, such as for a cancellation.
  /// Fares of rides not paid yet, by whatever method. They are among the entries already, and come
  /// off the balance only if the wallet pays them.
  base::Money unpaid;
  std::vector<WalletEntry> entries;  ///< The newest 20.
};
BOOST_DESCRIBE_STRUCT(Wallet, (), (balance, unpaid, entries))

struct TopUpWallet {
  base::Money amount;
};
BOOST_DESCRIBE_STRUCT(TopUpWallet, (), (amount))

struct TopUpRef {
  domain::TopUpId top_up_id;
};
BOOST_DESCRIBE_STRUCT(TopUpRef, (), (top_up_id))

struct TopUpView {
  domain::TopUpId top_up_id;
  domain::money::OrderState state = domain::money::OrderState::pending;
  base::Money amount;
  base::Instant requested_at;
  std::optional<base::Instant> decided_at;
};
BOOST_DESCRIBE_STRUCT(TopUpView, (), (top_up_id, state, amount, requested_at, decided_at))

// Drivers' money.

struct RequestPayout {
  std::optional<base::Money> amount;  ///< The whole balance where absent.
};
BOOST_DESCRIBE_STRUCT(RequestPayout, (), (amount))

struct PayoutView {
  domain::PayoutId payout_id;
  domain::DriverId driver_id;
  domain::money::OrderState state = domain::money::OrderState::pending;
  base::Money amount;
  base::Instant requested_at;
  std::optional<base::Instant> decided_at;
};
BOOST_DESCRIBE_STRUCT(PayoutView, (),
                      (payout_id, driver_id, state, amount, requested_at, decided_at))

struct ListPayouts {
  std::optional<domain::PayoutId> before;  ///< The `next` of the page before.
  std::optional<int> limit;                ///< 1 to 100; 20 where absent.
};
BOOST_DESCRIBE_STRUCT(ListPayouts, (), (before, limit))
void check(const ListPayouts& request, base::json::Check& check);

/// Newest first.
struct Payouts {
  std::vector<PayoutView> payouts;
  std::optional<domain::PayoutId> next;  ///< Absent on the last page.
};
BOOST_DESCRIBE_STRUCT(Payouts, (), (payouts, next))

struct PayoutRunRef {
  domain::PayoutRunId run_id;
};
BOOST_DESCRIBE_STRUCT(PayoutRunRef, (), (run_id))

/// A payout for every driver who has earned enough.
struct PayoutRunView {
  domain::PayoutRunId run_id;
  std::string started_by;  ///< The API key's name, or "schedule".
  base::Instant started_at;
  std::optional<base::Instant> finished_at;  ///< All payouts have been ordered.
  std::int64_t payouts = 0;                  ///< So far.
  base::Money total;                         ///< So far.
};
BOOST_DESCRIBE_STRUCT(PayoutRunView, (),
                      (run_id, started_by, started_at, finished_at, payouts, total))

struct SettleDriverDebt {
  domain::DriverId driver_id;
  base::Money amount;  ///< Above zero: the cash that was handed in.
};
BOOST_DESCRIBE_STRUCT(SettleDriverDebt, (), (driver_id, amount))
void check(const SettleDriverDebt& request, base::json::Check& check);

struct SettlementView {
  domain::SettlementId settlement_id;
  domain::DriverId driver_id;
  base::Money amount;
  base::Money balance;  ///< The driver's, after it.
  base::Instant received_at;
};
BOOST_DESCRIBE_STRUCT(SettlementView, (), (settlement_id, driver_id, amount, balance, received_at))

// Refunds.

struct PaymentRef {
  domain::PaymentId payment_id;
};
BOOST_DESCRIBE_STRUCT(PaymentRef, (), (payment_id))

struct RefundPayment {
  domain::PaymentId payment_id;
  std::optional<base::Money> amount;  ///< All that is left of the payment where absent.
  std::string reason;                 ///< 1 to 200 characters.
  std::optional<domain::money::CostBearer> borne_by;  ///< The platform where absent.
};
BOOST_DESCRIBE_STRUCT(RefundPayment, (), (payment_id, amount, reason, borne_by))
void check(const RefundPayment& request, base::json::Check& check);

struct RefundView {
  domain::RefundId refund_id;
  domain::PaymentId payment_id;
  domain::RideId ride_id;
  domain::money::RefundKind kind = domain::money::RefundKind::by_staff;
  domain::money::OrderState state = domain::money::OrderState::pending;
  base::Money amount;
  domain::money::RefundTo to = domain::money::RefundTo::wallet;
  domain::money::CostBearer borne_by = domain::money::CostBearer::platform;
  std::string reason;
  base::Instant created_at;
  std::optional<base::Instant> settled_at;
};
BOOST_DESCRIBE_STRUCT(RefundView, (),
                      (refund_id, payment_id, ride_id, kind, state, amount, to, borne_by, reason,
                       created_at, settled_at))

/// A payment with all that was given back of it, oldest first.
struct PaymentDetails {
  PaymentView payment;
  std::vector<RefundView> refunds;
};
BOOST_DESCRIBE_STRUCT(PaymentDetails, (), (payment, refunds))

// The payment provider.

/// What the provider tells, exactly as it came. Over HTTP: the header Webhook-Timestamp (Unix
/// seconds), the header Webhook-Signature ("v1=" and the HMAC-SHA256 in hex, keyed with the shared
/// secret, of the timestamp, a full stop and the body), and a body that nothing has touched.
struct SignedMessage {
  std::string timestamp;
  std::string signature;
  std::string body;  ///< Of the bytes, in base64url.
};
BOOST_DESCRIBE_STRUCT(SignedMessage, (), (timestamp, signature, body))

/// The body of a webhook, once its signature is proven.
struct ProviderNotice {
  std::string key;  ///< Of the order it is about.
  domain::money::Verdict status = domain::money::Verdict::pending;
  base::Money amount;
};
BOOST_DESCRIBE_STRUCT(ProviderNotice, (), (key, status, amount))

}  // namespace contracts
