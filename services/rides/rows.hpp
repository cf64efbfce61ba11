#pragma once

/// Rows of the tables as values, and back.

#include <vector>

#include "platform/postgres/session.hpp"
#include "services/rides/ports.hpp"

namespace services::rides {

/// Of a row that has the columns of queries::find_rides.
RideRecord record_of(const platform::postgres::Row& row);

/// Of a row with the columns of a tariff.
domain::fare::Tariff tariff_of(const platform::postgres::Row& row);

/// Of a row of the ledger; throws StatementFailed when the accounts or the cause can't be read.
domain::ledger::Transfer transfer_of(const platform::postgres::Row& row);

using Parameters = std::vector<platform::postgres::Text>;

Parameters parameters_to_book(const RideRecord& record);
Parameters parameters_to_save(const domain::ride::Ride& ride);
Parameters parameters_to_save(const domain::ride::Payment& payment);

}  // namespace services::rides
