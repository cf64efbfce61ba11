#pragma once

/// Rows of the tables as records, and the statements that read them for both stores.

#include <vector>

#include "platform/postgres/session.hpp"
#include "services/match/ports.hpp"

namespace services::match {

/// Of a row with the columns of queries::read_requests.
RequestRecord request_record_of(const platform::postgres::Row& row);

ProposalRecord proposal_of(const platform::postgres::Row& row);

/// Oldest search first. Those that don't exist are left out.
awaitable<std::vector<RequestRecord>> read_requests(platform::postgres::Session& session,
                                                    const std::vector<domain::RequestId>& ids);

awaitable<std::vector<DriverRecord>> read_drivers(platform::postgres::Session& session,
                                                  const std::vector<domain::DriverId>& ids);

/// One column of all rows.
template <class T>
std::vector<T> column(const platform::postgres::Rows& rows, std::string_view name) {
  std::vector<T> values;
  for (const auto row : rows) values.push_back(row.get<T>(name));
  return values;
}

}  // namespace services::match
