// Staff block an account: whoever is logged in to it is put out, whoever has its number can't come
// back, and nobody else learns of it.

#include "tests/system/system_test.hpp"

namespace tests::system {
namespace {

namespace operations = contracts::operations;
using namespace std::chrono_literals;
using domain::match::RequestState;

class Blocking : public SystemTest, public testing::WithParamInterface<Shape> {
 protected:
  Blocking() : SystemTest(GetParam()) {}
};

constexpr auto another_code_within = 10s;
constexpr auto before_asking_again = 500ms;  // Who asks much, mostly in vain, is refused.

/// Another code for a number that has had one: as soon as it may be sent.
awaitable<contracts::OtpChallenge> ask_for_code(Phone& phone, std::string msisdn) {
  std::optional<contracts::OtpChallenge> challenge;
  const auto ask = [&]() -> awaitable<bool> {
    const auto asked = co_await phone.call(operations::request_otp, {.msisdn = msisdn});
    const bool may_come = !asked && asked.error().code == "otp_throttled";
    if (!may_come) challenge = granted(asked);
    co_return challenge.has_value();
  };
  co_await eventually("another code", another_code_within, ask, before_asking_again);
  co_return *std::move(challenge);
}

awaitable<sim::Reply<contracts::Tokens>> verify(Phone& phone, std::string msisdn) {
  const auto last = co_await phone.read_code(msisdn);
  const auto challenge = co_await ask_for_code(phone, msisdn);
  auto code = last;
  co_await eventually("a new code", another_code_within, [&]() -> awaitable<bool> {
    code = co_await phone.read_code(msisdn);
    co_return code != last;
  });
  co_return co_await phone.call(operations::verify_otp,
                                {.challenge_id = challenge.challenge_id, .code = code});
}

TEST_P(Blocking, PutsAPassengerOutUntilSheIsUnblocked) {
  visit([](City& city) -> awaitable<void> {
    auto staff = city.staff("users", {"users:read", "users:write"});
    auto& phone = city.new_phone();
    const auto msisdn = city.new_msisdn();
    co_await phone.log_in(msisdn);
    co_await phone.connect();
    const auto user = phone.user();
    co_await request_ride(phone, city.place(0), city.place(-2'000));

    const contracts::UserDecision decision{.user_id = user, .reason = "Fraud"};
    granted(co_await staff.call(operations::block_user, decision));
    co_await until_logged_out(phone);
    EXPECT_EQ(refusal(co_await phone.call(operations::get_me)), "401 unauthenticated");
    EXPECT_EQ(refusal(co_await phone.refresh()), "401 refresh_refused");
    EXPECT_EQ(refusal(co_await verify(phone, msisdn)), "403 account_blocked");
    const auto found = granted(co_await staff.call(operations::find_users, {.msisdn = msisdn}));
    EXPECT_EQ(found.users.at(0).block_reason, "Fraud");

    granted(co_await staff.call(operations::unblock_user, decision));
    const auto tokens = granted(co_await verify(phone, msisdn));
    EXPECT_EQ(tokens.user_id, user);
    phone.use(tokens);
    co_await phone.connect();
    EXPECT_EQ(phone.document().request.value().state, RequestState::cancelled) << "nobody waited";
  });
}

TEST_P(Blocking, TakesADriverOffTheRoad) {
  visit([](City& city) -> awaitable<void> {
    auto staff = city.staff("users", {"users:write"});
    auto* driver = co_await city.driver(city.place(100));
    auto* passenger = co_await city.passenger();
    co_await city.until_nearby(*passenger, city.place(0), 1);
    granted(co_await staff.call(operations::block_user,
                                {.user_id = driver->user(), .reason = "Complaints"}));
    co_await until_logged_out(*driver);
    co_await city.until_nearby(*passenger, city.place(0), 0);
  });
}

TEST_P(Blocking, NeedsAScopeAndAUser) {
  visit([](City& city) -> awaitable<void> {
    auto reader = city.staff("users", {"users:read"});
    auto* passenger = co_await city.passenger();
    const contracts::UserDecision decision{.user_id = passenger->user(), .reason = "Fraud"};
    EXPECT_EQ(refusal(co_await reader.call(operations::block_user, decision)), "403 forbidden");
    granted(co_await passenger->call(operations::get_me));
    auto staff = city.staff("users", {"users:write"});
    EXPECT_EQ(refusal(co_await staff.call(operations::unblock_user, decision)),
              "409 illegal_transition");
    EXPECT_EQ(refusal(co_await staff.call(operations::block_user,
                                          {.user_id = domain::UserId{}, .reason = "Fraud"})),
              "404 not_found");
  });
}

INSTANTIATE_TEST_SUITE_P(Shapes, Blocking,
                         testing::Values(Shape::one_process, Shape::process_per_role,
                                         Shape::two_of_each),
                         [](const auto& shape) { return name_of(shape.param); });

}  // namespace
}  // namespace tests::system
