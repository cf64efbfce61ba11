#pragma once

/// How the tests of this folder break things, and how long they wait for what comes of it.

#include <chrono>

#include "platform/runtime/deadline.hpp"
#include "tests/system/looking.hpp"

namespace tests::matrix {

namespace operations = contracts::operations;
using namespace std::chrono_literals;
using platform::awaitable;
using platform::stack::LinkFault;
using system::City;
using system::eventually;
using system::timed;
using Clock = std::chrono::steady_clock;

inline constexpr LinkFault link_faults[] = {LinkFault::refused, LinkFault::silent, LinkFault::slow,
                                            LinkFault::reset};

// The deadlines of a call, and what a busy machine may add.
inline constexpr auto call_limit = 2s + 1s;
inline constexpr auto login_limit = 5s + 1s;
inline constexpr auto recovery_limit = 15s;
inline constexpr auto pause_between_looks = 100ms;

}  // namespace tests::matrix
