#pragma once

/// What the life of a ride adds to the books.

#include <vector>

#include "services/rides/ports.hpp"

namespace services::rides {

domain::ledger::Parties parties_of(const RideRecord& record);

/// The rows that `event` adds, which has just led the ride to where `record` stands.
std::vector<domain::ledger::Transfer> transfers_for(domain::ride::RideEvent event,
                                                    const RideRecord& record);

/// All rows there must be of a ride that stands where `record` does, and of its payment.
std::vector<domain::ledger::Transfer> all_transfers_of(const RideRecord& record);

}  // namespace services::rides
