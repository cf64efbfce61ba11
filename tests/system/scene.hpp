#pragma once

/// People in the middle of each kind of call that may be refused when something is out of reach.

#include "tests/system/city.hpp"

namespace tests::system {

/// Each call is made under one key, however often; what it came to is a status.
class Scene {
 public:
  explicit Scene(City& city) : city_(city) {}

  /// A ride that can be paid, one whose driver can arrive, and a passenger without a ride.
  awaitable<void> prepare();

  awaitable<int> log_in();
  awaitable<int> request();
  awaitable<int> step();
  awaitable<int> pay();
  awaitable<platform::http::Response> read();

  /// The phone is told to keep its positions.
  awaitable<bool> positions_are_kept();
  bool sockets_are_open() const;
  /// What the last frame about it named.
  std::vector<std::string> told_to_be_away() const;

  /// Calls off what is still open, when all is well again.
  awaitable<void> clear();

 private:
  City& city_;
  Phone* paying_driver_ = nullptr;
  Phone* stepping_driver_ = nullptr;
  Phone* stepping_passenger_ = nullptr;
  Phone* requesting_ = nullptr;
  Phone* newcomer_ = nullptr;
  domain::RideId paid_ride_;
  domain::RideId stepped_ride_;
  std::optional<domain::RequestId> request_;
};

}  // namespace tests::system
