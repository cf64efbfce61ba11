#pragma once

#include "base/id.hpp"

namespace domain {

using UserId = base::Id<struct UserTag>;
/// A driver is a user who drives: the id is the same.
using DriverId = UserId;
using PassengerId = UserId;
using SessionId = base::Id<struct SessionTag>;
using ChallengeId = base::Id<struct ChallengeTag>;
using RequestId = base::Id<struct RequestTag>;
/// A ride carries the id of the request it answers, so both fall into one shard.
using RideId = RequestId;
/// One proposal of a request to a driver.
using MatchId = base::Id<struct MatchTag>;
using PaymentId = base::Id<struct PaymentTag>;
using TariffAreaId = base::Id<struct TariffAreaTag>;
using TariffId = base::Id<struct TariffTag>;
using LedgerEntryId = base::Id<struct LedgerEntryTag>;

}  // namespace domain
