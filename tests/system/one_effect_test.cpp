// Every POST that creates something, sent by fifty at once under one Idempotency-Key: it happens
// once, and all are answered alike, also after everything was killed and started again.
//
// The rows come from contracts/operations.hpp: a new one has no recipe here, and fails until it
// has.

#include <algorithm>
#include <future>
#include <set>

#include "platform/runtime/deadline.hpp"
#include "tests/system/system_test.hpp"

namespace tests::system {
namespace {

namespace http = platform::http;
namespace operations = contracts::operations;
using namespace std::chrono_literals;
using boost::json::object;
using contracts::OperationRow;
using domain::ride::PaymentMethod;
using domain::ride::RideState;

constexpr int senders = 50;
constexpr auto pause = 100ms;
constexpr auto before_asking_again = 1s;  // As Retry-After says.
constexpr auto decided_within = 20s;

template <class T>
object json_of(const T& payload) {
  return base::json::encode(payload).as_object();
}

/// What is sent, what would be another request under the same key, and how often it has happened.
struct Order {
  sim::ApiClient* by;
  object wish;
  object another;
  std::function<awaitable<std::size_t>()> effects;
};

/// Those who send, and what they need for it.
class Scene {
 public:
  explicit Scene(City& city) : city_(city) {}

  awaitable<void> prepare() {
    driver = co_await city_.driver(city_.place(100));
    passenger = co_await city_.passenger();
    staff = std::make_unique<sim::ApiClient>(
        city_.staff("users", {"payments:read", "payments:write", "tariffs:read", "tariffs:write"}));
  }

