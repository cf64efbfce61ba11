#include "tests/overload/crowd.hpp"

#include <cstdio>
#include <optional>

#include "platform/runtime/deadline.hpp"
#include "platform/runtime/task_group.hpp"

namespace tests::overload {
namespace {

namespace operations = contracts::operations;
using namespace std::chrono_literals;
using contracts::OperationRow;
using domain::geo::Point;

constexpr int logins_at_once = 8;
constexpr auto look_interval = 20ms;
// Nobody drives there.
constexpr Point far_away{.latitude = 1.47, .longitude = 124.84};
constexpr double between_places = 0.001;
constexpr double trip = 0.02;

std::string_view method_of(const OperationRow& row) {
  return row.changes_something() ? "POST" : "GET";
}

std::string bytes_of(const OperationRow& row, std::string target, const Account& account,
                     std::string body, std::string key) {
  return sim::load::bytes_of({.method = method_of(row),
                              .target = std::move(target),
                              .token = account.token,
                              .body = std::move(body),
                              .idempotency_key = std::move(key)});
}

class Passenger final : public sim::load::Caller {
 public:
  Passenger(platform::runtime::Runtime& runtime, const Account& account)
      : runtime_(runtime),
        account_(account),
        nearby_(of(operations::find_nearby_drivers,
                   "?latitude=" + std::to_string(account.place.latitude) + "&longitude=" +
                       std::to_string(account.place.longitude) + "&vehicle_type=motorcycle")),
        document_(of(operations::get_snapshot, "")),
        estimate_(bytes_of(operations::estimate_fare, std::string{operations::estimate_fare.path},
                           account, base::json::to_text(contracts::EstimateFare{here(), there()}),
                           key())) {}

  std::string_view next() override {
    switch (step_) {
      case Step::look: return nearby_;
      case Step::estimate: return estimate_;
      case Step::request: return request_;
      case Step::document: return document_;
      case Step::cancel: return cancel_;
    }
    NEBENGJEK_UNREACHABLE("a step without a call");
  }

  void take(const sim::load::Answer& answer) override {
    const bool is_done = answer.status >= 200 && answer.status < 300;
    if (is_done) go_on(answer);
  }

  /// Requests that stay open are work for the backend that nobody counts.
  bool is_in_the_middle() const override {
    return step_ == Step::document || step_ == Step::cancel;
  }

 private:
  enum class Step : std::uint8_t { look, estimate, request, document, cancel };

  void go_on(const sim::load::Answer& answer) {
    switch (step_) {
      case Step::look: step_ = Step::estimate; break;
      case Step::estimate: begin_request(); break;
      case Step::request: begin_cancel(answer.body); break;
      case Step::document: step_ = Step::cancel; break;
      case Step::cancel: step_ = Step::look; break;
    }
  }

  void begin_request() {
    step_ = Step::request;
    request_ = bytes_of(
        operations::create_request, std::string{operations::create_request.path}, account_,
        base::json::to_text(contracts::CreateRequest{
            .pickup = here(), .destination = there(), .vehicle_type = domain::VehicleType::car}),
        key());
  }

  void begin_cancel(std::string_view created) {
    step_ = Step::document;
    constexpr std::string_view name = R"("request_id":")";
    constexpr std::size_t id_size = 36;
    const auto at = created.find(name) + name.size();
    cancel_ = bytes_of(operations::cancel_request,
                       "/v1/requests/" + std::string{created.substr(at, id_size)} + "/cancel",
                       account_, "{}", key());
  }

  std::string of(const OperationRow& row, const std::string& query) const {
    return bytes_of(row, std::string{row.path} + query, account_, {}, {});
  }
  std::string key() { return runtime_.new_id<base::Id<struct CallTag>>().text(); }
  contracts::Place here() const { return contracts::place_at(account_.place, "Here"); }
  contracts::Place there() const {
    return contracts::place_at(
        {.latitude = account_.place.latitude + trip, .longitude = account_.place.longitude},
        "There");
  }

  platform::runtime::Runtime& runtime_;
  const Account& account_;
  Step step_ = Step::look;
  std::string nearby_;
  std::string document_;
  std::string estimate_;
  std::string request_;
  std::string cancel_;
};

class Stranger final : public sim::load::Caller {
 public:
  explicit Stranger(int number) : number_(number) {}

  std::string_view next() override {
    char msisdn[16];
    std::snprintf(msisdn, sizeof msisdn, "+62815%03d%05d", number_ % 1'000, asked_++ % 100'000);
    request_ =
        sim::load::bytes_of({.method = "POST",
                             .target = std::string{operations::request_otp.path},
                             .token = {},
                             .body = base::json::to_text(contracts::RequestOtp{.msisdn = msisdn}),
                             .idempotency_key = {}});
    return request_;
  }
  void take(const sim::load::Answer&) override {}

 private:
  int number_;
  int asked_ = 0;
  std::string request_;
};

}  // namespace

awaitable<std::vector<Account>> log_in_many(system::City& city, int count) {
  std::vector<Account> accounts(static_cast<std::size_t>(count));
  platform::runtime::TaskGroup logins{city.runtime().executor()};
  int begun = 0;
  int done = 0;
  for (int i = 0; i < logins_at_once; ++i) {
    logins.spawn("log in", [&]() -> awaitable<void> {
      while (begun < count) {
        const auto number = begun++;
        auto& phone = city.new_phone();
        co_await phone.log_in(city.new_msisdn());
        accounts[static_cast<std::size_t>(number)] = {
            .token = phone.tokens().access_token,
            .place = {.latitude = far_away.latitude + between_places * number,
                      .longitude = far_away.longitude}};
        ++done;
      }
    });
  }
  const auto give_up_at = city.runtime().now() + 120s;
  while (done < count) {
    if (city.runtime().now() > give_up_at) throw sim::NeverHappened{"all are logged in"};
    co_await platform::runtime::sleep_for(look_interval);
  }
  co_await logins.join();
  co_return accounts;
}

std::unique_ptr<sim::load::Caller> make_passenger(platform::runtime::Runtime& runtime,
                                                  const Account& account) {
  return std::make_unique<Passenger>(runtime, account);
}

std::unique_ptr<sim::load::Caller> make_stranger(int number) {
  return std::make_unique<Stranger>(number);
}

}  // namespace tests::overload
