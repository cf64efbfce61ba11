#include "tests/overload/riders.hpp"

#include "platform/runtime/deadline.hpp"
#include "tests/system/replies.hpp"
#include "tests/system/steps.hpp"

namespace tests::overload {
namespace {

namespace operations = contracts::operations;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using platform::runtime::sleep_for;
using std::chrono::milliseconds;

constexpr auto between_looks = 500ms;
constexpr auto join_interval = 20ms;
constexpr double apart_m = 3'000;  // Nobody is near another's pickup.
constexpr int steps = 4;

awaitable<void> sleep_until(Clock::time_point time) {
  const auto left = std::chrono::duration_cast<milliseconds>(time - Clock::now());
  if (left > 0ms) co_await sleep_for(left);
}

}  // namespace

awaitable<void> Riders::meet(int rides) {
  for (int i = 0; i < rides; ++i) {
    const auto pickup = city_.place(0, apart_m * i);
    auto* driver = co_await city_.driver(city_.place(100, apart_m * i));
    auto* passenger = co_await city_.passenger();
    const auto ride =
        co_await system::match(*passenger, *driver, pickup, city_.place(1'000, apart_m * i));
    co_await system::drive_up(*passenger, *driver, pickup);
    driver->set_report_interval(1s);
    for (auto* phone : {driver, passenger}) phone->api().set_patience(0ms);
    rides_.push_back({driver, passenger, ride});
  }
}

awaitable<RideCalls> Riders::ride_for(milliseconds time) {
  calls_ = {};
  const auto end = Clock::now() + time;
  platform::runtime::TaskGroup lives{city_.runtime().executor()};
  const auto spawn = [&](std::function<awaitable<void>()> life) {
    ++under_way_;
    lives.spawn("rider", [this, life = std::move(life)]() -> awaitable<void> {
      co_await life();
      --under_way_;
    });
  };
  for (std::size_t i = 0; i < rides_.size(); ++i) {
    const auto& ride = rides_[i];
    const auto now = Clock::now();
    const auto first_look = now + between_looks * i / rides_.size();
    const auto between_steps = time / (steps + 1);
    const auto first_step = now + between_steps * i / rides_.size();
    spawn([this, &ride, first_look, end] { return look(*ride.driver, ride.id, first_look, end); });
    spawn([this, &ride, first_look, end] {
      return look(*ride.passenger, ride.id, first_look + between_looks / 2, end);
    });
    spawn([this, &ride, first_step, between_steps] {
      return drive(ride, first_step, between_steps);
    });
  }
  while (under_way_ > 0) co_await sleep_for(join_interval);
  co_await lives.join();
  co_return calls_;
}

awaitable<void> Riders::look(system::Phone& phone, domain::RideId ride, Clock::time_point next,
                             Clock::time_point end) {
  for (; next < end; next += between_looks) {
    co_await sleep_until(next);
    co_await call(phone, operations::get_ride, {.ride_id = ride});
  }
}

awaitable<void> Riders::drive(const Ride& ride, Clock::time_point begin,
                              milliseconds between_steps) {
  auto& driver = *ride.driver;
  co_await sleep_until(begin);
  co_await call(driver, operations::arrive, {.ride_id = ride.id});
  co_await sleep_for(between_steps);
  co_await call(driver, operations::start_ride,
                {.ride_id = ride.id,
                 .pin = ride.passenger->document().ride->pin.value(),
                 .sequence = driver.sequence()});
  co_await sleep_for(between_steps);
  co_await call(driver, operations::complete_ride,
                {.ride_id = ride.id, .sequence = driver.sequence(), .adjustment = 1});
  co_await sleep_for(between_steps);
  co_await call(driver, operations::confirm_cash, {.ride_id = ride.id});
  const auto shown = co_await driver.call(operations::get_ride, {.ride_id = ride.id});
  if (shown && shown->state == domain::ride::RideState::paid) ++calls_.rides_paid;
}

template <class Request, class Answer>
awaitable<void> Riders::call(system::Phone& phone,
                             const contracts::Operation<Request, Answer>& operation,
                             Request request) {
  const bool counts = counts_;
  const auto begin = Clock::now();
  std::string code = "no_answer";
  try {
    const auto answer = co_await phone.call(operation, std::move(request));
    code = answer ? std::string{} : answer.error().code;
  } catch (const platform::http::NoAnswer&) {
  }
  if (!counts) co_return;
  if (code.empty()) {
    ++calls_.good;
  } else {
    ++calls_.others[std::string{operation.name} + ' ' + code];
  }
  calls_.took.add(std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin));
}

}  // namespace tests::overload
