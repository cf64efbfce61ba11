#pragma once

/// Every operation of the API, one row each, in one header for each service that decides, and one
/// for each matter that all of them have.

#include <tuple>

#include "contracts/operations/account.hpp"
#include "contracts/operations/dead_letters.hpp"
#include "contracts/operations/location.hpp"
#include "contracts/operations/match.hpp"
#include "contracts/operations/payments.hpp"
#include "contracts/operations/rides.hpp"
#include "contracts/operations/users.hpp"

namespace contracts::operations {

inline constexpr auto all =
    std::tuple_cat(all_of_users, all_of_match, all_of_rides, all_of_payments, all_of_location,
                   all_of_account, all_of_dead_letters);

}  // namespace contracts::operations
