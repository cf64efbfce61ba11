#pragma once

/// A city that lives on a backend for a while, and what is expected of its report.

#include "sim/report.hpp"
#include "tests/system/backend.hpp"

namespace tests::system {

/// Eight drivers and eight passengers for eight seconds, where no test's own people go.
sim::CityPlan small_city(const Backend& backend);

/// Blocks until everybody has gone home; longer than `limit` is an exception.
sim::Report simulate(const sim::CityPlan& plan, std::chrono::milliseconds limit);

/// Every promise was kept, at least half as many rides as passengers were completed, and all of
/// them paid for.
void expect_a_good_time(const sim::Report& report);

}  // namespace tests::system
