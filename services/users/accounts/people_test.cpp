// What operators see of people and decide about drivers; sessions; and an account's end.

#include <algorithm>
#include <iterator>

#include <gtest/gtest.h>

#include "contracts/operations.hpp"
#include "platform/security/api_key.hpp"
#include "services/users/accounts/api_keys.hpp"
#include "services/users/accounts/desk_test.hpp"

namespace services::users::accounts {
namespace {

using namespace std::chrono_literals;
using domain::identity::DriverStatus;

constexpr auto siti = "+6281234567890";
constexpr auto budi = "+6281234567891";

contracts::RegisterDriver application(std::string plate) {
  return {.vehicle_type = domain::VehicleType::car,
          .vehicle = "Toyota Avanza",
          .plate = std::move(plate),
          .payout_account = {.bank = "BCA", .number = "1234567890", .holder = "Siti"}};
}

UsersConfig approving() {
  auto config = quick_config();
  config.driver_approval = DriverApproval::automatic;
  return config;
}

/// Match, rides and location, as far as accounts asks them.
class Others {
 public:
  explicit Others(platform::bus::Connection& bus) : bus_(bus) {
    serve(operations::match_account_use,
          [](const contracts::AskAccountUse&) { return contracts::AccountUse{}; });
    serve(operations::rides_account_use,
          [this](const contracts::AskAccountUse& question) { return use_of(question); });
    for (const auto* operation :
         {&operations::match_account_records, &operations::rides_account_records,
          &operations::location_account_records}) {
      serve(*operation,
            [this](const contracts::AskRecords& question) { return page_of(question); });
    }
  }

  std::optional<domain::Rejection> refusal;
  std::optional<base::Money> balance;
  std::vector<contracts::LedgerLine> ledger;

 private:
  contracts::AccountUse use_of(const contracts::AskAccountUse& question) const {
    if (balance && question.gives_up_balance) return {};
    return {.refusal = refusal, .balance = balance};
  }

  /// Of rides' ledger what there is; of all else nothing.
  contracts::AccountRecordsPage page_of(const contracts::AskRecords& question) const {
    contracts::AccountRecordsPage page;
    if (question.kind != contracts::RecordKind::ledger) return page;
    const auto begin = question.after ? position_of(*question.after) + 1 : 0;
    const auto end = std::min(begin + question.limit, std::ssize(ledger));
    page.records.ledger.assign(ledger.begin() + begin, ledger.begin() + end);
    if (end - begin == question.limit) page.next = mark_of(end - 1);
    return page;
  }

  static std::string mark_of(std::ptrdiff_t position) {
    base::Uuid uuid;
    uuid.bytes[14] = static_cast<std::uint8_t>(position / 256);
    uuid.bytes[15] = static_cast<std::uint8_t>(position % 256);
    return uuid.text();
  }
  static std::ptrdiff_t position_of(const std::string& mark) {
    const auto uuid = base::Uuid::parse(mark).value();
    return uuid.bytes[14] * 256 + uuid.bytes[15];
  }

  template <class Question, class Answer, class Make>
  void serve(const contracts::Operation<Question, Answer>& operation, Make make) {
    served_.push_back(bus_.subscribe(
        std::string{operation.subject}, {},
        [this, make = std::move(make)](const platform::bus::Message& message) {
          const auto question = base::json::from_text<Question>(message.data).value();
          bus_.publish(message.reply_to, base::json::to_text(Answer{make(question)}),
                       {{"Status-Code", "200"}});
        }));
  }

