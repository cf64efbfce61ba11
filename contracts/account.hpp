#pragma once

/// What services tell each other of one account: whether it is in use, and all that they hold of
/// it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/match.hpp"
#include "contracts/operation.hpp"
#include "contracts/payments.hpp"
#include "contracts/rides.hpp"
#include "contracts/users.hpp"

namespace contracts {

struct DeleteMe {
  /// Money that is left in the account goes to the platform. Without this it keeps the account.
  std::optional<bool> give_up_balance;
};
BOOST_DESCRIBE_STRUCT(DeleteMe, (), (give_up_balance))

/// May this account be deleted?
struct AskAccountUse {
  domain::UserId user_id;
  bool gives_up_balance = false;
};
BOOST_DESCRIBE_STRUCT(AskAccountUse, (), (user_id, gives_up_balance))

/// What keeps the account from being deleted.
struct AccountUse {
  std::optional<domain::Rejection> refusal;  ///< Absent: nothing does.
  std::optional<base::Money> balance;        ///< With wallet_not_empty.
};
BOOST_DESCRIBE_STRUCT(AccountUse, (), (refusal, balance))

// All that is held of an account is told page by page: kind after kind in the order below, and the
// newest first in each.

enum class RecordKind : std::uint8_t {
  requests,
  proposals,
  rides,
  payments,
  ratings_given,
  ratings_received,
  refunds,
  top_ups,
  payouts,
  orders,
  ledger,
  positions,
};
BOOST_DESCRIBE_ENUM(RecordKind, requests, proposals, rides, payments, ratings_given,
                    ratings_received, refunds, top_ups, payouts, orders, ledger, positions)

/// Who holds records of this kind.
Owner holder_of(RecordKind kind);

/// What is told next; empty after the last.
std::optional<RecordKind> kind_after(RecordKind kind);

/// Of so many records a page is made: it has to fit a message.
inline constexpr int account_page_size = 200;

/// Records of one kind.
struct AskRecords {
  domain::UserId user_id;
  RecordKind kind = RecordKind::requests;
  std::optional<std::string> after;  ///< `next` of the answer before.
  int limit = account_page_size;
};
BOOST_DESCRIBE_STRUCT(AskRecords, (), (user_id, kind, after, limit))
void check(const AskRecords& question, base::json::Check& check);

/// A row of the books, as the holder of one account sees it.
struct LedgerLine {
  base::Instant at;
  std::string cause;   ///< "ride:0190..."
  std::string kind;    ///< "fare"
  base::Money amount;  ///< Below zero: taken from the account.
};
BOOST_DESCRIBE_STRUCT(LedgerLine, (), (at, cause, kind, amount))

/// What the payment provider was asked to do with the user's money.
struct OrderRecord {
  std::string key;   ///< "payment-0190...-2": what it is about, and which attempt.
  std::string kind;  ///< "charge", "refund" or "payout".
  domain::money::OrderState state = domain::money::OrderState::pending;
  base::Money amount;
  std::optional<std::string> reason;  ///< Why it failed, in the provider's words.
  base::Instant created_at;
  std::optional<base::Instant> decided_at;
};
BOOST_DESCRIBE_STRUCT(OrderRecord, (), (key, kind, state, amount, reason, created_at, decided_at))

struct PositionRecord {
  base::Instant at;
  double latitude = 0;
  double longitude = 0;
};
BOOST_DESCRIBE_STRUCT(PositionRecord, (), (at, latitude, longitude))

struct AccountRecords {
  std::vector<RequestView> requests;
  std::vector<ProposalView> proposals;  ///< Places rounded to 100 m.
  std::vector<RideView> rides;
  std::vector<PaymentView> payments;         ///< Of the user's rides, as passenger or driver.
  std::vector<RatingView> ratings_given;     ///< By the user.
  std::vector<RatingView> ratings_received;  ///< About the user.
  std::vector<RefundView> refunds;           ///< Of those payments.
  std::vector<TopUpView> top_ups;
  std::vector<PayoutView> payouts;
  std::vector<OrderRecord> orders;
  std::vector<LedgerLine> ledger;  ///< Of the user's own accounts.
  std::vector<PositionRecord> positions;
};
BOOST_DESCRIBE_STRUCT(AccountRecords, (),
                      (requests, proposals, rides, payments, ratings_given, ratings_received,
                       refunds, top_ups, payouts, orders, ledger, positions))

/// Of all kinds together.
int count_of(const AccountRecords& records);

/// Moves what `more` has behind what `records` has of the same kind.
void append(AccountRecords& records, AccountRecords more);

struct AccountRecordsPage {
  AccountRecords records;
  std::optional<std::string> next;  ///< Absent when these were the last of their kind.
};
BOOST_DESCRIBE_STRUCT(AccountRecordsPage, (), (records, next))

/// A place in somebody's position history.
struct PositionMark {
  base::Instant received_at;
  domain::SessionId session_id;
  std::int64_t sequence = 0;

  /// "1772353800250000.0190....412"
  std::string text() const;
  static std::optional<PositionMark> parse(std::string_view text);
};

/// Where a page of the export begins.
struct RecordsCursor {
  RecordKind kind = RecordKind::requests;
  std::optional<std::string> after = {};

  /// "rides:0190...". Opaque to clients.
  std::string text() const;
  static std::optional<RecordsCursor> parse(std::string_view text);

  friend bool operator==(const RecordsCursor&, const RecordsCursor&) = default;
};

/// The first page, or the one that goes on after another.
struct ExportMe {
  std::optional<std::string> cursor;  ///< Opaque: next_cursor of the page before.
};
BOOST_DESCRIBE_STRUCT(ExportMe, (), (cursor))
void check(const ExportMe& question, base::json::Check& check);

/// Everything held about the caller: who it is, and a page of its records. Whoever asks on until
/// there is no next_cursor has all of them.
struct AccountExport {
  base::Instant exported_at;
  Profile profile;  ///< With the whole number of the payout account.
  std::vector<SessionView> sessions;
  AccountRecords records;
  std::optional<std::string> next_cursor;  ///< Absent on the last page.
};
BOOST_DESCRIBE_STRUCT(AccountExport, (), (exported_at, profile, sessions, records, next_cursor))

}  // namespace contracts
