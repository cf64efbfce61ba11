#include "tests/system/city.hpp"

#include <cstdio>
#include <exception>
#include <numbers>

#include "tests/support/eventually.hpp"
#include "tests/support/stack_fixture.hpp"
#include "tests/system/backend_config.hpp"
#include "tests/system/contract_client.hpp"
#include "tests/system/replies.hpp"
#include "tests/system/steps.hpp"

namespace tests::system {
namespace {

namespace operations = contracts::operations;
using namespace std::chrono_literals;

constexpr auto nearby_limit = 20s;
constexpr auto slow_clock = -40s;

constexpr double metres_per_degree = 6'371'008.8 * std::numbers::pi / 180;

/// One after the other along the equator, 33 km apart.
Point next_middle() {
  static int city = 0;
  return {.latitude = -0.05, .longitude = 96 + 0.3 * city++};
}

/// Prefixes of mobile numbers; several, because each may only get so many codes.
constexpr int prefixes[] = {811, 812, 813, 821, 822, 852, 853, 855, 856, 857, 858, 877, 878};

}  // namespace

City::City(platform::runtime::Runtime& runtime, Backend& backend)
    : runtime_(runtime),
      backend_(backend),
      http_(checked(platform::http::make_client(runtime))),
      middle_(next_middle()) {}

awaitable<void> City::leave() {
  std::exception_ptr breach;
  for (const auto& phone : phones_) {
    try {
      co_await phone->switch_off();
    } catch (const std::exception&) {
      breach = std::current_exception();
    }
  }
  co_await http_->close();
  if (breach) std::rethrow_exception(breach);
}

Point City::place(double north_m, double east_m) const {
  return {.latitude = middle_.latitude + north_m / metres_per_degree,
          .longitude = middle_.longitude + east_m / metres_per_degree};
}

std::string City::new_msisdn() {
  static int count = 0;
  const auto number = count++;
  char text[16];
  std::snprintf(text, sizeof text, "+62%d%08d", prefixes[number % std::size(prefixes)],
                12'340'000 + number);
  return text;
}

Phone& City::new_phone() {
  const auto& edges = backend_.edges();
  const auto& edge = edges[phones_.size() % edges.size()];
  phones_.push_back(std::make_unique<Phone>(runtime_, *http_, edge));
  phones_.back()->overhear(&expect_published_frame);
  if (!backend_.sms_sandbox().empty()) {
    phones_.back()->use_inbox(
        [this](std::string msisdn) { return last_text_to(std::move(msisdn)); });
  }
  return *phones_.back();
}

awaitable<Phone*> City::passenger() {
  auto& phone = new_phone();
  co_await phone.log_in(new_msisdn());
  co_await phone.connect();
  co_return &phone;
}

awaitable<Phone*> City::driver(Point place) {
  auto& phone = new_phone();
  const auto msisdn = new_msisdn();
  co_await phone.log_in(msisdn);
  co_await register_driver(phone, "B " + msisdn.substr(msisdn.size() - 4) + " NJ");
  co_await phone.connect();
  granted(co_await phone.call(operations::set_beacon, {.on = true}));
  phone.set_clock_offset(slow_clock);
  phone.stay_at(place);
  co_return &phone;
}

sim::ApiClient City::staff(const std::string& role, const std::vector<std::string>& scopes) {
  std::vector<std::string> command{"apikey", "create", "--name", "an operator"};
  for (const auto& scope : scopes) command.insert(command.end(), {"--scope", scope});
  const auto printed = backend_.operate(std::move(command));
  sim::ApiClient client{runtime_, *http_, backend_.admin(role)};
  const auto key = printed.find("njk_");
  client.use_token(printed.substr(key, printed.find('\n', key) - key));
  return client;
}

awaitable<std::vector<std::string>> City::texts_to(std::string msisdn) {
  sim::ApiClient sandbox{runtime_, *http_, backend_.sms_sandbox()};
  sandbox.use_token(provider_key);
  const auto response = co_await sandbox.get("/sms/messages?to=%2B" + msisdn.substr(1));
  if (response.status != 200) throw std::runtime_error{"no texts: " + response.body};
  const auto body = base::json::parse(response.body).value();
  std::vector<std::string> texts;
  for (const auto& message : body.at("messages").as_array()) {
    texts.emplace_back(message.at("text").as_string());
  }
  co_return texts;
}

awaitable<std::optional<std::string>> City::last_text_to(std::string msisdn) {
  auto texts = co_await texts_to(std::move(msisdn));
  if (texts.empty()) co_return std::nullopt;
  co_return std::move(texts.back());
}

awaitable<void> City::until_nearby(Phone& phone, Point place, std::size_t count) {
  const auto what = std::to_string(count) + " drivers are nearby";
  co_await support::eventually(what, nearby_limit, [&]() -> awaitable<bool> {
    const auto nearby =
        granted(co_await phone.call(operations::find_nearby_drivers,
                                    {.latitude = place.latitude, .longitude = place.longitude}));
    co_return nearby.drivers.size() == count;
  });
}

void visit(Backend& backend, const Visit& visit, std::chrono::milliseconds limit) {
  support::run(
      [&](platform::runtime::Runtime& runtime) -> awaitable<void> {
        City city{runtime, backend};
        std::exception_ptr failure;
        try {
          co_await visit(city);
        } catch (...) {
          failure = std::current_exception();
        }
        co_await boost::asio::this_coro::reset_cancellation_state();
        co_await city.leave();
        if (failure) std::rethrow_exception(failure);
      },
      limit);
}

}  // namespace tests::system
