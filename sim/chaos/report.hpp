#pragma once

/// What was broken, what was promised, what was found.

#include <map>
#include <string>
#include <vector>

#include "sim/report.hpp"

namespace sim::chaos {

/// One kind of fault, whichever instance it hit.
struct Suffered {
  std::int64_t times = 0;
  Percentiles recovery_ms;  ///< To the first 2xx, of those that came alone.
};
BOOST_DESCRIBE_STRUCT(Suffered, (), (times, recovery_ms))

/// How soon what was killed is to answer again, as the 99th percentile of many times.
struct RecoveryBound {
  std::string_view kind;
  double p99_ms;
};
inline constexpr RecoveryBound recovery_bounds[] = {
    {"kill users", 2'000},     {"kill location", 2'000}, {"kill match", 2'000},
    {"kill rides", 2'000},     {"kill redis", 3'000},    {"kill nats", 3'000},
    {"kill postgres", 10'000},
};
/// Of fewer, the percentile is only the worst.
inline constexpr std::int64_t judged_from_times = 50;

struct ChaosReport {
  std::uint64_t seed = 0;
  double seconds = 0;
  std::int64_t faults = 0;
  std::map<std::string, Suffered> broken;  ///< By kind: "kill rides".

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
  std::vector<std::string> slow_to_recover;  ///< Kinds beyond their bound.

  Report city;

  bool every_promise_held() const {
    return lost.empty() && doubled.empty() && books_faults.empty() && illegal.empty() &&
           unfinished.empty() && ended_by_themselves.empty() && never_recovered.empty() &&
           slow_to_recover.empty() && city.violations.empty();
  }
};
BOOST_DESCRIBE_STRUCT(ChaosReport, (),
                      (seed, seconds, faults, broken, acknowledged, found, lost, doubled,
                       books_checks, books_unreachable, books_faults, illegal, unfinished,
                       ended_by_themselves, never_recovered, slow_to_recover, city))

/// Which of `broken` took longer than their bound; sentences.
std::vector<std::string> beyond_bounds(const std::map<std::string, Suffered>& broken);

/// For people.
std::string page(const ChaosReport& report);

}  // namespace sim::chaos
