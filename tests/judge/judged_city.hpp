#pragma once

/// A city that lives on the backend of the system tests while somebody breaks it, and its judge,
/// who knows what its people were told and looks into the tables for it.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include <boost/asio/thread_pool.hpp>

#include "platform/postgres/pool.hpp"
#include "sim/chaos/tables.hpp"
#include "sim/city.hpp"
#include "tests/system/backend.hpp"

namespace tests::judge {

using platform::awaitable;

/// A dozen people in a small place, where rides are short; until it is closed.
sim::CityPlan lively_city(const system::Backend& backend, std::uint64_t seed);

class JudgedCity {
 public:
  JudgedCity(platform::runtime::Runtime& runtime, sim::CityPlan plan);

  /// Returns when everybody is about. Throws sim::NeverHappened.
  awaitable<void> open();

  /// Returns when so many rides more have been paid for. Throws sim::NeverHappened.
  awaitable<void> until_paid(std::int64_t rides, std::chrono::milliseconds limit);

  /// Returns when everybody has gone home.
  awaitable<void> close();

  /// Does what blocks, such as breaking something, while the city lives on.
  awaitable<void> meanwhile(std::function<void()> work);

  /// All that was acknowledged so far is in the tables, and not twice; the books balance; there is
  /// no state that must never be. While nobody serves, or everybody has gone home.
  awaitable<sim::chaos::Found> expect_nothing_lost();

  /// Within `limit` everything has ended: rides, requests, and events that were on their way.
  /// Returns how long that took. After `close`.
  awaitable<std::chrono::milliseconds> expect_all_done(std::chrono::milliseconds limit);

  /// No phone was told anything that did not hold. After `close`.
  void expect_kept_promises() const;

  /// May read all schemas.
  platform::postgres::Pool& database() { return *database_; }
  platform::runtime::Runtime& runtime() { return runtime_; }

  /// The people and the judge stop. Before the end of this, whatever has happened.
  awaitable<void> leave();

 private:
  awaitable<void> until(const char* what, std::function<bool()> holds,
                        std::chrono::milliseconds limit);

  platform::runtime::Runtime& runtime_;
  sim::City city_;
  platform::runtime::TaskGroup lives_;
  std::unique_ptr<platform::postgres::Pool> database_;
  std::unique_ptr<platform::postgres::Pool> books_;
  boost::asio::thread_pool hands_{1};
};

/// Runs `test` with a city, to the end of both; what it throws comes out.
using JudgedTest = std::function<awaitable<void>(JudgedCity&)>;
awaitable<void> in_judged_city(platform::runtime::Runtime& runtime, sim::CityPlan plan,
                               JudgedTest test);

}  // namespace tests::judge
