#include "domain/ledger/ledger.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

#include "base/assert.hpp"

namespace domain::ledger {
namespace {

struct AccountText {
  AccountKind kind;
  std::string_view text;
  bool has_holder;  ///< Then an id follows the text.
};

// clang-format off
constexpr AccountText account_texts[] = {
    {AccountKind::passenger,                 "passenger:",                true},
    {AccountKind::driver,                    "driver:",                   true},
    {AccountKind::platform_fees,             "platform:fees",             false},
    {AccountKind::platform_cash_clearing,    "platform:cash_clearing",    false},
    {AccountKind::platform_gateway_clearing, "platform:gateway_clearing", false},
    {AccountKind::platform_given_up,         "platform:given_up",         false},
};
// clang-format on

const AccountText& text_of(AccountKind kind) {
  const auto* row = std::ranges::find(account_texts, kind, &AccountText::kind);
  NEBENGJEK_ASSERT(row != std::end(account_texts));
  return *row;
}

const Posting& posting_of(TransferKind kind) {
  const auto row = std::ranges::find(postings, kind, &Posting::kind);
  NEBENGJEK_ASSERT(row != std::end(postings));
  return *row;
}

Account account_of(AccountKind kind, const Parties& parties) {
  switch (kind) {
    case AccountKind::passenger: return Account::passenger(parties.passenger_id);
    case AccountKind::driver: return Account::driver(parties.driver_id);
    case AccountKind::platform_fees:
    case AccountKind::platform_cash_clearing:
    case AccountKind::platform_gateway_clearing:
    case AccountKind::platform_given_up: return {kind};
  }
  NEBENGJEK_UNREACHABLE("an account kind without a holder");
}

bool is_sound(const Transfer& transfer) {
  const auto& posting = posting_of(transfer.kind);
  return transfer.amount.amount > 0 && transfer.debit_account != transfer.credit_account &&
         transfer.debit_account.kind == posting.debit &&
         transfer.credit_account.kind == posting.credit;
}

}  // namespace

std::string Account::text() const {
  const auto& row = text_of(kind);
  std::string text{row.text};
  return row.has_holder ? text + holder.text() : text;
}

std::optional<Account> Account::parse(std::string_view text) {
  for (const auto& row : account_texts) {
    if (!text.starts_with(row.text)) continue;
    const auto rest = text.substr(row.text.size());
    if (!row.has_holder) {
      if (rest.empty()) return Account{row.kind};
      continue;
    }
    if (const auto holder = UserId::parse(rest)) return Account{row.kind, *holder};
  }
  return {};
}

std::string Cause::text() const {
  return std::string{boost::describe::enum_to_string(kind, "")} + ':' + id.text();
}

std::optional<Cause> Cause::parse(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return {};
  Cause cause;
  const std::string kind{text.substr(0, colon)};
  const auto id = base::Uuid::parse(text.substr(colon + 1));
  if (!id || !boost::describe::enum_from_string(kind.c_str(), cause.kind)) return {};
  cause.id = *id;
  return cause;
}

std::vector<Transfer> post(TransferKind kind, const Parties& parties, base::Money amount,
                           const Cause& cause) {
  NEBENGJEK_ASSERT(amount.amount >= 0);
  if (amount.amount == 0) return {};
  const auto& posting = posting_of(kind);
  return {{.debit_account = account_of(posting.debit, parties),
           .credit_account = account_of(posting.credit, parties),
           .amount = amount,
           .kind = kind,
           .cause = cause}};
}

std::vector<Transfer> transfers_for_fare(RideId ride, const Parties& parties, base::Money total,
                                         base::Money fee) {
  NEBENGJEK_ASSERT(!(total < fee));
  const Cause cause{CauseKind::ride, ride.uuid};
  auto transfers = post(TransferKind::fare, parties, total, cause);
  std::ranges::copy(post(TransferKind::platform_fee, parties, fee, cause),
                    std::back_inserter(transfers));
  return transfers;
}

std::vector<Transfer> transfers_for_cash_payment(PaymentId payment, const Parties& parties,
                                                 base::Money amount) {
  return post(TransferKind::cash_payment, parties, amount, {CauseKind::payment, payment.uuid});
}

std::vector<Transfer> transfers_for_gateway_payment(PaymentId payment, const Parties& parties,
                                                    base::Money amount) {
  return post(TransferKind::gateway_payment, parties, amount, {CauseKind::payment, payment.uuid});
}

std::vector<Transfer> transfers_for_cancellation_fee(RideId ride, const Parties& parties,
                                                     base::Money fee) {
  return post(TransferKind::cancellation_fee, parties, fee, {CauseKind::ride, ride.uuid});
}

base::Money balance(std::span<const Transfer> transfers, const Account& account,
                    base::Currency currency) {
  base::Money sum{0, currency};
  for (const auto& transfer : transfers) {
    if (transfer.amount.currency != currency) continue;
    if (transfer.credit_account == account) sum = sum + transfer.amount;
    if (transfer.debit_account == account) sum = sum - transfer.amount;
  }
  return sum;
}

bool sums_to_zero(std::span<const Transfer> transfers) {
  std::set<std::pair<Cause, TransferKind>> seen;
  std::map<std::pair<base::Currency, Account>, std::int64_t> balances;
  for (const auto& transfer : transfers) {
    const bool is_new = seen.emplace(transfer.cause, transfer.kind).second;
    if (!is_new || !is_sound(transfer)) return false;
    balances[{transfer.amount.currency, transfer.credit_account}] += transfer.amount.amount;
    balances[{transfer.amount.currency, transfer.debit_account}] -= transfer.amount.amount;
  }
  std::map<base::Currency, std::int64_t> sums;
  for (const auto& [key, amount] : balances) sums[key.first] += amount;
  return std::ranges::all_of(sums, [](const auto& sum) { return sum.second == 0; });
}

bool may_take_cash(base::Money balance, base::Money floor) { return !(balance < floor); }

}  // namespace domain::ledger