  platform::bus::Connection& bus_;
  std::vector<std::unique_ptr<platform::bus::Subscription>> served_;
};

TEST(Sessions, AreListedNewestFirstAndEndedOneByOne) {
  at_desk(quick_config(), [](Desk& desk) -> awaitable<void> {
    const auto first = co_await desk.log_in(siti);
    const auto second = co_await desk.log_in(siti);
    auto shown = (co_await desk.call(operations::list_sessions, {})).value().sessions;
    EXPECT_EQ(shown.size(), 2u);
    EXPECT_EQ(shown.front().session_id, second.session_id);
    EXPECT_TRUE(shown.front().current);
    EXPECT_FALSE(shown.back().current);

    EXPECT_EQ(co_await desk.outcome(operations::end_session, {first.session_id}), "ok");
    EXPECT_EQ(co_await desk.outcome(operations::end_session, {first.session_id}), "not_found");
    EXPECT_EQ(co_await desk.outcome(operations::refresh_tokens, {first.refresh_token}),
              "refresh_refused");
    EXPECT_EQ((co_await desk.call(operations::list_sessions, {})).value().sessions.size(), 1u);
  });
}

TEST(Sessions, OfOthersDoNotExist) {
  at_desk(quick_config(), [](Desk& desk) -> awaitable<void> {
    const auto sitis = co_await desk.log_in(siti);
    co_await desk.log_in(budi);
    EXPECT_EQ(co_await desk.outcome(operations::end_session, {sitis.session_id}), "not_found");
    EXPECT_EQ(co_await desk.outcome(operations::refresh_tokens, {sitis.refresh_token}), "ok");
  });
}

TEST(Sessions, AllButThisOneCanBeEndedAtOnce) {
  at_desk(quick_config(), [](Desk& desk) -> awaitable<void> {
    co_await desk.log_in(siti);
    co_await desk.log_in(siti);
    const auto last = co_await desk.log_in(siti);
    EXPECT_EQ((co_await desk.call(operations::end_other_sessions, {})).value().count, 2);
    const auto left = (co_await desk.call(operations::list_sessions, {})).value().sessions;
    EXPECT_EQ(left.size(), 1u);
    EXPECT_EQ(left.front().session_id, last.session_id);
  });
}

TEST(Drivers, ASuspendedOneIsADriverWhoMayNotDrive) {
  at_desk(approving(), [](Desk& desk) -> awaitable<void> {
    const auto driver = (co_await desk.log_in(siti)).user_id;
    EXPECT_EQ(co_await desk.outcome(operations::register_driver, application("B 1 AB")), "ok");
    const contracts::DriverDecision decision{.driver_id = driver, .reason = "Complaints"};
    EXPECT_EQ(co_await desk.outcome(operations::reinstate_driver, decision), "illegal_transition");
    EXPECT_EQ((co_await desk.call(operations::suspend_driver, decision)).value().status,
              DriverStatus::suspended);
    EXPECT_TRUE((co_await desk.principal())->drives) << "his ride goes on";
    EXPECT_EQ(co_await desk.outcome(operations::suspend_driver, decision), "illegal_transition");
    EXPECT_EQ((co_await desk.call(operations::reinstate_driver, decision)).value().status,
              DriverStatus::approved);
  });
}

TEST(Drivers, AreKnownPastACopyFromBefore) {
  at_desk(quick_config(), [](Desk& desk) -> awaitable<void> {
    const auto driver = (co_await desk.log_in(siti)).user_id;
    co_await desk.call(operations::register_driver, application("B 1 AB"));
    EXPECT_FALSE((co_await desk.principal())->drives);
    co_await desk.pool().run({"test.approve",
                              "update drivers set status = 'approved'"
                              " where driver_id = $1"},
                             driver);
    EXPECT_FALSE((co_await desk.principal())->drives) << "the copy does not know";
    EXPECT_TRUE((co_await desk.looked_up_principal())->drives);
    EXPECT_TRUE((co_await desk.principal())->drives) << "and is made anew";
  });
}

TEST(Drivers, ARejectedOneMayApplyAgain) {
  at_desk(quick_config(), [](Desk& desk) -> awaitable<void> {
    const auto driver = (co_await desk.log_in(siti)).user_id;
    co_await desk.call(operations::register_driver, application("B 1 AB"));
    const auto rejected = co_await desk.call(operations::reject_driver,
                                             {.driver_id = driver, .reason = "Illegible papers"});
    EXPECT_EQ(rejected.value().status, DriverStatus::rejected);
    EXPECT_FALSE((co_await desk.principal())->drives);
    EXPECT_EQ(co_await desk.outcome(operations::register_driver, application("B 1 AB")), "ok");
  });
}

TEST(Drivers, AreFoundByNumberPlateAndStatus) {
  at_desk(approving(), [](Desk& desk) -> awaitable<void> {
    const auto sitis = (co_await desk.log_in(siti)).user_id;
    co_await desk.call(operations::register_driver, application("B 1 AB"));
    const auto budis = (co_await desk.log_in(budi)).user_id;
    co_await desk.call(operations::register_driver, application("B 2 AB"));
    co_await desk.call(operations::suspend_driver, {.driver_id = budis, .reason = "Complaints"});

    const auto found =
        [&](contracts::ListDrivers question) -> awaitable<std::vector<domain::UserId>> {
      std::vector<domain::UserId> ids;
      const auto page = (co_await desk.call(operations::list_drivers, question)).value();
      for (const auto& each : page.drivers) ids.push_back(each.driver.driver_id);
      co_return ids;
    };
    EXPECT_EQ(co_await found({.msisdn = "081234567890"}), std::vector{sitis});
    EXPECT_EQ(co_await found({.plate = "b 2-ab"}), std::vector{budis});
    EXPECT_EQ(co_await found({.status = DriverStatus::suspended}), std::vector{budis});
    EXPECT_EQ((co_await found({})).size(), 2u);
    EXPECT_TRUE((co_await found({.plate = "B 3 AB"})).empty());
    EXPECT_EQ(co_await desk.outcome(operations::list_drivers, {.plate = "---"}), "invalid_value");

    const auto first = (co_await desk.call(operations::list_drivers, {.limit = 1})).value();
    EXPECT_EQ(first.drivers.front().driver.driver_id, sitis);
    const auto second =
        (co_await desk.call(operations::list_drivers, {.after = first.next, .limit = 1})).value();
    EXPECT_EQ(second.drivers.front().driver.driver_id, budis);
    EXPECT_EQ(second.drivers.front().reason, "Complaints");
  });
}

TEST(Drivers, ArePaidOutToTheWholeAccount) {
  at_desk(approving(), [](Desk& desk) -> awaitable<void> {
    const auto driver = (co_await desk.log_in(siti)).user_id;
    EXPECT_EQ(co_await desk.outcome(operations::get_payout_account, {driver}), "not_found");
    co_await desk.call(operations::register_driver, application("B 1 AB"));
    const auto account = (co_await desk.call(operations::get_payout_account, {driver})).value();
    EXPECT_EQ(account.number, "1234567890");
  });
}

TEST(People, ANumberIsMaskedUnlessTheKeyMaySeeIt) {
  at_desk(quick_config(), [](Desk& desk) -> awaitable<void> {
    const auto sitis = (co_await desk.log_in(siti)).user_id;
    const auto masked = (co_await desk.call(operations::find_users, {.msisdn = siti})).value();
    EXPECT_EQ(masked.users.front().user_id, sitis);
    EXPECT_EQ(masked.users.front().msisdn, "+6281*******90");
    desk.scopes = "users:read users:read_pii";
    const auto whole = (co_await desk.call(operations::find_users, {.user_id = sitis})).value();
    EXPECT_EQ(whole.users.front().msisdn, siti);
    EXPECT_TRUE((co_await desk.call(operations::find_users, {.msisdn = budi}))->users.empty());
    EXPECT_EQ(co_await desk.outcome(operations::find_users, {}), "invalid");
  });
}

TEST(Blocking, EndsAllSessionsAndLetsNobodyLogIn) {
  at_desk(quick_config(), [](Desk& desk) -> awaitable<void> {
    const auto before = co_await desk.log_in(siti);
    co_await desk.log_in(siti);
    const contracts::UserDecision decision{.user_id = before.user_id, .reason = "Fraud"};
    const auto blocked = (co_await desk.call(operations::block_user, decision)).value();
    EXPECT_TRUE(blocked.blocked_at);
    EXPECT_EQ(blocked.block_reason, "Fraud");
    EXPECT_EQ(blocked.msisdn, "+6281*******90");
    EXPECT_EQ(co_await desk.outcome(operations::block_user, decision), "illegal_transition");
    EXPECT_EQ(co_await desk.outcome(operations::refresh_tokens, {before.refresh_token}),
              "refresh_refused");
    co_await desk.flush_redis();
    EXPECT_FALSE(co_await desk.principal());
    const auto told = co_await desk.pool().run(
        {"test.blocked", "select count(*) as n from outbox where type = 'user.blocked'"});
    EXPECT_EQ(told.front().get<int>("n"), 1);
  });
}

TEST(Blocking, IsToldOnlyToWhoeverHasTheCode) {
  at_desk(quick_config(), [](Desk& desk) -> awaitable<void> {
    const auto user = (co_await desk.log_in(siti)).user_id;
    const contracts::UserDecision decision{.user_id = user, .reason = "Fraud"};
    co_await desk.call(operations::block_user, decision);
    co_await desk.flush_redis();
    const auto challenge = (co_await desk.call(operations::request_otp, {.msisdn = siti})).value();
    const auto code = co_await desk.code_sent_to(siti);
    const auto verify = [&](std::string by) {
      return desk.outcome(operations::verify_otp,
                          {.challenge_id = challenge.challenge_id, .code = std::move(by)});
    };
    EXPECT_EQ(co_await verify(wrong(code)), "otp_refused");
    EXPECT_EQ(co_await verify(code), "account_blocked");
    EXPECT_EQ(co_await verify(code), "otp_refused") << "it was used up";

    const auto unblocked = (co_await desk.call(operations::unblock_user, decision)).value();
    EXPECT_FALSE(unblocked.blocked_at);
    EXPECT_EQ(co_await desk.outcome(operations::unblock_user, decision), "illegal_transition");
    co_await desk.flush_redis();
    EXPECT_EQ((co_await desk.log_in(siti)).user_id, user);
  });
}

TEST(Blocking, IsOfUsersThatThereAre) {
  at_desk(quick_config(), [](Desk& desk) -> awaitable<void> {
    const Others others{desk.bus()};
    const auto user = (co_await desk.log_in(siti)).user_id;
    co_await desk.call(operations::delete_me, {});
    for (const auto id : {user, domain::UserId{}}) {
      EXPECT_EQ(co_await desk.outcome(operations::block_user, {.user_id = id, .reason = "Fraud"}),
                "not_found");
    }
  });
}

TEST(Account, IsToldToItsOwnerWhole) {
  at_desk(approving(), [](Desk& desk) -> awaitable<void> {
    Others others{desk.bus()};
    others.ledger = {{.at = {}, .cause = "ride:1", .kind = "fare", .amount = {-12'000}}};
    co_await desk.log_in(siti);
    co_await desk.call(operations::register_driver, application("B 1 AB"));
    const auto told = (co_await desk.call(operations::export_me, {})).value();
    EXPECT_EQ(told.profile.msisdn, siti);
    EXPECT_EQ(told.profile.driver.value().payout_account.number, "1234567890");
    EXPECT_EQ(told.sessions.size(), 1u);
    EXPECT_EQ(told.records.ledger.front().kind, "fare");
    EXPECT_FALSE(told.next_cursor);
    EXPECT_EQ(co_await desk.outcome(operations::export_me, {.cursor = "wallets:"}), "invalid");
  });
}

TEST(Account, IsToldPageByPageWithoutAGap) {
  at_desk(quick_config(), [](Desk& desk) -> awaitable<void> {
    Others others{desk.bus()};
    const auto rows = 2 * contracts::account_page_size + 1;
    for (int i = 0; i < rows; ++i) {
      others.ledger.push_back({.cause = "ride:" + std::to_string(i), .kind = "fare"});
    }
    co_await desk.log_in(siti);
    std::vector<std::string> told;
    contracts::ExportMe question;
    do {
      const auto page = (co_await desk.call(operations::export_me, question)).value();
      EXPECT_LE(contracts::count_of(page.records), contracts::account_page_size);
      for (const auto& line : page.records.ledger) told.push_back(line.cause);
      question.cursor = page.next_cursor;
    } while (question.cursor);
    EXPECT_EQ(std::ssize(told), rows);
    for (int i = 0; i < rows; ++i) EXPECT_EQ(told.at(i), "ride:" + std::to_string(i));
  });
}

TEST(Account, IsKeptWhileItIsInUse) {
  at_desk(quick_config(), [](Desk& desk) -> awaitable<void> {
    Others others{desk.bus()};
    others.refusal = domain::Rejection::account_in_use;
    co_await desk.log_in(siti);
    EXPECT_EQ(co_await desk.outcome(operations::delete_me, {}), "account_in_use");
    EXPECT_EQ(co_await desk.outcome(operations::get_me, {}), "ok");
  });
}

TEST(Account, WithMoneyIsKeptUntilTheMoneyIsGivenUp) {
  at_desk(quick_config(), [](Desk& desk) -> awaitable<void> {
    Others others{desk.bus()};
    others.refusal = domain::Rejection::wallet_not_empty;
    others.balance = base::Money{12'000};
    co_await desk.log_in(siti);
    const auto refused = co_await desk.refusal_of(operations::delete_me, {});
    EXPECT_EQ(refused.code, "wallet_not_empty");
    EXPECT_EQ(refused.balance, base::Money{12'000});
    EXPECT_EQ(co_await desk.outcome(operations::get_me, {}), "ok");
    EXPECT_EQ(co_await desk.outcome(operations::delete_me, {.give_up_balance = true}), "ok");
    const auto told =
        co_await desk.pool().run({"test.given_up",
                                  "select payload::jsonb->>'gives_up_balance' as wish from outbox"
                                  " where type = 'user.deleted'"});
    EXPECT_EQ(told.front().get<std::string>("wish"), "true");
  });
}

TEST(Account, IsKeptWhileTheOthersAreOutOfReach) {
  at_desk(quick_config(), [](Desk& desk) -> awaitable<void> {
    co_await desk.log_in(siti);
    EXPECT_EQ(co_await desk.outcome(operations::delete_me, {}), "unavailable");
    EXPECT_EQ(co_await desk.outcome(operations::get_me, {}), "ok");
  });
}

TEST(Account, OnceDeletedStandsForNobodyAndTheNumberIsFree) {
  at_desk(approving(), [](Desk& desk) -> awaitable<void> {
    const Others others{desk.bus()};
    const auto before = co_await desk.log_in(siti);
    co_await desk.call(operations::update_me, {.name = "Siti"});
    co_await desk.call(operations::register_driver, application("B 1 AB"));
    EXPECT_EQ(co_await desk.outcome(operations::delete_me, {}), "ok");
    EXPECT_EQ(co_await desk.outcome(operations::delete_me, {}), "ok") << "again, by a copy";
    EXPECT_EQ(co_await desk.outcome(operations::get_me, {}), "not_found");
    EXPECT_EQ(co_await desk.outcome(operations::refresh_tokens, {before.refresh_token}),
              "refresh_refused");
    const auto left =
        (co_await desk.call(operations::find_users, {.user_id = before.user_id})).value();
    EXPECT_TRUE(left.users.front().deleted_at);
    EXPECT_FALSE(left.users.front().name);
    EXPECT_FALSE(left.users.front().msisdn);

    const auto after = co_await desk.log_in(siti);
    EXPECT_NE(after.user_id, before.user_id);
    EXPECT_EQ(co_await desk.outcome(operations::register_driver, application("B 1 AB")), "ok");
    const auto events = co_await desk.pool().run(
        {"test.deleted", "select count(*) as n from outbox where type = 'user.deleted'"});
    EXPECT_EQ(events.front().get<int>("n"), 1);
  });
}

TEST(ApiKeys, AreKnownUntilTheyExpireOrAreRevoked) {
  at_desk(quick_config(), [](Desk& desk) -> awaitable<void> {
    const auto add = [&](std::string name, std::optional<base::Instant> expires_at) {
      return add_api_key(desk.pool(), platform::runtime::system_entropy(), std::move(name),
                         {"dlq:read", "dlq:write"}, platform::runtime::system_clock().now(),
                         expires_at);
    };
    const auto known = [&](std::string text) -> awaitable<contracts::KnownKey> {
      const auto key = platform::security::parse_api_key(text).value();
      co_return (co_await desk.call(
                     operations::check_api_key,
                     {.key_id = key.id, .secret_hash = platform::security::hash_api_key(key)}))
          .value();
    };
    const auto key = co_await add("back office", {});
    const auto found = co_await known(key);
    EXPECT_TRUE(found.valid);
    EXPECT_EQ(found.name, "back office");
    EXPECT_EQ(found.scopes, (std::vector<std::string>{"dlq:read", "dlq:write"}));

    const auto expired = co_await add("old", platform::runtime::system_clock().now() - 1s);
    EXPECT_FALSE((co_await known(expired)).valid);
    EXPECT_TRUE(co_await revoke_api_key(desk.pool(), key.substr(4, 8)));
    EXPECT_FALSE((co_await known(key)).valid);
    const auto made_up = platform::security::generate_api_key(platform::runtime::system_entropy());
    EXPECT_FALSE((co_await known(made_up.text())).valid);
  });
}

}  // namespace
}  // namespace services::users::accounts
