#pragma once

/// The people of one test, in a part of the city where no other test goes.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/http/client.hpp"
#include "sim/phone.hpp"
#include "tests/system/backend.hpp"

namespace tests::system {

using domain::geo::Point;
using platform::awaitable;
using sim::Phone;

class City {
 public:
  City(platform::runtime::Runtime& runtime, Backend& backend);

  /// Switches all phones off. Called before destruction.
  awaitable<void> leave();

  /// So many metres from the middle.
  Point place(double north_m, double east_m = 0) const;

  /// A number that nobody has used.
  std::string new_msisdn();

  /// Phones belong to the city. Each talks to the next edge, and finds codes where they are sent.
  Phone& new_phone();
  /// Logged in and connected.
  awaitable<Phone*> passenger();
  /// Logged in, registered, connected, with the beacon on, and standing at `place`. The phone's
  /// clock is 40 s slow, so that a drive of a minute can be told in a moment: fixes may be 30 s
  /// ahead.
  awaitable<Phone*> driver(Point place);

  /// Staff at the admin port of `role`, with a new key of these scopes.
  sim::ApiClient staff(const std::string& role, const std::vector<std::string>& scopes);

  /// The texts that SMS providers have taken for this number, oldest first. For the shape that has
  /// SMS providers.
  awaitable<std::vector<std::string>> texts_to(std::string msisdn);

  /// Waits until `phone` sees `count` free drivers around `place`.
  awaitable<void> until_nearby(Phone& phone, Point place, std::size_t count);

  Backend& backend() { return backend_; }
  platform::runtime::Runtime& runtime() { return runtime_; }

 private:
  awaitable<std::optional<std::string>> last_text_to(std::string msisdn);

  platform::runtime::Runtime& runtime_;
  Backend& backend_;
  std::unique_ptr<platform::http::Client> http_;
  Point middle_;
  std::vector<std::unique_ptr<Phone>> phones_;
};

/// Runs `visit` in a new city, to its end; what it throws comes out. Longer than `limit` is an
/// exception, too.
using Visit = std::function<awaitable<void>(City&)>;
void visit(Backend& backend, const Visit& visit,
           std::chrono::milliseconds limit = std::chrono::seconds{120});

}  // namespace tests::system
