#pragma once

/// What was broken, what was promised, what was found.

#include <map>
#include <string>
#include <vector>

#include "sim/report.hpp"

namespace sim::chaos {

struct ChaosReport {
  std::uint64_t seed = 0;
  double seconds = 0;
  std::int64_t faults = 0;
  std::map<std::string, std::int64_t> broken;      ///< "kill rides": how often.
  std::map<std::string, Percentiles> recovery_ms;  ///< By component: to the first 2xx.

  std::int64_t acknowledged = 0;
  std::int64_t found = 0;
  std::vector<std::string> lost;
  std::vector<std::string> doubled;

  std::int64_t books_checks = 0;       ///< While things were broken, and at the end.
  std::int64_t books_unreachable = 0;  ///< Checks that the fault itself kept from the database.
  std::vector<std::string> books_faults;

  std::vector<std::string> illegal;              ///< States that must never be.
  std::vector<std::string> unfinished;           ///< What had not ended in time.
  std::vector<std::string> ended_by_themselves;  ///< Processes that nobody had killed.
  std::vector<std::string> never_recovered;

  Report city;

  bool every_promise_held() const {
    return lost.empty() && doubled.empty() && books_faults.empty() && illegal.empty() &&
           unfinished.empty() && ended_by_themselves.empty() && never_recovered.empty() &&
           city.violations.empty();
  }
};
BOOST_DESCRIBE_STRUCT(ChaosReport, (),
                      (seed, seconds, faults, broken, recovery_ms, acknowledged, found, lost,
                       doubled, books_checks, books_unreachable, books_faults, illegal, unfinished,
                       ended_by_themselves, never_recovered, city))

/// For people.
std::string page(const ChaosReport& report);

}  // namespace sim::chaos
