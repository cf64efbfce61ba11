#include "platform/bus/lease.hpp"

#include <algorithm>
#include <utility>

#include <gtest/gtest.h>

#include "platform/bus/shares.hpp"
#include "platform/runtime/deadline.hpp"
#include "tests/support/bus_fixture.hpp"

namespace platform::bus {
namespace {

using namespace std::chrono_literals;
using runtime::Runtime;
using tests::support::bus_database_config;
using tests::support::eventually;
using tests::support::run;

/// Runs `body` with a pool on a schema of its own.
void with_pool(const std::function<awaitable<void>(postgres::Pool&)>& body) {
  run([&](Runtime& runtime) -> awaitable<void> {
    const auto pool = postgres::make_pool(runtime, bus_database_config("lease"));
    co_await body(*pool);
    co_await pool->close();
  });
}

TEST(Lease, BelongsToOneUntilItIsOver) {
  with_pool([](postgres::Pool& pool) -> awaitable<void> {
    const auto mine = co_await acquire_lease(pool, "zone", "me", 100ms);
    EXPECT_TRUE(mine);
    EXPECT_FALSE(co_await acquire_lease(pool, "zone", "you", 1min));
    EXPECT_TRUE(co_await acquire_lease(pool, "other zone", "you", 1min));
    co_await eventually("it is over", [&]() -> awaitable<bool> {
      co_return (co_await acquire_lease(pool, "zone", "you", 1min)).has_value();
    });
    EXPECT_FALSE(co_await acquire_lease(pool, "zone", "me", 1min));
  });
}

TEST(Lease, KeepsItsTokenWithItsOwnerAndRaisesItWithEachChange) {
  with_pool([](postgres::Pool& pool) -> awaitable<void> {
    const auto first = co_await acquire_lease(pool, "zone", "me", 1min);
    const auto prolonged = co_await acquire_lease(pool, "zone", "me", 1min);
    EXPECT_EQ(prolonged->fencing_token, first->fencing_token);
    co_await release_lease(pool, "zone", "me");
    const auto yours = co_await acquire_lease(pool, "zone", "you", 1min);
    EXPECT_GT(yours->fencing_token, first->fencing_token);
  });
}

TEST(Lease, IsGivenBackByItsOwnerOnly) {
  with_pool([](postgres::Pool& pool) -> awaitable<void> {
    co_await acquire_lease(pool, "zone", "me", 1min);
    co_await release_lease(pool, "zone", "you");
    EXPECT_FALSE(co_await acquire_lease(pool, "zone", "you", 1min));
    co_await release_lease(pool, "zone", "me");
    EXPECT_TRUE(co_await acquire_lease(pool, "zone", "you", 1min));
  });
}

TEST(Lease, FencesOutWhoeverHadItBefore) {
  with_pool([](postgres::Pool& pool) -> awaitable<void> {
    const auto mine = co_await acquire_lease(pool, "zone", "me", 1ms);
    {
      const auto transaction = co_await pool.begin();
      EXPECT_TRUE(co_await still_holds(transaction->session(), *mine));
    }
    std::optional<Lease> yours;
    co_await eventually("it is taken over", [&]() -> awaitable<bool> {
      yours = co_await acquire_lease(pool, "zone", "you", 1min);
      co_return yours.has_value();
    });
    const auto transaction = co_await pool.begin();
    EXPECT_FALSE(co_await still_holds(transaction->session(), *mine));
    EXPECT_TRUE(co_await still_holds(transaction->session(), *yours));
  });
}

TEST(Lease, CanNotBeTakenWhileACommitChecksIt) {
  with_pool([](postgres::Pool& pool) -> awaitable<void> {
    const auto mine = co_await acquire_lease(pool, "zone", "me", 1ms);
    const auto transaction = co_await pool.begin();
    EXPECT_TRUE(co_await still_holds(transaction->session(), *mine));
    EXPECT_THROW(co_await runtime::with_deadline(acquire_lease(pool, "zone", "you", 1min), 200ms),
                 runtime::DeadlineExceeded);
    co_await transaction->commit();
    EXPECT_TRUE(co_await acquire_lease(pool, "zone", "you", 1min));
  });
}

std::ptrdiff_t count(const std::vector<bool>& held) { return std::ranges::count(held, true); }

TEST(Shares, GoToWhoeverIsThereAndMoveWhenAnotherComes) {
  with_pool([](postgres::Pool& pool) -> awaitable<void> {
    Shares first{pool, "consume", 16, "first", 1min};
    Shares second{pool, "consume", 16, "second", 1min};
    EXPECT_EQ(count(co_await first.seek()), 16);
    EXPECT_EQ(count(co_await second.seek()), 0);

    const auto kept = co_await first.seek();
    EXPECT_EQ(count(kept), 8);
    EXPECT_EQ(count(co_await second.seek()), 0) << "they are still in use";
    EXPECT_EQ(co_await first.seek(), kept) << "it is always the same that are let go";
    for (unsigned number = 0; number < 16; ++number) {
      if (!kept[number]) co_await first.give_back(number);
    }
    const auto taken = co_await second.seek();
    EXPECT_EQ(count(taken), 8);
    for (unsigned number = 0; number < 16; ++number) EXPECT_NE(kept[number], taken[number]);
  });
}

TEST(Shares, OfTheDeadAreTakenOver) {
  with_pool([](postgres::Pool& pool) -> awaitable<void> {
    Shares dead{pool, "consume", 16, "dead", 200ms};
    Shares heir{pool, "consume", 16, "heir", 200ms};
    co_await dead.seek();
    EXPECT_EQ(count(co_await heir.seek()), 0);
    co_await eventually("all are taken over",
                        [&]() -> awaitable<bool> { co_return count(co_await heir.seek()) == 16; });
  });
}

TEST(Shares, AreFreeAtOnceWhenTheirOwnerLeaves) {
  with_pool([](postgres::Pool& pool) -> awaitable<void> {
    Shares first{pool, "consume", 16, "first", 1min};
    Shares second{pool, "consume", 16, "second", 1min};
    co_await first.seek();
    co_await second.seek();
    co_await first.leave();
    EXPECT_EQ(count(co_await second.seek()), 16);
  });
}

TEST(Shares, NeverBelongToTwo) {
  with_pool([](postgres::Pool& pool) -> awaitable<void> {
    std::vector<std::unique_ptr<Shares>> owners;
    for (int i = 0; i < 5; ++i) {
      owners.push_back(
          std::make_unique<Shares>(pool, "consume", 16, "owner " + std::to_string(i), 1min));
    }
    std::vector<std::vector<bool>> held(owners.size());
    for (int round = 0; round < 4; ++round) {
      for (std::size_t i = 0; i < owners.size(); ++i) {
        const auto before = std::exchange(held[i], co_await owners[i]->seek());
        for (unsigned number = 0; number < before.size(); ++number) {
          if (before[number] && !held[i][number]) co_await owners[i]->give_back(number);
        }
      }
    }
    for (unsigned number = 0; number < 16; ++number) {
      const auto owners_of_it =
          std::ranges::count_if(held, [&](const auto& of_one) { return of_one[number]; });
      EXPECT_EQ(owners_of_it, 1) << "share " << number;
    }
    for (const auto& of_one : held) EXPECT_LE(count(of_one), 4);
  });
}

}  // namespace
}  // namespace platform::bus
