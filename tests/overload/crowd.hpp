#pragma once

/// Many people who go round the same few calls, as cheaply as possible for who plays them.

#include <memory>
#include <string>
#include <vector>

#include "platform/runtime/runtime.hpp"
#include "sim/load/load.hpp"
#include "tests/system/city.hpp"

namespace tests::overload {

using platform::awaitable;

/// What someone who makes calls needs: a token, and a place of their own.
struct Account {
  std::string token;
  domain::geo::Point place;
};

/// Logs so many in, a few at a time.
awaitable<std::vector<Account>> log_in_many(system::City& city, int count);

/// A passenger without a driver near: looks around, asks what it costs, requests a ride, looks at
/// the own document, and calls it off. What was not answered is asked for again, under its key, so
/// that the calls are the same however many are shed.
std::unique_ptr<sim::load::Caller> make_passenger(platform::runtime::Runtime& runtime,
                                                  const Account& account);

/// Somebody who asks for a code, each time for another number.
std::unique_ptr<sim::load::Caller> make_stranger(int number);

}  // namespace tests::overload