  awaitable<void> fill_wallet() {
    const auto asked =
        granted(co_await passenger->call(operations::top_up_wallet, {.amount = {50'000}}));
    co_await eventually("a top-up", decided_within, [&]() -> awaitable<bool> {
      const auto now = granted(co_await passenger->call(operations::get_top_up, {asked.top_up_id}));
      co_return now.state == domain::money::OrderState::settled;
    });
  }

  /// A ride whose fare is final; the wallet could pay it.
  awaitable<domain::RideId> ridden() {
    co_await fill_wallet();
    const auto ride = co_await begin_ride(*passenger, *driver, city_.place(0), city_.place(-2'000));
    co_await complete_ride(*driver, ride, 1);
    co_return ride;
  }

  awaitable<contracts::RideView> paid() {
    const auto ride = co_await ridden();
    granted(co_await passenger->call(operations::pay_ride,
                                     {.ride_id = ride, .method = PaymentMethod::wallet}));
    co_await until_ride(*passenger, ride, RideState::paid);
    co_await until_ride(*driver, ride, RideState::paid);
    co_return *passenger->document().ride;
  }

  awaitable<contracts::AccountRecords> records_of(Phone& phone) {
    co_return granted(co_await phone.call(operations::export_me, {})).records;
  }

  contracts::CreateTariffArea area(std::string name) {
    contracts::CreateTariffArea area{.name = std::move(name), .priority = 1};
    const std::pair<double, double> corners[] = {{-1, -1}, {-1, 1}, {1, 1}, {1, -1}};
    for (const auto& [north, east] : corners) {
      const auto corner = city_.place(9'000 + 1'000 * north, 9'000 + 1'000 * east);
      area.points.push_back({corner.latitude, corner.longitude});
    }
    return area;
  }

  City& city() { return city_; }

  Phone* passenger = nullptr;
  Phone* driver = nullptr;
  std::unique_ptr<sim::ApiClient> staff;

 private:
  City& city_;
};

awaitable<Order> a_request(Scene& scene) {
  auto& phone = *scene.passenger;
  const auto wish = [&](double metres) {
    return json_of(contracts::CreateRequest{
        .pickup = contracts::place_at(scene.city().place(5'000)),
        .destination = contracts::place_at(scene.city().place(5'000 - metres)),
        .vehicle_type = domain::VehicleType::car_xl});
  };
  co_return Order{
      &phone.api(), wish(2'000), wish(3'000), [&phone]() -> awaitable<std::size_t> {
        co_return granted(co_await phone.call(operations::list_requests)).requests.size();
      }};
}

awaitable<Order> a_registration(Scene& scene) {
  auto& phone = *scene.passenger;
  const auto wish = [](std::string vehicle, const Phone& by) {
    return json_of(contracts::RegisterDriver{
        .vehicle_type = domain::VehicleType::car,
        .vehicle = std::move(vehicle),
        .plate = "B " + std::to_string(by.user().uuid.bytes[15]) + " EFF",
        .payout_account = {.bank = "BCA", .number = "1234567890", .holder = "Siti"}});
  };
  co_return Order{&phone.api(), wish("Toyota Avanza", phone), wish("Toyota Rush", phone),
                  [&phone]() -> awaitable<std::size_t> {
                    co_return granted(co_await phone.call(operations::get_me)).driver ? 1 : 0;
                  }};
}

awaitable<Order> a_top_up(Scene& scene) {
  auto& phone = *scene.passenger;
  co_return Order{&phone.api(), json_of(contracts::TopUpWallet{.amount = {20'000}}),
                  json_of(contracts::TopUpWallet{.amount = {30'000}}),
                  [&]() -> awaitable<std::size_t> {
                    co_return (co_await scene.records_of(phone)).top_ups.size();
                  }};
}

awaitable<Order> a_payment(Scene& scene) {
  const auto ride = co_await scene.ridden();
  auto& phone = *scene.passenger;
  const auto wish = [=](PaymentMethod method) {
    return json_of(contracts::PayRide{.ride_id = ride, .method = method});
  };
  co_return Order{&phone.api(), wish(PaymentMethod::wallet), wish(PaymentMethod::cash),
                  [&]() -> awaitable<std::size_t> {
                    co_return (co_await scene.records_of(phone)).payments.size();
                  }};
}

awaitable<Order> a_payout(Scene& scene) {
  co_await scene.paid();
  auto& phone = *scene.driver;
  const auto wish = [](std::int64_t amount) {
    return json_of(contracts::RequestPayout{.amount = base::Money{amount}});
  };
  co_return Order{
      &phone.api(), wish(2'000), wish(1'000), [&phone]() -> awaitable<std::size_t> {
        co_return granted(co_await phone.call(operations::list_payouts, {})).payouts.size();
      }};
}

awaitable<Order> a_refund(Scene& scene) {
  const auto payment = (co_await scene.paid()).payment->payment_id;
  auto& staff = *scene.staff;
  const auto wish = [=](std::int64_t amount) {
    return json_of(contracts::RefundPayment{
        .payment_id = payment, .amount = base::Money{amount}, .reason = "The seat was wet"});
  };
  co_return Order{
      &staff, wish(1'000), wish(1'100), [&staff, payment]() -> awaitable<std::size_t> {
        co_return granted(co_await staff.call(operations::get_payment, {payment})).refunds.size();
      }};
}

awaitable<Order> a_settlement(Scene& scene) {
  const auto driver = scene.driver->user();
  auto& staff = *scene.staff;
  const auto wish = [=](std::int64_t amount) {
    return json_of(contracts::SettleDriverDebt{.driver_id = driver, .amount = {amount}});
  };
  co_return Order{&staff, wish(700), wish(800), [&staff, driver]() -> awaitable<std::size_t> {
                    const auto books = granted(co_await staff.call(
                        operations::find_ledger_entries, {.account = "driver:" + driver.text()}));
                    co_return books.entries.size();
                  }};
}

awaitable<Order> an_area(Scene& scene) {
  auto& staff = *scene.staff;
  const auto name = "One of " + scene.driver->user().text();
  co_return Order{&staff, json_of(scene.area(name)), json_of(scene.area(name + ", renamed")),
                  [&staff, name]() -> awaitable<std::size_t> {
                    const auto page =
                        granted(co_await staff.call(operations::list_tariff_areas, {}));
                    co_return static_cast<std::size_t>(
                        std::ranges::count(page.areas, name, &contracts::TariffAreaView::name));
                  }};
}

awaitable<Order> a_tariff(Scene& scene) {
  auto& staff = *scene.staff;
  const auto area =
      granted(co_await staff.call(operations::create_tariff_area, scene.area("Prices"))).area_id;
  const auto wish = [=](std::int64_t per_km) {
    return json_of(contracts::CreateTariff{.area_id = area,
                                           .vehicle_type = domain::VehicleType::car,
                                           .base = {0},
                                           .per_km = {per_km},
                                           .per_minute = {0},
                                           .minimum = {1'000}});
  };
  co_return Order{&staff, wish(5'000), wish(6'000), [&staff, area]() -> awaitable<std::size_t> {
                    co_return granted(co_await staff.call(operations::list_tariffs,
                                                          {.area_id = area, .retired = true}))
                        .tariffs.size();
                  }};
}

struct Recipe {
  std::string_view operation;
  awaitable<Order> (*prepare)(Scene&);
};

// clang-format off
constexpr Recipe recipes[] = {
    {operations::create_request.name,     &a_request},
    {operations::register_driver.name,    &a_registration},
    {operations::top_up_wallet.name,      &a_top_up},
    {operations::pay_ride.name,           &a_payment},
    {operations::request_payout.name,     &a_payout},
    {operations::refund_payment.name,     &a_refund},
    {operations::settle_driver_debt.name, &a_settlement},
    {operations::create_tariff_area.name, &an_area},
    {operations::create_tariff.name,      &a_tariff},
};
// clang-format on

bool creates(const OperationRow& row) {
  return row.method == contracts::Method::post && row.status == 201;
}

std::vector<const OperationRow*> creating_rows() {
  std::vector<const OperationRow*> rows;
  const auto add = [&](const OperationRow& row) {
    if (creates(row)) rows.push_back(&row);
  };
  std::apply([&](const auto&... operation) { (add(operation), ...); }, operations::all);
  return rows;
}

/// What its path carries is taken out of the body.
std::string path_of(const OperationRow& row, object& arguments) {
  std::string path{row.path};
  const auto open = path.find('{');
  if (open == path.npos) return path;
  const auto close = path.find('}');
  const auto name = path.substr(open + 1, close - open - 1);
  path.replace(open, close - open + 1, arguments.at(name).as_string().c_str());
  arguments.erase(name);
  return path;
}

bool is_decided(const http::Response& answer) {
  if (answer.status == 429 || answer.status == 503) return false;
  return answer.body.find(contracts::errors::still_running.code) == answer.body.npos;
}

/// As a phone does: under the same key until there is an answer.
awaitable<http::Response> send(const OperationRow& row, sim::ApiClient& by, object wish,
                               std::string key) {
  const auto path = path_of(row, wish);
  const auto give_up_at = std::chrono::steady_clock::now() + 60s;
  for (;;) {
    try {
      auto answer = co_await by.send(http::Method::post, path, base::json::serialized(wish),
                                     {{"Idempotency-Key", key}});
      if (is_decided(answer)) co_return answer;
    } catch (const http::NoAnswer&) {  // It was killed.
    }
    if (std::chrono::steady_clock::now() > give_up_at) throw sim::NeverHappened{"an answer"};
    co_await platform::runtime::sleep_for(before_asking_again);
  }
}

/// Of all, each once.
using Answers = std::set<std::pair<int, std::string>>;

awaitable<Answers> send_at_once(City& city, const OperationRow& row, const Order& order,
                                std::string key) {
  platform::runtime::TaskGroup tasks{city.runtime().executor()};
  Answers answers;
  std::exception_ptr failure;
  int done = 0;
  for (int i = 0; i < senders; ++i) {
    tasks.spawn("sender", [&]() -> awaitable<void> {
      try {
        const auto answer = co_await send(row, *order.by, order.wish, key);
        answers.emplace(answer.status, answer.body);
      } catch (...) {
        failure = std::current_exception();
      }
      ++done;
    });
  }
  while (done < senders) co_await platform::runtime::sleep_for(pause);  // Each has its deadline.
  co_await tasks.join();
  if (failure) std::rethrow_exception(failure);
  co_return answers;
}

class OneEffect : public SystemTest, public testing::WithParamInterface<const OperationRow*> {
 protected:
  OneEffect() : SystemTest(Shape::process_per_role) {}
};

TEST_P(OneEffect, OfFiftyAtOnceAndAfterARestart) {
  const auto& row = *GetParam();
  const auto* recipe = std::ranges::find(recipes, row.name, &Recipe::operation);
  ASSERT_NE(recipe, std::end(recipes)) << row.name << " has no recipe in this test";
  visit([&](City& city) -> awaitable<void> {
    Scene scene{city};
    co_await scene.prepare();
    const auto order = co_await recipe->prepare(scene);
    const auto key = order.by->new_key();
    auto troubles = std::async(std::launch::async, [this] {
      backend.kill();
      backend.start();
    });
    const auto answers = co_await send_at_once(city, row, order, key);
    troubles.get();
    EXPECT_EQ(answers.size(), 1u) << testing::PrintToString(answers);
    EXPECT_EQ(answers.begin()->first, 201) << answers.begin()->second;
    EXPECT_EQ(co_await order.effects(), 1u);

    const auto again = co_await send(row, *order.by, order.wish, key);
    EXPECT_TRUE(answers.contains({again.status, again.body})) << again.body;
    EXPECT_EQ(refusal(co_await send(row, *order.by, order.another, key)),
              "422 idempotency_key_reused");
    EXPECT_EQ(co_await order.effects(), 1u);
  });
}

INSTANTIATE_TEST_SUITE_P(Of, OneEffect, testing::ValuesIn(creating_rows()),
                         [](const auto& row) { return std::string{row.param->name}; });

}  // namespace
}  // namespace tests::system
