#pragma once

/// What services tell each other of one account: whether it is in use, and all that they hold of
/// it.

#include <vector>

#include "contracts/match.hpp"
#include "contracts/rides.hpp"
#include "contracts/users.hpp"

namespace contracts {

struct UserRef {
  domain::UserId user_id;
};
BOOST_DESCRIBE_STRUCT(UserRef, (), (user_id))

/// Whether something is open that keeps the account from being deleted.
struct AccountUse {
  bool in_use = false;
};
BOOST_DESCRIBE_STRUCT(AccountUse, (), (in_use))

/// Of each kind of record the newest so many are told: an answer has to fit a message.
inline constexpr std::size_t account_records_max = 500;

struct MatchRecords {
  std::vector<RequestView> requests;    ///< Newest first.
  std::vector<ProposalView> proposals;  ///< Likewise; places rounded to 100 m.
};
BOOST_DESCRIBE_STRUCT(MatchRecords, (), (requests, proposals))

/// A row of the books, as the holder of one account sees it.
struct LedgerLine {
  base::Instant at;
  std::string cause;   ///< "ride:0190..."
  std::string kind;    ///< "fare"
  base::Money amount;  ///< Below zero: taken from the account.
};
BOOST_DESCRIBE_STRUCT(LedgerLine, (), (at, cause, kind, amount))

struct RideRecords {
  std::vector<RideView> rides;     ///< Newest first, with their payments.
  std::vector<LedgerLine> ledger;  ///< Likewise.
};
BOOST_DESCRIBE_STRUCT(RideRecords, (), (rides, ledger))

struct PositionRecord {
  base::Instant at;
  double latitude = 0;
  double longitude = 0;
};
BOOST_DESCRIBE_STRUCT(PositionRecord, (), (at, latitude, longitude))

struct PositionRecords {
  std::vector<PositionRecord> positions;  ///< Newest first.
};
BOOST_DESCRIBE_STRUCT(PositionRecords, (), (positions))

/// Everything held about the caller, the newest `account_records_max` of each kind.
struct AccountExport {
  base::Instant exported_at;
  Profile profile;  ///< With the whole number of the payout account.
  std::vector<SessionView> sessions;
  std::vector<RequestView> requests;
  std::vector<ProposalView> proposals;
  std::vector<RideView> rides;
  std::vector<LedgerLine> ledger;
  std::vector<PositionRecord> positions;
};
BOOST_DESCRIBE_STRUCT(AccountExport, (),
                      (exported_at, profile, sessions, requests, proposals, rides, ledger,
                       positions))

}  // namespace contracts
