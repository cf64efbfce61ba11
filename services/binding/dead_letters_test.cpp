// What staff can do about an event that could not be applied, end to end over real servers.

#include "services/binding/dead_letters.hpp"

#include <gtest/gtest.h>

#include "contracts/operations/dead_letters.hpp"
#include "tests/support/bus_world.hpp"

namespace services::binding {
namespace {

using namespace std::chrono_literals;
using tests::support::eventually;
using tests::support::in_world;
using tests::support::World;

constexpr auto& rows = contracts::operations::dead_letters_of_rides;

/// The third event of the first key fails, as long as `broken`.
struct Poison {
  bool broken = true;

  auto into(World& world) {
    return [this, key = world.producer.keys.front()](
               const platform::bus::Event& event, platform::postgres::Session&) -> awaitable<void> {
      const bool strikes = broken && event.key == key && event.payload == "3";
      if (strikes) throw std::runtime_error{"it is poisonous"};
      co_return;
    };
  }
};

/// A service's staff, before its dead letters.
class Staff {
 public:
  explicit Staff(World& world)
      : executor_(make_executor(world.auditor.runtime, *world.auditor.pool,
                                dead_letter_commands(contracts::Owner::rides, *world.auditor.pool),
                                [] {})) {}

  /// The answer; a refusal fails the test.
  template <class Request, class AnswerType>
  awaitable<AnswerType> call(const contracts::Operation<Request, AnswerType>& operation,
                             Request request) {
    const auto answer = co_await send(operation, base::json::to_text(request));
    EXPECT_TRUE(answer.ok()) << answer.body;
    co_return base::json::from_text<AnswerType>(answer.body).value();
  }

  awaitable<Answer> send(const contracts::OperationRow& row, std::string body) {
    return executor_->execute(row, {.caller = {.staff = "an engineer", .scopes = "dlq:write"},
                                    .body = std::move(body),
                                    .idempotency_key = {}});
  }

 private:
  std::unique_ptr<CommandExecutor> executor_;
};

/// Emits ten events a key, and waits until all but the poisonous one have taken effect.
awaitable<void> emit_around(World& world, Poison& poison) {
  world.reader.config.retry_delays = {20ms};
  world.reader.disturb = poison.into(world);
  world.reader.start();
  co_await world.producer.emit(10 * world.producer.keys.size());
  co_await eventually("all others are applied", [&]() -> awaitable<bool> {
    co_return co_await world.effects() == static_cast<std::int64_t>(world.producer.total) - 1;
  });
}

TEST(DeadLetters, AreListedAndShownWithWhatWentWrong) {
  in_world([](World& world) -> awaitable<void> {
    Poison poison;
    co_await emit_around(world, poison);
    Staff staff{world};
    const auto page = co_await staff.call(rows.list, {});
    EXPECT_EQ(page.dead_letters.size(), 1u);
    EXPECT_FALSE(page.next);
    const auto& listed = page.dead_letters.front();
    EXPECT_EQ(listed.producer, world.producer.service);
    EXPECT_EQ(listed.type, "ride.started");
    EXPECT_EQ(listed.reason, "it is poisonous");
    EXPECT_EQ(listed.attempts, 2);
    EXPECT_TRUE(listed.trace.starts_with("00-4bf9"));
    EXPECT_FALSE(listed.payload);

    const auto shown = co_await staff.call(rows.show, {.id = listed.id});
    EXPECT_EQ(shown.payload, boost::json::value(3));
    EXPECT_EQ((co_await staff.send(rows.show, R"({"id": 123456})")).status, 404);
  });
}

TEST(DeadLetters, AreChosenByKeyAndReason) {
  in_world([](World& world) -> awaitable<void> {
    Poison poison;
    co_await emit_around(world, poison);
    Staff staff{world};
    const auto key = world.producer.keys.front();
    const auto another = world.producer.keys.back();
    EXPECT_EQ((co_await staff.call(rows.list, {.key = key})).dead_letters.size(), 1u);
    EXPECT_EQ((co_await staff.call(rows.list, {.key = another})).dead_letters.size(), 0u);
    EXPECT_EQ((co_await staff.call(rows.list, {.reason = "poison"})).dead_letters.size(), 1u);
    EXPECT_EQ((co_await staff.call(rows.list, {.reason = "%"})).dead_letters.size(), 0u);
    EXPECT_EQ((co_await staff.call(rows.drop, {.key = another, .reason = "poison"})).count, 0);
    EXPECT_EQ((co_await staff.call(rows.drop, {.key = key, .reason = "poison"})).count, 1);
  });
}

TEST(DeadLetters, AreChosenByTypeAndTime) {
  in_world([](World& world) -> awaitable<void> {
    Poison poison;
    co_await emit_around(world, poison);
    Staff staff{world};
    const auto died_at = (co_await staff.call(rows.list, {})).dead_letters.front().died_at;
    EXPECT_EQ((co_await staff.call(rows.list, {.type = "ride.started"})).dead_letters.size(), 1u);
    EXPECT_EQ((co_await staff.call(rows.list, {.type = "ride.paid"})).dead_letters.size(), 0u);
    EXPECT_EQ((co_await staff.call(rows.list, {.since = died_at - 1s})).dead_letters.size(), 1u);
    EXPECT_EQ((co_await staff.call(rows.list, {.since = died_at + 1s})).dead_letters.size(), 0u);
    EXPECT_EQ((co_await staff.call(rows.drop, {.type = "ride.paid"})).count, 0);
    EXPECT_EQ((co_await staff.send(rows.drop, "{}")).status, 422) << "all by mistake";
  });
}

TEST(DeadLetters, AReplayAfterTheCureAppliesItOnce) {
  in_world([](World& world) -> awaitable<void> {
    Poison poison;
    co_await emit_around(world, poison);
    Staff staff{world};
    poison.broken = false;
    EXPECT_EQ((co_await staff.call(rows.replay, {.type = "ride.started"})).count, 1);
    co_await world.all_are_applied();
    EXPECT_EQ(co_await world.effects(), static_cast<std::int64_t>(world.producer.total));
    EXPECT_EQ((co_await staff.call(rows.list, {})).dead_letters.size(), 0u);
    EXPECT_EQ((co_await staff.call(rows.replay, {.type = "ride.started"})).count, 0);
    EXPECT_EQ(co_await world.number("select count(*) as n from audit_log"
                                    " where staff = 'an engineer'"
                                    " and operation = 'replay_dead_letters_of_rides'"),
              2);
  });
}

TEST(DeadLetters, WhatIsDroppedIsGone) {
  in_world([](World& world) -> awaitable<void> {
    Poison poison;
    co_await emit_around(world, poison);
    Staff staff{world};
    const auto id = (co_await staff.call(rows.list, {})).dead_letters.front().id;
    EXPECT_EQ((co_await staff.call(rows.drop, {.id = id})).count, 1);
    EXPECT_EQ((co_await staff.send(rows.drop, "{\"id\": " + std::to_string(id) + "}")).status, 404);
    EXPECT_EQ(co_await world.number("select count(*) as n from dead_letters"), 0);
  });
}

}  // namespace
}  // namespace services::binding
