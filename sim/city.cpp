#include "sim/city.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <iterator>
#include <numbers>

#include <boost/asio/this_coro.hpp>

#include "platform/runtime/deadline.hpp"
#include "sim/driver.hpp"
#include "sim/passenger.hpp"

namespace sim {
namespace {

namespace geo = domain::geo;
using std::chrono::milliseconds;

constexpr double traffic_kmh = 45;
constexpr double metres_per_degree = 6'371'008.8 * std::numbers::pi / 180;
constexpr auto look_interval = milliseconds{50};
constexpr std::size_t connections_per_edge = 128;

/// Of mobile networks. Several, because only so many codes are sent to numbers that begin alike.
constexpr int prefixes[] = {811, 812, 813, 821, 822, 852, 853, 855, 856, 857, 858, 877, 878};
constexpr std::uint32_t numbers_per_prefix = 90'000'000;

geo::Point offset(geo::Point from, double north_m, double east_m) {
  const auto latitude = from.latitude + north_m / metres_per_degree;
  const auto shrunk = std::cos(from.latitude * std::numbers::pi / 180);
  return {.latitude = latitude, .longitude = from.longitude + east_m / metres_per_degree / shrunk};
}

}  // namespace

City::City(platform::runtime::Runtime& runtime, CityPlan plan)
    : runtime_(runtime),
      plan_(std::move(plan)),
      http_(
          platform::http::make_client(runtime, {.connections_per_host_max = connections_per_edge})),
      opened_at_(runtime.now()),
      closes_at_(opened_at_ + plan_.duration),
      passengers_about_(plan_.passengers) {
  int number = 0;
  for (int i = 0; i < plan_.drivers; ++i) {
    people_.push_back(std::make_unique<Driver>(*this, number++));
  }
  for (int i = 0; i < plan_.passengers; ++i) {
    people_.push_back(std::make_unique<Passenger>(*this, number++));
  }
}

City::~City() = default;

awaitable<void> City::live() {
  opened_at_ = runtime_.now();
  closes_at_ = opened_at_ + plan_.duration;
  platform::runtime::TaskGroup lives{runtime_.executor()};
  for (const auto& each : people_) {
    lives.spawn("agent", [agent = each.get()] { return agent->live(); });
  }
  std::exception_ptr cut_short;
  try {
    while (!has_ended()) co_await platform::runtime::sleep_for(look_interval);
  } catch (...) {
    cut_short = std::current_exception();
  }
  co_await boost::asio::this_coro::reset_cancellation_state();
  co_await lives.join();
  co_await http_->close();
  if (cut_short) std::rethrow_exception(cut_short);
}

void City::close() { closes_at_ = std::min(closes_at_, runtime_.now()); }

bool City::is_closing() const { return runtime_.now() >= closes_at_; }

milliseconds City::age() const {
  return std::chrono::duration_cast<milliseconds>(runtime_.now() - opened_at_);
}

double City::speed_kmh() const { return traffic_kmh * plan_.pace; }

geo::Point City::somewhere(Dice& dice) const {
  const auto far = plan_.radius_m * std::sqrt(dice.between(0, 1));  // Evenly over the area.
  const auto angle = dice.between(0, 2 * std::numbers::pi);
  return offset(plan_.middle, far * std::cos(angle), far * std::sin(angle));
}

geo::Point City::somewhere_else(Dice& dice, geo::Point from) const {
  for (;;) {
    const auto place = somewhere(dice);
    if (geo::distance(from, place).value >= plan_.trip_min_m) return place;
  }
}

std::string City::new_msisdn() const {
  auto& entropy = runtime_.entropy();
  char text[16];
  std::snprintf(text, sizeof text, "+62%d%08u", prefixes[entropy.below(std::size(prefixes))],
                10'000'000 + entropy.below(numbers_per_prefix));
  return text;
}

void City::check_time() const {
  if (runtime_.now() > closes_at_ + plan_.drain_limit) throw CityEnded{};
}

}  // namespace sim
