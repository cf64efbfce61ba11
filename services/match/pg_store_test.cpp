#include "services/match/pg_store.hpp"

#include <gmock/gmock.h>

#include "platform/postgres/errors.hpp"
#include "services/match/world_test.hpp"
#include "tests/support/stack_fixture.hpp"

namespace services::match {
namespace {

using namespace std::chrono_literals;
using domain::match::ProposalState;
using domain::match::RequestState;
using platform::postgres::Contended;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr base::Instant noon{std::chrono::sys_days{std::chrono::March / 1 / 2026} + 12h};
const Zone city{.name = "city", .cells = {}, .everything_else = true};

/// One transaction with both stores in it.
struct Unit {
  Unit(platform::postgres::Pool& pool, platform::runtime::Runtime& runtime)
      : unit(pool, {}),
        work(unit, runtime, {}),
        store(make_pg_match_store(work)),
        board(make_pg_dispatch_store(work)) {}

  awaitable<void> commit() { return unit.commit({}); }

  platform::bus::Unit unit;
  binding::Work work;
  std::unique_ptr<MatchStore> store;
  std::unique_ptr<DispatchStore> board;
};

/// A schema, and the makers of what is kept in it.
class Tables {
 public:
  explicit Tables(platform::runtime::Runtime& runtime)
      : runtime_(runtime), pool_(platform::postgres::make_pool(runtime, config())) {}

  Unit begin() { return {*pool_, runtime_}; }

  RequestRecord new_request(base::Instant since = noon) {
    return {.request = {.id = runtime_.new_id<domain::RequestId>(),
                        .passenger_id = runtime_.new_id<domain::UserId>(),
                        .pickup = pickup,
                        .destination = destination,
                        .created_at = since,
                        .searching_since = since,
                        .expires_at = since + 120s},
            .pickup_label = "Monas",
            .destination_label = {},
            .driver = {}};
  }

  ProposalRecord new_proposal(const RequestRecord& request, domain::DriverId driver) {
    return {.proposal = {.id = runtime_.new_id<domain::MatchId>(),
                         .request_id = request.request.id,
                         .driver_id = driver,
                         .proposed_at = noon,
                         .expires_at = noon + 15s},
            .distance = {412.5}};
  }

  /// Committed.
  awaitable<RequestRecord> add_request(base::Instant since = noon) {
    auto unit = begin();
    const auto record = new_request(since);
    EXPECT_TRUE(co_await unit.store->insert(record));
    co_await unit.commit();
    co_return record;
  }

  awaitable<domain::DriverId> add_driver() {
    auto unit = begin();
    const auto id = runtime_.new_id<domain::DriverId>();
    const contracts::DriverCard card{
        .driver_id = id, .name = "Budi", .vehicle = "Vario", .plate = "B1"};
    co_await unit.store->save(card, domain::identity::DriverStatus::approved, noon);
    co_await unit.store->set_beacon(id, true, noon);
    co_await unit.commit();
    co_return id;
  }

  awaitable<ProposalRecord> add_proposal(const RequestRecord& request, domain::DriverId driver) {
    auto unit = begin();
    const auto record = new_proposal(request, driver);
    co_await unit.store->insert(std::vector{record});
    co_await unit.store->hold({{.driver_id = driver, .held_by = request.request.id}},
                              HeldAs::proposed, noon);
    co_await unit.commit();
    co_return record;
  }

 private:
  static platform::postgres::PoolConfig config() {
    auto config = fresh_match_database();
    config.lock_timeout = 100ms;
    return config;
  }

