#pragma once

/// People on rides that are under way when the overload begins, who go on riding through it.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/samples.hpp"
#include "tests/system/city.hpp"

namespace tests::overload {

using platform::awaitable;

/// What became of their calls, each made once and timed from its beginning.
struct RideCalls {
  sim::Samples took;                           ///< Of all.
  std::int64_t good = 0;                       ///< 2xx.
  std::map<std::string, std::int64_t> others;  ///< By code; "no_answer".
  int rides_paid = 0;
};

class Riders {
 public:
  /// Calls are counted that begin while `counts`.
  Riders(system::City& city, const std::atomic<bool>& counts) : city_(city), counts_(counts) {}

  /// Brings so many drivers to their passengers.
  awaitable<void> meet(int rides);

  /// For `time` all look at their ride twice a second, and meanwhile the driver arrives, starts,
  /// completes, and takes the cash: each ride at another time.
  awaitable<RideCalls> ride_for(std::chrono::milliseconds time);

 private:
  struct Ride {
    system::Phone* driver;
    system::Phone* passenger;
    domain::RideId id;
  };

  awaitable<void> look(system::Phone& phone, domain::RideId ride,
                       std::chrono::steady_clock::time_point next,
                       std::chrono::steady_clock::time_point end);
  awaitable<void> drive(const Ride& ride, std::chrono::steady_clock::time_point begin,
                        std::chrono::milliseconds between_steps);
  template <class Request, class Answer>
  awaitable<void> call(system::Phone& phone, const contracts::Operation<Request, Answer>& operation,
                       Request request);

  system::City& city_;
  const std::atomic<bool>& counts_;
  std::vector<Ride> rides_;
  RideCalls calls_;
  int under_way_ = 0;
};

}  // namespace tests::overload
