#pragma once

/// What users asks the other services about an account, before it is exported or deleted.

#include <tuple>

#include "contracts/account.hpp"
#include "contracts/operation.hpp"

namespace contracts::operations {

using enum Method;

// clang-format off

inline constexpr Operation<UserRef, AccountUse> match_account_use{
    {"match_account_use",
     "Whether the user has an open request, or is held as a driver",
     get, "", "", Owner::match, "match.account_use", Role::service, 200, {}}};
inline constexpr Operation<UserRef, AccountUse> rides_account_use{
    {"rides_account_use",
     "Whether the user has a ride that is not over, or owes something",
     get, "", "", Owner::rides, "rides.account_use", Role::service, 200, {}}};
inline constexpr Operation<UserRef, MatchRecords> match_account_records{
    {"match_account_records",
     "The user's requests and proposals",
     get, "", "", Owner::match, "match.account_records", Role::service, 200, {}}};
inline constexpr Operation<UserRef, RideRecords> rides_account_records{
    {"rides_account_records",
     "The user's rides and rows of the ledger",
     get, "", "", Owner::rides, "rides.account_records", Role::service, 200, {}}};
inline constexpr Operation<UserRef, PositionRecords> location_account_records{
    {"location_account_records",
     "The user's position history",
     get, "", "", Owner::location, "location.account_records", Role::service, 200, {}}};

// clang-format on

inline constexpr auto all_of_account =
    std::tuple{match_account_use, rides_account_use, match_account_records, rides_account_records,
               location_account_records};

}  // namespace contracts::operations
