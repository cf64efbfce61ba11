#pragma once

/// What came of a run, on one page.

#include <map>
#include <string>
#include <vector>

#include "sim/city.hpp"

namespace sim {

struct Report {
  std::uint64_t seed = 0;
  int drivers = 0;
  int passengers = 0;
  double seconds = 0;

  std::int64_t requests = 0;
  std::int64_t matched = 0;  ///< Requests that got a ride.
  std::int64_t completed = 0;
  std::map<std::string, std::int64_t> cancelled;  ///< Rides, by whom.
  std::int64_t stopped = 0;                       ///< Searches that the passenger gave up.
  std::int64_t unfulfilled = 0;                   ///< Searches that found nobody.
  Percentiles waiting_ms;                         ///< From the request to the driver.

  base::Money fares;
  base::Money settled;  ///< Payments.
  base::Money cancellation_fees;
  base::Money balances;  ///< Of all drivers.

  std::map<std::string, Percentiles> calls_ms;  ///< By operation.
  std::map<std::string, std::int64_t> errors;   ///< By code.
  std::int64_t reconnects = 0;
  std::int64_t gaps = 0;
  std::int64_t unheard = 0;  ///< Found by looking every 15 s, without a frame that told.

  std::vector<std::string> violations;
};
BOOST_DESCRIBE_STRUCT(Report, (),
                      (seed, drivers, passengers, seconds, requests, matched, completed, cancelled,
                       stopped, unfulfilled, waiting_ms, fares, settled, cancellation_fees,
                       balances, calls_ms, errors, reconnects, gaps, unheard, violations))

/// Of a city that has ended, with its broken promises.
Report report_on(const City& city);

/// For people.
std::string page(const Report& report);

}  // namespace sim