  platform::runtime::Runtime& runtime_;
  std::unique_ptr<platform::postgres::Pool> pool_;
};

using StoreStory = std::function<awaitable<void>(Tables&)>;
void with_tables(const StoreStory& story) {
  tests::support::run([&](platform::runtime::Runtime& runtime) -> awaitable<void> {
    Tables tables{runtime};
    co_await story(tables);
  });
}

RequestRecord matched(RequestRecord record, domain::DriverId driver) {
  record.request.state = RequestState::matched;
  record.request.driver_id = driver;
  ++record.request.version;
  return record;
}

std::vector<domain::RequestId> ids_of(const std::vector<Waiting>& waiting) {
  std::vector<domain::RequestId> ids;
  for (const auto& each : waiting) ids.push_back(each.request.id);
  return ids;
}

TEST(PgMatchStore, KeepsARequestAsItIs) {
  with_tables([](Tables& tables) -> awaitable<void> {
    const auto record = co_await tables.add_request();
    auto unit = tables.begin();
    const auto found = co_await unit.store->find(record.request.id);
    EXPECT_EQ(found->request, record.request);
    EXPECT_EQ(found->pickup_label, "Monas");
    EXPECT_EQ(found->destination_label, std::nullopt);
    EXPECT_FALSE(found->driver.has_value());
    EXPECT_FALSE((co_await unit.store->find(tables.new_request().request.id)).has_value());
  });
}

TEST(PgMatchStore, ShowsTheDriverOfAMatchedRequest) {
  with_tables([](Tables& tables) -> awaitable<void> {
    const auto driver = co_await tables.add_driver();
    const auto record = matched(co_await tables.add_request(), driver);
    auto unit = tables.begin();
    co_await unit.store->save(record.request);
    const auto found = co_await unit.store->lock(record.request.id);
    EXPECT_EQ(found->request, record.request);
    EXPECT_EQ(found->driver->name, "Budi");
  });
}

TEST(PgMatchStore, TakesOneOpenRequestFromAPassenger) {
  with_tables([](Tables& tables) -> awaitable<void> {
    auto first = co_await tables.add_request();
    auto second = tables.new_request();
    second.request.passenger_id = first.request.passenger_id;
    auto unit = tables.begin();
    EXPECT_FALSE(co_await unit.store->insert(second));
    first.request.state = RequestState::cancelled;
    ++first.request.version;
    co_await unit.store->save(first.request);
    EXPECT_TRUE(co_await unit.store->insert(second));
  });
}

TEST(PgMatchStore, RefusesAChangeOfAnotherVersion) {
  with_tables([](Tables& tables) -> awaitable<void> {
    const auto record = co_await tables.add_request();
    auto unit = tables.begin();
    std::string refused;
    try {
      co_await unit.store->save(record.request);
    } catch (const Contended& error) {
      refused = error.what();
    }
    EXPECT_EQ(refused, "the request has moved on");
  });
}

TEST(PgMatchStore, KeepsProposalsUntilTheyAreAnswered) {
  with_tables([](Tables& tables) -> awaitable<void> {
    const auto request = co_await tables.add_request();
    const auto first = co_await tables.add_proposal(request, co_await tables.add_driver());
    const auto second = co_await tables.add_proposal(request, co_await tables.add_driver());
    auto unit = tables.begin();
    auto open = co_await unit.store->open_proposals(request.request.id);
    EXPECT_THAT(open, SizeIs(2));
    auto declined = (co_await unit.store->find(first.proposal.id)).value();
    EXPECT_EQ(declined.proposal, first.proposal);
    EXPECT_EQ(declined.distance, first.distance);
    declined.proposal.state = ProposalState::declined;
    declined.proposal.answered_at = noon + 3s;
    co_await unit.store->save(std::vector{declined.proposal});
    open = co_await unit.store->open_proposals(request.request.id);
    EXPECT_THAT(open, SizeIs(1));
    EXPECT_EQ(open[0].proposal, second.proposal);
    EXPECT_EQ((co_await unit.store->find(first.proposal.id))->proposal, declined.proposal);
  });
}

TEST(PgMatchStore, AcceptsAgainOnlyAfterAnAcceptanceIsUndone) {
  with_tables([](Tables& tables) -> awaitable<void> {
    const auto request = co_await tables.add_request();
    auto first = co_await tables.add_proposal(request, co_await tables.add_driver());
    auto second = co_await tables.add_proposal(request, co_await tables.add_driver());
    for (auto* record : {&first, &second}) {
      record->proposal.state = ProposalState::accepted;
      record->proposal.answered_at = noon;
    }
    std::string refused_by;
    try {
      auto unit = tables.begin();
      co_await unit.store->save({first.proposal, second.proposal});
    } catch (const platform::postgres::ConstraintViolated& error) {
      refused_by = error.constraint;
    }
    EXPECT_EQ(refused_by, "one_accepted_match_per_request");
    auto unit = tables.begin();
    co_await unit.store->save(std::vector{first.proposal});
    co_await unit.store->undo_acceptance(request.request.id, noon + 60s);
    co_await unit.store->save(std::vector{second.proposal});
    co_await unit.commit();
  });
}

TEST(PgMatchStore, HoldsAndFreesSlots) {
  with_tables([](Tables& tables) -> awaitable<void> {
    const auto driver = co_await tables.add_driver();
    const auto request = co_await tables.add_request();
    const auto other = co_await tables.add_request();
    co_await tables.add_proposal(request, driver);
    auto unit = tables.begin();
    const auto held = co_await unit.store->lock_slot_and_holder(driver);
    EXPECT_EQ(held->slot.held_by, request.request.id);
    EXPECT_EQ(held->held_as, HeldAs::proposed);
    EXPECT_TRUE(held->slot.beacon_on);
    EXPECT_THAT(co_await unit.board->free_among({driver}), IsEmpty());

    co_await unit.store->release(other.request.id, {driver}, noon + 1s);
    EXPECT_THAT(co_await unit.board->free_among({driver}), IsEmpty());
    co_await unit.store->release_all(request.request.id, noon + 2s);
    const auto free = co_await unit.board->free_among({driver});
    EXPECT_THAT(free, SizeIs(1));
    EXPECT_EQ(free[0].idle_since, noon + 2s);
    EXPECT_EQ(free[0].held_as, std::nullopt);
  });
}

TEST(PgMatchStore, LocksTheRequestThatHoldsADriver) {
  with_tables([](Tables& tables) -> awaitable<void> {
    const auto driver = co_await tables.add_driver();
    const auto request = co_await tables.add_request();
    co_await tables.add_proposal(request, driver);
    auto holder = tables.begin();
    co_await holder.store->lock_slot_and_holder(driver);
    bool waited = false;
    try {
      auto other = tables.begin();
      co_await other.store->lock(request.request.id);
    } catch (const Contended&) {
      waited = true;
    }
    EXPECT_TRUE(waited);
  });
}

TEST(PgDispatchStore, ReadsTheQueueInTheOrderOfAge) {
  with_tables([](Tables& tables) -> awaitable<void> {
    const auto second = (co_await tables.add_request(noon + 2s)).request;
    const auto first = (co_await tables.add_request(noon + 1s)).request;
    const auto third = (co_await tables.add_request(noon + 3s)).request;
    auto unit = tables.begin();
    const auto page = co_await unit.board->waiting(city, {}, 1, 2, noon + 10s);
    EXPECT_THAT(ids_of(page), ElementsAre(first.id, second.id));
    const QueuePlace after{.searching_since = second.searching_since, .id = second.id};
    const auto rest = co_await unit.board->waiting(city, after, 1, 2, noon + 10s);
    EXPECT_THAT(ids_of(rest), ElementsAre(third.id));
    EXPECT_THAT(co_await unit.board->waiting(city, {}, 1, 2, noon + 10min), IsEmpty());
  });
}

TEST(PgDispatchStore, KnowsWhomTheSearchHasAsked) {
  with_tables([](Tables& tables) -> awaitable<void> {
    const auto quitter = co_await tables.add_driver();
    const auto decliner = co_await tables.add_driver();
    auto record = co_await tables.add_request();
    auto accepted = (co_await tables.add_proposal(record, quitter)).proposal;
    auto declined = (co_await tables.add_proposal(record, decliner)).proposal;
    auto unit = tables.begin();
    auto waiting = co_await unit.board->waiting(city, {}, 3, 10, noon + 1s);
    EXPECT_THAT(waiting, SizeIs(1));
    EXPECT_EQ(waiting[0].search.open_proposals, 2U);
    EXPECT_THAT(waiting[0].search.asked, testing::UnorderedElementsAre(quitter, decliner));
    EXPECT_THAT(co_await unit.board->waiting(city, {}, 2, 10, noon + 1s), IsEmpty());

    // The next search may ask again, but not the one who accepted and left.
    accepted.state = ProposalState::accepted;
    declined.state = ProposalState::declined;
    accepted.answered_at = declined.answered_at = noon + 5s;
    co_await unit.store->save({accepted, declined});
    co_await unit.store->undo_acceptance(record.request.id, noon + 9s);
    record.request.searching_since = noon + 9s;
    ++record.request.version;
    co_await unit.store->save(record.request);
    waiting = co_await unit.board->waiting(city, {}, 1, 10, noon + 10s);
    EXPECT_THAT(waiting, SizeIs(1));
    EXPECT_THAT(waiting[0].search.asked, ElementsAre(quitter));
  });
}

TEST(PgDispatchStore, LooksOnlyIntoItsZone) {
  with_tables([](Tables& tables) -> awaitable<void> {
    const auto request = (co_await tables.add_request()).request;
    const Zone here{.name = "here", .cells = {zone_cell(pickup)}};
    const Zone elsewhere{.name = "elsewhere", .cells = here.cells, .everything_else = true};
    auto unit = tables.begin();
    EXPECT_THAT(ids_of(co_await unit.board->waiting(here, {}, 1, 9, noon)),
                ElementsAre(request.id));
    EXPECT_THAT(co_await unit.board->waiting(elsewhere, {}, 1, 9, noon), IsEmpty());
    EXPECT_THAT(co_await unit.board->lock_impatient(elsewhere, 9, noon + 1h), IsEmpty());
    EXPECT_THAT(co_await unit.board->lock_impatient(here, 9, noon + 1s), IsEmpty());
    EXPECT_THAT(co_await unit.board->lock_impatient(here, 9, noon + 1h), SizeIs(1));
  });
}

TEST(PgDispatchStore, FindsRequestsWhoseProposalsExpired) {
  with_tables([](Tables& tables) -> awaitable<void> {
    const auto request = co_await tables.add_request();
    co_await tables.add_proposal(request, co_await tables.add_driver());
    auto unit = tables.begin();
    EXPECT_THAT(co_await unit.board->lock_unanswered(city, 9, noon + 14s), IsEmpty());
    EXPECT_THAT(co_await unit.board->lock_unanswered(city, 9, noon + 15s), SizeIs(1));
  });
}

TEST(PgDispatchStore, PassesOverWhatSomebodyElseHasLocked) {
  with_tables([](Tables& tables) -> awaitable<void> {
    const auto request = (co_await tables.add_request()).request.id;
    const auto driver = co_await tables.add_driver();
    auto command = tables.begin();
    co_await command.store->lock(request);
    co_await command.store->lock_slot_and_holder(driver);
    auto dispatch = tables.begin();
    EXPECT_THAT(co_await dispatch.board->lock_waiting({request}), IsEmpty());
    EXPECT_THAT(co_await dispatch.board->lock_free({driver}), IsEmpty());
    EXPECT_THAT(co_await dispatch.board->lock_impatient(city, 9, noon + 1h), IsEmpty());
    co_await command.commit();
    EXPECT_THAT(co_await dispatch.board->lock_waiting({request}), SizeIs(1));
    EXPECT_THAT(co_await dispatch.board->lock_free({driver}), SizeIs(1));
  });
}

}  // namespace
}  // namespace services::match
