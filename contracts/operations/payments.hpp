#pragma once

/// Wallets, payouts, refunds, the books, and what the payment provider tells. Rides decides.

#include <tuple>

#include "contracts/operation.hpp"
#include "contracts/payments.hpp"

namespace contracts::operations {

using enum Method;
using enum domain::Rejection;

// clang-format off

inline constexpr Operation<NoArguments, Wallet> get_wallet{
    {"get_wallet",
     "The caller's wallet, with its newest entries",
     get, "/v1/me/wallet", "", Owner::rides, "rides.get_wallet", Role::user, 200, {}}};
inline constexpr Operation<TopUpWallet, TopUpView> top_up_wallet{
    {"top_up_wallet",
     "Fill the wallet through the payment provider. It counts once it has settled",
     post, "/v1/me/wallet/top-ups", "", Owner::rides, "rides.top_up_wallet", Role::user, 201,
     {invalid_value, payment_method_unavailable}}};
inline constexpr Operation<TopUpRef, TopUpView> get_top_up{
    {"get_top_up",
     "How a top-up of the caller's stands",
     get, "/v1/me/wallet/top-ups/{top_up_id}", "", Owner::rides, "rides.get_top_up", Role::user, 200,
     {not_found}}};
inline constexpr Operation<RequestPayout, PayoutView> request_payout{
    {"request_payout",
     "Pay earnings out to the driver's bank. They leave the balance at once",
     post, "/v1/me/driver/payouts", "", Owner::rides, "rides.request_payout", Role::driver, 201,
     {invalid_value, nothing_to_pay_out, insufficient_funds, payment_method_unavailable}}};
inline constexpr Operation<ListPayouts, Payouts> list_payouts{
    {"list_payouts",
     "The driver's payouts, newest first",
     get, "/v1/me/driver/payouts", "", Owner::rides, "rides.list_payouts", Role::driver, 200, {}}};
inline constexpr Operation<SignedMessage, Nothing> receive_payment_webhook{
    {"receive_payment_webhook",
     "For the payment provider: the outcome of an order. The body is taken as it is, signed in headers",
     post, "/v1/webhooks/payments", "", Owner::rides, "rides.receive_payment_webhook", Role::anyone,
     204, {webhook_refused, not_found, invalid_value}}};

inline constexpr Operation<PaymentRef, PaymentDetails> get_payment{
    {"get_payment",
     "A payment with what was given back of it",
     get, "/admin/v1/payments/{payment_id}", "", Owner::rides, "rides.get_payment", Role::staff, 200,
     {not_found}, "payments:read"}};
inline constexpr Operation<RefundPayment, RefundView> refund_payment{
    {"refund_payment",
     "Give a payment back, whole or in part: to the card that paid, else to the wallet",
     post, "/admin/v1/payments/{payment_id}/refunds", "", Owner::rides, "rides.refund_payment",
     Role::staff, 201, {not_found, illegal_transition, invalid_value, refund_exceeds_payment},
     "payments:write"}};
inline constexpr Operation<SettleDriverDebt, SettlementView> settle_driver_debt{
    {"settle_driver_debt",
     "A driver has handed in cash at an office",
     post, "/admin/v1/drivers/{driver_id}/settlements", "", Owner::rides, "rides.settle_driver_debt",
     Role::staff, 201, {invalid_value}, "payments:write"}};
inline constexpr Operation<FindLedgerEntries, LedgerEntries> find_ledger_entries{
    {"find_ledger_entries",
     "Rows of the books, of an account or a ride, newest first",
     get, "/admin/v1/ledger/entries", "", Owner::rides, "rides.find_ledger_entries", Role::staff, 200,
     {}, "payments:read"}};
inline constexpr Operation<NoArguments, PayoutRunView> start_payout_run{
    {"start_payout_run",
     "Pay out all drivers who have earned enough. While a run is under way, it is that one",
     post, "/admin/v1/payout-runs", "", Owner::rides, "rides.start_payout_run", Role::staff, 202,
     {payment_method_unavailable}, "payouts:write"}};
inline constexpr Operation<PayoutRunRef, PayoutRunView> get_payout_run{
    {"get_payout_run",
     "How far a payout run is",
     get, "/admin/v1/payout-runs/{run_id}", "", Owner::rides, "rides.get_payout_run", Role::staff, 200,
     {not_found}, "payouts:write"}};

// clang-format on

inline constexpr auto all_of_payments =
    std::tuple{get_wallet,         top_up_wallet,           get_top_up,       request_payout,
               list_payouts,       receive_payment_webhook, get_payment,      refund_payment,
               settle_driver_debt, find_ledger_entries,     start_payout_run, get_payout_run};

}  // namespace contracts::operations
