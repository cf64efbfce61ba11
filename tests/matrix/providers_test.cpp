// The providers that services call, each out of reach in every way: what people are told
// meanwhile, and what becomes of codes and cards once the provider is back.

#include <algorithm>
#include <initializer_list>
#include <string>

#include <gmock/gmock.h>

#include "tests/matrix/looking.hpp"

namespace tests::matrix {
namespace {

using domain::ledger::TransferKind;
using domain::ride::PaymentMethod;
using domain::ride::PaymentState;
using domain::ride::RideState;
using system::granted;
using system::Phone;
using system::Shape;
using testing::HasSubstr;

// Two tries of 2 s at the first provider, and what a busy machine may add.
constexpr auto text_limit = 10s;
// A breaker opens after 20 calls in vain: here one each 100 ms, each given up after 2 s.
constexpr auto refusal_limit = 30s;
constexpr auto before_asking_again = 2s;
// An order is asked for at least once a second; a call to the provider takes 2 s at most.
constexpr auto settle_limit = 15s;
constexpr base::Money fare{5'000};  // The minimum, since nobody drives anywhere.
constexpr base::Money earned{4'750};

/// All is well when a test begins.
class Providers : public testing::TestWithParam<LinkFault> {
 protected:
  Providers() { backend.start(); }

  void break_links(std::initializer_list<const char*> names, LinkFault fault) {
    for (const auto* name : names) backend.link(name).set(fault);
  }
  /// What is slow still gets through.
  static bool is_in_vain() { return GetParam() != LinkFault::slow; }
  void visit(const system::Visit& each) { system::visit(backend, each); }

  system::Backend& backend = system::backend(Shape::behind_links);
};

using SmsProviders = Providers;

/// What a service has counted under this name and these labels.
awaitable<int> counted(sim::ApiClient& staff, std::string name) {
  const auto metrics = (co_await staff.get("/metrics")).body;
  const auto at = metrics.find(name + ' ');
  co_return at == std::string::npos ? 0 : std::stoi(metrics.substr(at + name.size()));
}

awaitable<int> texts_taken_by(sim::ApiClient& staff, const std::string& provider) {
  return counted(staff, R"(nebengjek_sms_total{outcome="taken",provider=")" + provider + R"("})");
}

awaitable<platform::http::Response> ask_for_code(City& city, std::string msisdn) {
  co_return co_await city.new_phone().api().send(
      platform::http::Method::post, std::string{operations::request_otp.path},
      base::json::to_text(contracts::RequestOtp{.msisdn = std::move(msisdn)}));
}

awaitable<void> expect_text(City& city, std::string msisdn) {
  co_await eventually("the code comes", text_limit, [&]() -> awaitable<bool> {
    co_return !(co_await city.texts_to(msisdn)).empty();
  });
}

awaitable<void> expect_login(City& city) {
  auto& phone = city.new_phone();
  const auto msisdn = city.new_msisdn();
  const auto challenge = granted(co_await timed(
      "a code is asked for", login_limit, phone.call(operations::request_otp, {.msisdn = msisdn})));
  co_await expect_text(city, msisdn);
  granted(co_await phone.call(operations::verify_otp, {.challenge_id = challenge.challenge_id,
                                                       .code = co_await phone.read_code(msisdn)}));
}

/// Who is slow is waited for: a text that both send is paid for twice.
awaitable<void> expect_text_of_the_first_alone(City& city) {
  auto users = city.staff("users", {"users:read"});
  const auto by_first = co_await texts_taken_by(users, "sms_primary");
  const auto by_second = co_await texts_taken_by(users, "sms_fallback");
  co_await expect_login(city);
  co_await eventually("the first has taken the text", text_limit, [&]() -> awaitable<bool> {
    co_return co_await texts_taken_by(users, "sms_primary") == by_first + 1;
  });
  EXPECT_EQ(co_await texts_taken_by(users, "sms_fallback"), by_second);
}

TEST_P(SmsProviders, TheSecondTakesWhatTheFirstDoesNot) {
  visit([this](City& city) -> awaitable<void> {
    break_links({"sms"}, GetParam());
    co_await (is_in_vain() ? expect_login(city) : expect_text_of_the_first_alone(city));
    break_links({"sms"}, LinkFault::none);
    co_await expect_login(city);
  });
}

/// Nobody is told to wait for a code that nobody sends.
awaitable<void> expect_refusal(City& city) {
  co_await eventually("no more codes are promised", refusal_limit, [&]() -> awaitable<bool> {
    const auto answer =
        co_await timed("a code is asked for", login_limit, ask_for_code(city, city.new_msisdn()));
    if (answer.status == 202) co_return false;
    EXPECT_EQ(answer.status, 503) << answer.body;
    EXPECT_TRUE(answer.headers.find("Retry-After")) << "a refusal that names no time";
    co_return true;
  });
}

/// What is asked for while one provider is being tried again may still be lost: it is asked for
/// again.
awaitable<void> expect_texts_again(City& city) {
  co_await eventually("codes come again", recovery_limit, [&]() -> awaitable<bool> {
    const auto msisdn = city.new_msisdn();
    if ((co_await ask_for_code(city, msisdn)).status != 202) co_return false;
    const auto give_up_at = Clock::now() + before_asking_again;
    while ((co_await city.texts_to(msisdn)).empty()) {
      if (Clock::now() > give_up_at) co_return false;
      co_await platform::runtime::sleep_for(pause_between_looks);
    }
    co_return true;
  });
}

/// The circuits close by the texts that go well.
awaitable<void> expect_all_called_again(City& city) {
  auto users = city.staff("users", {"users:read"});
  co_await eventually("both are called again", recovery_limit, [&]() -> awaitable<bool> {
    co_await ask_for_code(city, city.new_msisdn());
    co_return (co_await users.get("/readyz")).body.contains(R"("status":"ready")");
  });
}

TEST_P(SmsProviders, WithoutBothThereIsNoLoginUntilOneIsBack) {
  visit([this](City& city) -> awaitable<void> {
    break_links({"sms", "second_sms"}, GetParam());
    if (!is_in_vain()) co_return co_await expect_text_of_the_first_alone(city);
    EXPECT_EQ((co_await ask_for_code(city, city.new_msisdn())).status, 202);
    co_await expect_refusal(city);
    break_links({"second_sms"}, LinkFault::none);
    co_await expect_texts_again(city);
    break_links({"sms"}, LinkFault::none);
    co_await expect_texts_again(city);
    co_await expect_all_called_again(city);
  });
}

using PaymentProvider = Providers;

/// How many calls about charges have come to this: "unknown", "unheard".
awaitable<int> charges(sim::ApiClient& staff, const std::string& verdict) {
  return counted(staff, R"(nebengjek_payment_provider_calls_total{kind="charge",verdict=")" +
                            verdict + R"("})");
}

awaitable<PaymentState> state_of(Phone& passenger, domain::RideId ride) {
  const auto shown = granted(co_await passenger.call(operations::get_ride, {.ride_id = ride}));
  co_return shown.payment.value().state;
}

awaitable<std::ptrdiff_t> charges_in_ledger(sim::ApiClient& staff, domain::RideId ride) {
  const auto page =
      granted(co_await staff.call(operations::find_ledger_entries,
                                  {.account = {}, .ride_id = ride, .before = {}, .limit = {}}));
  co_return std::ranges::count(page.entries, TransferKind::gateway_payment,
                               &contracts::LedgerEntry::kind);
}

TEST_P(PaymentProvider, ACardIsChargedOnceWhenItIsBack) {
  visit([this](City& city) -> awaitable<void> {
    auto staff = city.staff("rides", {"payments:read"});
    auto* driver = co_await city.driver(city.place(100));
    auto* passenger = co_await city.passenger();
    const auto ride =
        co_await system::begin_ride(*passenger, *driver, city.place(0), city.place(1'000));
    break_links({"payments"}, GetParam());
    const auto unknown = co_await charges(staff, "unknown");
    const auto unheard = co_await charges(staff, "unheard");
    EXPECT_EQ((co_await system::complete_ride(*driver, ride, 1)).fare, fare);
    const auto payment = granted(
        co_await timed("payment by card", call_limit,
                       passenger->call(operations::pay_ride,
                                       {.ride_id = ride, .method = PaymentMethod::gateway})));
    EXPECT_EQ(payment.state, PaymentState::pending);
    if (is_in_vain()) {
      co_await eventually("the provider is called in vain", call_limit, [&]() -> awaitable<bool> {
        co_return co_await charges(staff, "unknown") > unknown;
      });
      EXPECT_EQ(co_await state_of(*passenger, ride), PaymentState::pending);
    }
    break_links({"payments"}, LinkFault::none);

    co_await passenger->until(
        "the card is charged",
        [&](const Phone& phone) {
          const auto& shown = phone.document().ride;
          return shown && shown->ride_id == ride && shown->state == RideState::paid;
        },
        settle_limit);
    EXPECT_EQ(co_await charges_in_ledger(staff, ride), 1);
    EXPECT_EQ(granted(co_await driver->call(operations::get_balance)).balance, earned);
    // What met with silence may have arrived after all.
    if (is_in_vain() && GetParam() != LinkFault::silent) {
      EXPECT_GT(co_await charges(staff, "unheard"), unheard) << "sent again without having asked";
    }
    EXPECT_THAT(backend.operate({"ledger", "verify"}), HasSubstr("proven"));
  });
}

std::string name_of(const testing::TestParamInfo<LinkFault>& info) {
  return platform::stack::name_of(info.param);
}

INSTANTIATE_TEST_SUITE_P(Each, SmsProviders, testing::ValuesIn(link_faults), name_of);
INSTANTIATE_TEST_SUITE_P(Each, PaymentProvider, testing::ValuesIn(link_faults), name_of);

}  // namespace
}  // namespace tests::matrix
