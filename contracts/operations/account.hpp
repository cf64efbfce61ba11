#pragma once

/// What users asks the other services about an account, before it is exported or deleted.

#include <tuple>

#include "contracts/account.hpp"
#include "contracts/operation.hpp"

namespace contracts::operations {

using enum Method;
using enum domain::Rejection;

// clang-format off

inline constexpr Operation<AskAccountUse, AccountUse> match_account_use{
    {"match_account_use",
     "Whether the user has an open request, or is held as a driver",
     get, "", "", Owner::match, "match.account_use", Role::service, 200, {}}};
inline constexpr Operation<AskAccountUse, AccountUse> rides_account_use{
    {"rides_account_use",
     "Whether the user has a ride that is not over, owes something, or has money here",
     get, "", "", Owner::rides, "rides.account_use", Role::service, 200, {}}};
inline constexpr Operation<AskRecords, AccountRecordsPage> match_account_records{
    {"match_account_records",
     "A page of the user's requests or proposals",
     get, "", "", Owner::match, "match.account_records", Role::service, 200, {invalid_value}}};
inline constexpr Operation<AskRecords, AccountRecordsPage> rides_account_records{
    {"rides_account_records",
     "A page of the user's rides, or of what is held of the user's money",
     get, "", "", Owner::rides, "rides.account_records", Role::service, 200, {invalid_value}}};
inline constexpr Operation<AskRecords, AccountRecordsPage> location_account_records{
    {"location_account_records",
     "A page of the user's position history",
     get, "", "", Owner::location, "location.account_records", Role::service, 200, {invalid_value}}};

// clang-format on

inline constexpr auto all_of_account =
    std::tuple{match_account_use, rides_account_use, match_account_records, rides_account_records,
               location_account_records};

}  // namespace contracts::operations
